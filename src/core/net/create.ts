import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { Netdev } from '../../qapi/generated/types.ts';
import { loadSchema } from '../../qapi/index.ts';
import { checkIdentifier, parseOptions } from '../../qapi/keyval.ts';
import { parseLegacyChardev } from '../chardev/legacy.ts';
import type { ChardevTable } from '../chardev/table.ts';
import type { VirtualClock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import { type Address, descriptorAddress, parseHostPort, readAddress } from '../sockets/address.ts';
import { connect, type NetClient } from './client.ts';
import { createDgram, createMulticast, createUdp } from './create-datagrams.ts';
import { HubPort } from './hub.ts';
import { StreamClient } from './stream-client.ts';
import type { NetTable } from './table.ts';
import { parseGuestForward } from './user/guest-forwards.ts';
import { parseUserNet } from './user/options.ts';
import { UserNetwork } from './user/user-network.ts';

/** What back ends are made with. */
export interface NetContext {
  readonly table: NetTable;
  readonly host: Host;
  readonly clock: VirtualClock;
  readonly events: EventBus;
  /** Where `guestfwd=` finds its devices. */
  readonly chardevs: ChardevTable;
}

type Of<T extends Netdev['type']> = Extract<Netdev, { type: T }>;

/** What `-netdev` and `netdev_add` ask for: `user,id=n0,hostfwd=...` or JSON. @throws QmpError in QEMU's words */
export function parseNetdev(text: string): Netdev {
  const syntax = { impliedKey: 'type', lists: ['hostfwd', 'guestfwd', 'dnssearch'], flat: true };
  return parseOptions(loadSchema(), 'Netdev', text, syntax) as unknown as Netdev;
}

/** Makes a back end and adds it to the table. @throws QmpError in QEMU's words */
export async function addNetdev(context: NetContext, options: Netdev): Promise<NetClient> {
  checkIdentifier(options.id);
  if (context.table.findBackend(options.id)) throw new QmpError(`Duplicate ID '${options.id}'`);
  return addClient(context, options);
}

/** The same under any name, as the machine gives them. @throws QmpError */
export async function addClient(context: NetContext, options: Netdev): Promise<NetClient> {
  const client = await create(context, options);
  context.table.add(client);
  return client;
}

function create(context: NetContext, options: Netdev): NetClient | Promise<NetClient> {
  switch (options.type) {
    case 'user':
      return createUser(context, options);
    case 'hubport':
      return createHubPort(context.table, options);
    case 'stream':
      return createStream(context, options);
    case 'dgram':
      return createDgram(context.host, options);
    case 'socket':
      return createSocket(context, options);
    case 'tap':
      // Making one takes an ioctl, which this program cannot do for want of a native part.
      throw new QmpError('could not configure /dev/net/tun: Operation not permitted');
  }
}

async function createUser(context: NetContext, options: Of<'user'>): Promise<NetClient> {
  const net = new UserNetwork(options.id, parseUserNet(options), context.host, context.clock);
  try {
    if (net.config.tftpFolder !== null) await serveFiles(net, context.host, net.config.tftpFolder);
    for (const rule of net.config.guestForwards) await addGuestForward(net, context.chardevs, rule);
    for (const rule of net.config.forwards) await net.forwards.add(rule);
  } catch (error) {
    net.close();
    throw error;
  }
  return net;
}

async function addGuestForward(net: UserNetwork, chardevs: ChardevTable, text: string): Promise<void> {
  const { device, ...place } = parseGuestForward(text, net.config);
  if (!net.guestForwards.fits(place)) {
    throw new QmpError(`Conflicting/invalid host:port in guest forwarding rule '${text}'`);
  }
  const label = `guestfwd.tcp.${place.port}`;
  const named = /^chardev:(.*)$/.exec(device)?.[1];
  if (named === undefined) await openGuestDevice(chardevs, label, device);
  const chardev = chardevs.forUser(named ?? label);
  if (!chardev || chardev.inUse) throw new QmpError(`Could not open guest forwarding device '${label}'`);
  net.guestForwards.add(place, chardev, () => {
    if (named === undefined) chardevs.remove(label);
  });
}

async function openGuestDevice(chardevs: ChardevTable, label: string, device: string): Promise<void> {
  const request = chardevs.get(label) ? undefined : parseLegacyChardev(label, device);
  if (!request) throw new QmpError(`Could not open guest forwarding device '${label}'`);
  await chardevs.openRequest(request);
}

async function serveFiles(net: UserNetwork, host: Host, path: string): Promise<void> {
  try {
    net.serveFiles(await host.openFolder(path));
  } catch (error) {
    throw new QmpError(`Could not open tftp folder '${path}': ${(error as Error).message}`);
  }
}

function createHubPort(table: NetTable, { id, hubid, netdev }: Of<'hubport'>): NetClient {
  if (hubid < 0) throw new QmpError(`Parameter 'hubid' expects a number of at least 0`);
  const backend = netdev === undefined ? undefined : table.findBackend(netdev);
  if (netdev !== undefined && !backend) throw new QmpError(`netdev '${netdev}' not found`);
  if (backend?.peer) throw new QmpError(`netdev '${netdev}' is in use`);
  const port = new HubPort(id, table.hub(hubid));
  if (backend) connect(port, backend);
  return port;
}

async function createStream(context: NetContext, options: Of<'stream'>): Promise<NetClient> {
  const { id, server = false } = options;
  const reconnectMs = Number(options['reconnect-ms'] ?? 0n);
  if (server && options['reconnect-ms'] !== undefined) {
    throw new QmpError("'reconnect-ms' option is incompatible with socket in server mode");
  }
  if (reconnectMs < 0 || reconnectMs > 2 ** 31 - 1) {
    throw new QmpError(`Parameter 'reconnect-ms' expects 0 to ${2 ** 31 - 1}`);
  }
  return opened(
    new StreamClient('stream', id, context, { address: readAddress(options.addr), server, reconnectMs }),
  );
}

async function opened(client: StreamClient): Promise<NetClient> {
  try {
    await client.open();
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

function createSocket(context: NetContext, options: Of<'socket'>): Promise<NetClient> {
  const { id, fd, listen, connect: callee, mcast, udp, localaddr } = options;
  if (fd !== undefined) return createAdopted(context, id, descriptorAddress(fd));
  if ([listen, callee, mcast, udp].filter(way => way !== undefined).length !== 1) {
    throw new QmpError('exactly one of listen=, connect=, mcast= or udp= is required');
  }
  if (localaddr !== undefined && mcast === undefined && udp === undefined) {
    throw new QmpError('localaddr= is only valid with mcast= or udp=');
  }
  if (mcast !== undefined) return createMulticast(context.host, id, mcast, localaddr);
  if (udp !== undefined) return createUdp(context.host, id, udp, localaddr);
  const address = parseHostPort(listen ?? callee ?? '');
  const settings = { address, server: listen !== undefined, reconnectMs: 0 };
  return opened(new StreamClient('socket', id, context, settings));
}

function createAdopted(context: NetContext, id: string, address: Address): Promise<NetClient> {
  return opened(new StreamClient('socket', id, context, { address, server: false, reconnectMs: 0 }));
}
