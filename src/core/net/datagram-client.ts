import type { Endpoint, Host, UdpSocket } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import { NetClient } from './client.ts';

/** Datagrams that may wait to leave; frames are lost above, as on the way. */
const MOST_WAITING = 256;

export interface DatagramSettings {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** What `info network` says. */
  readonly info: string;
}

/** Frames to another machine, each in a datagram: `-netdev dgram`, or `socket` with `udp=`. */
export class DatagramClient extends NetClient {
  readonly info: string;
  readonly #remote: Endpoint;
  #socket: UdpSocket | null = null;

  /** @throws QmpError when the port cannot be had */
  static async open(
    kind: 'dgram' | 'socket',
    name: string,
    host: Host,
    settings: DatagramSettings,
  ): Promise<DatagramClient> {
    const client = new DatagramClient(kind, name, settings);
    try {
      client.#socket = await host.network.openUdp(settings.local, bytes => client.send(bytes.slice()));
    } catch (error) {
      const { code = 'EIO' } = error as { code?: string };
      const reason = host.network.errorText(code);
      throw new QmpError(`can't bind ip=${settings.local.address} to socket: ${reason}`);
    }
    return client;
  }

  private constructor(kind: 'dgram' | 'socket', name: string, { remote, info }: DatagramSettings) {
    super(name, kind);
    this.#remote = remote;
    this.info = info;
  }

  protected receive(frame: Uint8Array): boolean {
    const socket = this.#socket;
    if (socket && socket.pending < MOST_WAITING) socket.send(frame.slice(), this.#remote, () => {});
    return true;
  }

  override close(): void {
    this.#socket?.close();
    this.#socket = null;
  }
}
