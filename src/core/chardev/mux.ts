import type { ByteStream, StreamEvent } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { Chardev } from './chardev.ts';

const MOST_USERS = 4;
/** Ctrl-A: the next character is for the mux. */
const ESCAPE = 1;
const KEYS = { next: 0x63, break: 0x62 } as const; // c, b

/** One user's end of a mux. */
class MuxPort implements ByteStream {
  readonly filename = 'mux';
  readonly #mux: Mux;
  listener: (bytes: Uint8Array) => void = () => {};
  tell: (event: StreamEvent) => void = () => {};

  constructor(mux: Mux) {
    this.#mux = mux;
  }

  get connected(): boolean {
    return this.#mux.connected;
  }

  get congested(): boolean {
    return this.#mux.congested;
  }

  write(bytes: Uint8Array): void {
    this.#mux.write(bytes);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.listener = listener;
  }

  onEvent(listener: (event: StreamEvent) => void): void {
    this.tell = listener;
  }

  close(): void {
    this.#mux.leave(this);
  }
}

/**
 * Several users of one character device: output of all goes there, input to the one that has the focus. Ctrl-A c
 * gives it to the next, Ctrl-A b is a break, Ctrl-A Ctrl-A is Ctrl-A.
 */
export class Mux implements ByteStream {
  readonly filename = 'mux';
  readonly #base: Chardev;
  readonly #ports: MuxPort[] = [];
  #focus: MuxPort | null = null;
  #escaped = false;

  constructor(base: Chardev) {
    this.#base = base;
    base.inUse = true;
    base.exchangeable = false;
    base.onData(bytes => this.#receive(bytes));
    base.onEvent(event => {
      for (const port of this.#ports) port.tell(event);
    });
  }

  get connected(): boolean {
    return this.#base.connected;
  }

  get congested(): boolean {
    return this.#base.congested;
  }

  get used(): boolean {
    return this.#ports.length > 0;
  }

  /** A further user; it gets the focus. @throws QmpError */
  join(): MuxPort {
    if (this.#ports.length >= MOST_USERS)
      throw new QmpError(`too many uses of multiplexed chardev '${this.#base.label}'`);
    const port = new MuxPort(this);
    this.#ports.push(port);
    this.#focus = port;
    return port;
  }

  leave(port: MuxPort): void {
    const at = this.#ports.indexOf(port);
    if (at < 0) return;
    this.#ports.splice(at, 1);
    if (this.#focus === port) this.#focus = this.#ports.at(-1) ?? null;
  }

  #receive(bytes: Uint8Array): void {
    const passed: number[] = [];
    for (const byte of bytes) {
      if (this.#escaped) {
        this.#escaped = false;
        if (byte === ESCAPE) passed.push(byte);
        else this.#key(byte, passed.splice(0));
      } else if (byte === ESCAPE) this.#escaped = true;
      else passed.push(byte);
    }
    this.#pass(passed);
  }

  /** What came before the key is still for the one who has the focus. */
  #key(byte: number, before: readonly number[]): void {
    this.#pass(before);
    if (byte === KEYS.break) this.#focus?.tell('break');
    if (byte !== KEYS.next || this.#focus === null) return;
    this.#focus = this.#ports[(this.#ports.indexOf(this.#focus) + 1) % this.#ports.length] ?? null;
  }

  #pass(bytes: readonly number[]): void {
    if (bytes.length > 0) this.#focus?.listener(Uint8Array.from(bytes));
  }

  write(bytes: Uint8Array): void {
    this.#base.write(bytes);
  }

  onData(): void {}

  close(): void {
    this.#base.release();
  }
}
