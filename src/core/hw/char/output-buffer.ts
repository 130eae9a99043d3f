const CAPACITY = 4096;

/** Gathers single bytes and passes them on in one piece: when full, or soon after the first one. */
export class OutputBuffer {
  readonly #bytes = new Uint8Array(CAPACITY);
  readonly #write: (bytes: Uint8Array) => void;
  readonly #defer: (callback: () => void) => void;
  readonly #flush = () => this.flush();
  #length = 0;

  constructor(write: (bytes: Uint8Array) => void, defer: (callback: () => void) => void) {
    this.#write = write;
    this.#defer = defer;
  }

  push(byte: number): void {
    if (this.#length === 0) this.#defer(this.#flush);
    this.#bytes[this.#length++] = byte;
    if (this.#length === CAPACITY) this.flush();
  }

  flush(): void {
    if (this.#length === 0) return;
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    this.#write(bytes);
  }
}
