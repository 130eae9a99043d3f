import type { Closable, HostNetwork, TcpEvents, TcpSocket } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import { type Address, formatAddress, noDescriptor, unixName } from './address.ts';

/** Gives each caller its owner, or null to turn it away. */
export type Accept = (socket: TcpSocket) => TcpEvents | null;

export interface Listening {
  readonly listener: Closable;
  /** Where, the port that the host chose included. */
  readonly address: Address;
}

/** Listens; of a range of ports at the first that is free. @throws QmpError in QEMU's words */
export async function listenAt(network: HostNetwork, address: Address, accept: Accept): Promise<Listening> {
  switch (address.kind) {
    case 'unix':
      try {
        return { listener: await network.listenUnix(unixName(address), accept), address };
      } catch (error) {
        throw new QmpError(`Failed to bind socket to ${address.path}: ${reason(network, error)}`);
      }
    case 'fd':
      try {
        return { listener: await network.adoptListener(address.descriptor, accept), address };
      } catch {
        throw noDescriptor(address.descriptor);
      }
    case 'inet':
      return listenTcp(network, address, address.port, accept);
  }
}

async function listenTcp(
  network: HostNetwork,
  address: Address & { kind: 'inet' },
  port: number,
  accept: Accept,
): Promise<Listening> {
  try {
    const listener = await network.listenTcp({ address: address.host, port }, accept);
    return { listener, address: { ...address, port: listener.local.port } };
  } catch (error) {
    if (port < address.lastPort) return listenTcp(network, address, port + 1, accept);
    const { code } = error as { code?: string };
    if (code === 'ENOTFOUND') throw new QmpError(unknownHost(network, address));
    const what = code === 'EADDRINUSE' ? 'Failed to find an available port' : 'Failed to bind socket';
    throw new QmpError(`${what}: ${reason(network, error)}`);
  }
}

function reason(network: HostNetwork, error: unknown): string {
  return network.errorText((error as { code?: string }).code ?? 'EIO');
}

/** What is said of a name that leads nowhere. */
export function unknownHost(network: HostNetwork, address: Address): string {
  return `address resolution failed for ${formatAddress(address)}: ${network.errorText('ENOTFOUND')}`;
}
