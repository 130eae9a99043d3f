import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { Netdev, SocketAddress } from '../../qapi/generated/types.ts';
import { type Address, parseHostPort, readAddress } from '../sockets/address.ts';
import type { NetClient } from './client.ts';
import { amongGroup, between, DatagramClient, throughDescriptor } from './datagram-client.ts';

type Inet = Address & { kind: 'inet' };
type Of<T extends Netdev['type']> = Extract<Netdev, { type: T }>;

/** `-netdev dgram`. @throws QmpError in QEMU's words */
export function createDgram(host: Host, { id, local, remote }: Of<'dgram'>): Promise<NetClient> {
  const to = remote && readAddress(remote);
  if (to?.kind === 'inet' && isMulticast(to)) return createGroup(host, id, to, local);
  if (!local) throw new QmpError('dgram requires local= parameter');
  const from = readAddress(local);
  if (from.kind === 'fd') {
    if (to) throw new QmpError("don't set remote with local.fd");
    return createAdopted(host, id, from.descriptor);
  }
  if (!to) throw new QmpError('type=inet or type=unix requires remote parameter');
  if (from.kind !== to.kind) throw new QmpError('remote and local types must be the same');
  if (from.kind !== 'inet' || to.kind !== 'inet') {
    throw new QmpError('datagrams of unix sockets cannot be had here: use type=inet or type=fd');
  }
  const info = `udp=${from.host}:${from.port}/${to.host}:${to.port}`;
  return DatagramClient.open('dgram', id, { host, info }, between(endpoint(from), endpoint(to)));
}

function createGroup(host: Host, id: string, to: Inet, local: SocketAddress | undefined): Promise<NetClient> {
  const from = local && readAddress(local);
  if (from && from.kind !== 'inet') throw new QmpError('multicast only support inet type');
  const info = `mcast=${to.host}:${to.port}`;
  const group = { group: endpoint(to), via: from?.host ?? null };
  return DatagramClient.open('dgram', id, { host, info }, amongGroup(group));
}

function createAdopted(host: Host, id: string, descriptor: number): Promise<NetClient> {
  const info = `fd=${descriptor} unix`;
  return DatagramClient.open('dgram', id, { host, info }, throughDescriptor(descriptor));
}

/** `-netdev socket` with `udp=`. @throws QmpError in QEMU's words */
export function createUdp(host: Host, id: string, udp: string, localaddr: string | undefined) {
  if (localaddr === undefined) throw new QmpError('localaddr= is mandatory with udp=');
  const [from, to] = [parseHostPort(localaddr), parseHostPort(udp)];
  const info = `socket: udp=${to.host}:${to.port}`;
  return DatagramClient.open('socket', id, { host, info }, between(endpoint(from), endpoint(to)));
}

/** `-netdev socket` with `mcast=`. @throws QmpError in QEMU's words */
export function createMulticast(host: Host, id: string, mcast: string, localaddr: string | undefined) {
  const to = parseHostPort(mcast);
  if (!isMulticast(to)) {
    throw new QmpError(
      `specified mcastaddr ${to.host} (${hexadecimal(to.host)}) does not contain a multicast address`,
    );
  }
  const via = localaddr === undefined ? null : localaddr;
  const info = `socket: mcast=${to.host}:${to.port}`;
  return DatagramClient.open('socket', id, { host, info }, amongGroup({ group: endpoint(to), via }));
}

/** IPv4's class D. */
function isMulticast({ host }: Inet): boolean {
  const first = Number(/^(\d{1,3})(?:\.\d{1,3}){3}$/.exec(host)?.[1] ?? 0);
  return first >= 224 && first < 240;
}

function hexadecimal(host: string): string {
  const bytes = host.split('.').map(part => (Number(part) & 0xff).toString(16).padStart(2, '0'));
  return `0x${bytes.join('')}`;
}

function endpoint({ host, port }: Inet) {
  return { address: host, port };
}
