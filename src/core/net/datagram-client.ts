import type { DatagramOutlet, Endpoint, Host, MulticastGroup } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import { NetClient } from './client.ts';

/** Datagrams that may wait to leave; frames are lost above, as on the way. */
const MOST_WAITING = 256;

/** Opens the socket; `receive` hears of what arrives. */
export type OpenDatagrams = (
  host: Host,
  receive: (bytes: Uint8Array) => void,
) => DatagramOutlet | Promise<DatagramOutlet>;

/** Frames to other machines, each in a datagram: `-netdev dgram`, or `socket` with `udp=` or `mcast=`. */
export class DatagramClient extends NetClient {
  /** What `info network` says. */
  readonly info: string;
  #outlet: DatagramOutlet | null = null;

  /** @throws QmpError when the socket cannot be had */
  static async open(
    kind: 'dgram' | 'socket',
    name: string,
    { host, info }: { readonly host: Host; readonly info: string },
    open: OpenDatagrams,
  ): Promise<DatagramClient> {
    const client = new DatagramClient(kind, name, info);
    client.#outlet = await open(host, bytes => client.send(bytes.slice()));
    return client;
  }

  private constructor(kind: 'dgram' | 'socket', name: string, info: string) {
    super(name, kind);
    this.info = info;
  }

  protected receive(frame: Uint8Array): boolean {
    const outlet = this.#outlet;
    if (outlet && outlet.pending < MOST_WAITING) outlet.send(frame.slice());
    return true;
  }

  override close(): void {
    this.#outlet?.close();
    this.#outlet = null;
  }
}

/** From one port to another. @throws QmpError */
export function between(local: Endpoint, remote: Endpoint): OpenDatagrams {
  return async (host, receive) => {
    const bound = `can't bind ip=${local.address} to socket`;
    const socket = await refusedAs(bound, host, () => host.network.openUdp(local, receive));
    return {
      get pending() {
        return socket.pending;
      },
      send: bytes => socket.send(bytes, remote, () => {}),
      close: () => socket.close(),
    };
  };
}

/** With all that have joined a group. @throws QmpError */
export function amongGroup(to: MulticastGroup): OpenDatagrams {
  return (host, receive) =>
    refusedAs(`can't add socket to multicast group ${to.group.address}`, host, () =>
      host.network.joinMulticast(to, receive),
    );
}

/** Through a socket that the program was given. @throws QmpError */
export function throughDescriptor(descriptor: number): OpenDatagrams {
  return (host, receive) => {
    const outlet = host.network.adoptDatagrams(descriptor, receive);
    if (!outlet)
      throw new QmpError(`File descriptor ${descriptor} is not a datagram socket of the file system`);
    return outlet;
  };
}

async function refusedAs<T>(what: string, host: Host, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const { code = 'EIO' } = error as { code?: string };
    throw new QmpError(`${what}: ${host.network.errorText(code)}`);
  }
}
