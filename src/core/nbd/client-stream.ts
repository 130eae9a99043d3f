import type { TcpEvents, TcpSocket } from '../../host/types.ts';
import { ByteQueue } from '../net/user/byte-queue.ts';

/** Bytes read ahead above which the client has to wait. */
const READ_AHEAD = 1 << 20;
/** Bytes that have not left above which no more are made. */
const MOST_WAITING = 4 << 20;

/** The client is gone. */
export class Gone extends Error {}

/** One client's connection, as bytes to wait for. */
export class ClientStream implements TcpEvents {
  readonly #socket: TcpSocket;
  readonly #closed: () => void;
  readonly #received = new ByteQueue();
  #gone = false;
  #wake: (() => void)[] = [];

  /** @param closed told once, when the connection is gone */
  constructor(socket: TcpSocket, closed: () => void) {
    this.#socket = socket;
    this.#closed = closed;
  }

  connected(): void {}

  data(bytes: Uint8Array): void {
    this.#received.push(bytes);
    if (this.#received.length > READ_AHEAD) this.#socket.pause();
    this.#wakeAll();
  }

  flushed(): void {
    this.#wakeAll();
  }

  ended(): void {
    this.finish();
  }

  closed(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#wakeAll();
    this.#closed();
  }

  /** So many bytes. @throws Gone */
  async read(length: number): Promise<Uint8Array> {
    while (this.#received.length < length) {
      if (this.#received.length <= READ_AHEAD || length > READ_AHEAD) this.#socket.resume();
      await this.#change();
    }
    const bytes = this.#received.copy(0, length);
    this.#received.drop(length);
    if (this.#received.length <= READ_AHEAD && !this.#gone) this.#socket.resume();
    return bytes;
  }

  /** Reads over bytes that nobody wants. @throws Gone */
  async skip(length: number): Promise<void> {
    for (let left = length; left > 0; ) {
      const part = Math.min(left, READ_AHEAD);
      await this.read(part);
      left -= part;
    }
  }

  /** Parts that follow each other. */
  write(...parts: Uint8Array[]): void {
    if (this.#gone) return;
    for (const part of parts) if (part.length > 0) this.#socket.write(part);
  }

  /** Waits while too much is on its way. @throws Gone */
  async room(): Promise<void> {
    while (this.#socket.pending > MOST_WAITING) await this.#change();
  }

  /** Ends the connection behind what was written, as a client that leaves expects it. */
  finish(): void {
    if (this.#gone) return;
    this.#socket.end();
    this.closed();
  }

  /** Sends the client away. */
  close(): void {
    if (this.#gone) return;
    this.#socket.destroy();
    this.closed();
  }

  async #change(): Promise<void> {
    if (this.#gone) throw new Gone();
    await new Promise<void>(resolve => this.#wake.push(resolve));
    if (this.#gone) throw new Gone();
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
