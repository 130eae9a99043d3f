import { HubPort } from '../hub.ts';
import { formatAddress } from './address.ts';
import type { Address } from './endpoint.ts';
import type { UserNetwork } from './user-network.ts';

const HEADING = '  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\n';

interface Row {
  readonly name: string;
  readonly descriptor: number;
  readonly source: Address;
  readonly destination: Address;
  readonly received: number;
  readonly sent: number;
}

/** The text of `info usernet` for one network: TCP before UDP, newest first. */
export function describeUserNetwork(net: UserNetwork): string {
  const rows = [...tcpRows(net).reverse(), ...forwardRows(net, 'tcp').reverse()];
  const udp = [...udpRows(net).reverse(), ...forwardRows(net, 'udp').reverse()];
  const hub = net.peer instanceof HubPort ? net.peer.hub.id : -1;
  return [`Hub ${hub} (${net.name}):\n`, HEADING, ...[...rows, ...udp].map(line)].join('');
}

function line({ name, descriptor, source, destination, received, sent }: Row): string {
  const from = source.address === 0 ? '*' : formatAddress(source.address);
  const columns = [
    `  ${name}`.padEnd(19),
    String(descriptor).padStart(3),
    from.padStart(15),
    String(source.port).padStart(5),
    formatAddress(destination.address).padStart(15),
    String(destination.port).padStart(5),
    String(received).padStart(5),
    String(sent).padStart(5),
  ];
  return `${columns.join(' ')}\n`;
}

function forwardRows(net: UserNetwork, protocol: 'tcp' | 'udp'): Row[] {
  return net.forwards.all
    .filter(forward => forward.protocol === protocol)
    .map(({ descriptor, local: source, guest: destination }) => ({
      name: `${protocol.toUpperCase()}[HOST_FORWARD]`,
      ...{ descriptor, source, destination, received: 0, sent: 0 },
    }));
}

function tcpRows(net: UserNetwork): Row[] {
  return [...net.tcp.connections].map(connection => ({
    name: `TCP[${connection.state}]`,
    descriptor: connection.descriptor,
    source: connection.incoming ?? connection.guest,
    destination: connection.incoming ? connection.guest : connection.peer,
    received: connection.toHost,
    sent: connection.toGuest,
  }));
}

function udpRows(net: UserNetwork): Row[] {
  const now = net.clock.now();
  return [...net.udp.flows].map(({ deadline, descriptor, guest, peer }) => ({
    name: `UDP[${Math.max(0, Math.floor((deadline - now) / 1e9))} sec]`,
    ...{ descriptor, source: guest, destination: peer, received: 0, sent: 0 },
  }));
}
