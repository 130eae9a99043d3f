/** A QMP client that sends and gets bytes as they are. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from './waiting.ts';

/** Ends whatever was begun: no JSON has this byte, and readers start anew behind it. */
const BEGIN_ANEW = Buffer.from('\n\xff', 'latin1');

export class RawQmpClient {
  readonly #socket: Socket;
  #pieces: Buffer[] = [];
  #received = '';
  #asked = 0;
  #closed = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay();
    socket.on('data', piece => {
      this.#pieces.push(piece);
      this.#wake();
    });
    socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
    socket.on('error', () => {});
  }

  /** Without negotiation; the greeting is the first that is received. */
  static async open(path: string): Promise<RawQmpClient> {
    const socket = connect(path);
    const client = new RawQmpClient(socket);
    await once(socket, 'connect');
    return client;
  }

  send(bytes: Uint8Array | string): void {
    this.#socket.write(bytes);
  }

  /** No more comes from this side. */
  endInput(): void {
    this.#socket.end();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What has come, as text of bytes, and has not been taken; taken from now on. */
  take(): string {
    const all = this.#peek();
    this.#received = '';
    return all;
  }

  /** Waits for a text and takes all up to its end. @throws Error when the connection ends before */
  async takeUntil(mark: string): Promise<string> {
    for (;;) {
      const at = this.#peek().indexOf(mark);
      if (at >= 0) {
        const result = this.#received.slice(0, at + mark.length);
        this.#received = this.#received.slice(at + mark.length);
        return result;
      }
      if (this.#closed) throw new Error(`the connection ended behind ${this.#received.slice(-200)}`);
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }

  /** All that a message is answered with, whatever it is; behind that comes what the byte is answered with that ends it. */
  async answers(message: Uint8Array | string): Promise<string> {
    const id = `end-${++this.#asked}`;
    this.send(
      Buffer.concat([Buffer.from(message), BEGIN_ANEW, Buffer.from(`{"execute":"query-name","id":"${id}"}`)]),
    );
    const all = await this.takeUntil(`"${id}"`);
    const rest = await this.takeUntil('}\r\n');
    return all + rest;
  }

  /** Waits until everything has come. */
  async end(): Promise<string> {
    await until(() => this.#closed);
    return this.take();
  }

  close(): void {
    this.#socket.destroy();
  }

  #peek(): string {
    if (this.#pieces.length > 0) {
      this.#received += Buffer.concat(this.#pieces).toString('latin1');
      this.#pieces = [];
    }
    return this.#received;
  }
}
