import type { ByteStream, Endpoint, Host, UdpSocket } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { Address } from '../sockets/address.ts';

/** Datagrams that may wait to leave; more are lost, as on the way. */
const MOST_WAITING = 256;
/** Larger pieces of output are cut: the most that a datagram holds is a little more. */
const LONGEST = 65_000;

/** A character device behind datagrams: output goes to one place, input comes from anywhere. */
export class UdpStream implements ByteStream {
  readonly filename = 'udp';
  readonly #socket: UdpSocket;
  readonly #remote: Endpoint;
  readonly #inbox: Inbox;

  /** @throws QmpError when the port cannot be had */
  static async open(host: Host, remote: Address, local: Address | null): Promise<UdpStream> {
    if (remote.kind !== 'inet' || (local && local.kind !== 'inet')) {
      throw new QmpError('socket type of chardev udp must be inet');
    }
    const inbox = new Inbox();
    const at = local ? { address: local.host, port: local.port } : { address: '0.0.0.0', port: 0 };
    try {
      const socket = await host.network.openUdp(at, bytes => inbox.receive(bytes));
      return new UdpStream(socket, { address: remote.host, port: remote.port }, inbox);
    } catch (error) {
      const { code = 'EIO' } = error as { code?: string };
      throw new QmpError(`Failed to bind socket: ${host.network.errorText(code)}`);
    }
  }

  private constructor(socket: UdpSocket, remote: Endpoint, inbox: Inbox) {
    this.#socket = socket;
    this.#remote = remote;
    this.#inbox = inbox;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += LONGEST) {
      if (this.#socket.pending >= MOST_WAITING) return;
      this.#socket.send(bytes.slice(at, at + LONGEST), this.#remote, () => {});
    }
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#inbox.listener = listener;
  }

  close(): void {
    this.#socket.close();
  }
}

/** What arrives before somebody listens is lost, as datagrams are. */
class Inbox {
  listener: (bytes: Uint8Array) => void = () => {};
  receive(bytes: Uint8Array): void {
    this.listener(bytes);
  }
}
