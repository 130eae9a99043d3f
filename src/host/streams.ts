import type { ByteStream } from './types.ts';

/** Swallows what is written and never says anything. */
export class NullStream implements ByteStream {
  readonly filename = 'null';
  write(): void {}
  onData(): void {}
  close(): void {}
}

/**
 * The machine's end of a console pane. Output is gathered until the next flush, so that a guest
 * that prints byte by byte does not cost a message for each.
 */
export class PaneStream implements ByteStream {
  readonly filename = 'vc';
  readonly #send: (bytes: Uint8Array) => void;
  readonly #schedule: (callback: () => void) => void;
  #pending: Uint8Array[] = [];
  #kept: Uint8Array[] = [];
  #listener: ((bytes: Uint8Array) => void) | null = null;

  constructor(send: (bytes: Uint8Array) => void, schedule: (callback: () => void) => void) {
    this.#send = send;
    this.#schedule = schedule;
  }

  write(bytes: Uint8Array): void {
    if (this.#pending.length === 0) this.#schedule(() => this.#flush());
    this.#pending.push(bytes.slice());
  }

  #flush(): void {
    const chunks = this.#pending;
    this.#pending = [];
    this.#send(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
  }

  /** Bytes from the other end. */
  receive(bytes: Uint8Array): void {
    if (this.#listener) this.#listener(bytes);
    else this.#kept.push(bytes);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    for (const bytes of this.#kept.splice(0)) listener(bytes);
  }

  close(): void {
    if (this.#pending.length > 0) this.#flush();
  }
}
