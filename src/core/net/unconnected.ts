import type { Hub, HubPort } from './hub.ts';
import type { NetTable } from './table.ts';

/** What is plugged into nothing, or into a hub that leads nowhere, once all devices are there: a warning a line. */
export function unconnected(table: NetTable): string[] {
  const clients = table.clients
    .filter(({ peer }) => peer === null)
    .map(({ kind, name }) => `${kind === 'nic' ? 'nic' : 'netdev'} ${name} has no peer`);
  return [...table.hubs.flatMap(hubWarnings), ...clients];
}

function hubWarnings({ id, ports }: Hub): string[] {
  const peers = ports.flatMap(({ peer }) => (peer === null ? [] : [peer.kind]));
  const hasCard = peers.includes('nic');
  const hasHost = peers.some(kind => kind !== 'nic' && kind !== 'hubport');
  return [
    ...ports.filter(isFree).map(({ name }) => `hub port ${name} has no peer`),
    ...(hasCard && !hasHost ? [`hub ${id} is not connected to host network`] : []),
    ...(hasHost && !hasCard ? [`hub ${id} with no nics`] : []),
  ];
}

const isFree = ({ peer }: HubPort) => peer === null;
