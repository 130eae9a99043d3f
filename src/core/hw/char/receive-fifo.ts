/**
 * Bytes on their way into a UART: up to `depth` are in its FIFO, the rest waits on the line,
 * so that nothing that was typed or pasted is lost.
 */
export class ReceiveFifo {
  static readonly DEPTH = 16;
  depth = 1;
  #chunks: Uint8Array[] = [];
  #position = 0; // in the first chunk
  #length = 0;

  /** Bytes that the UART has. */
  get available(): number {
    return Math.min(this.#length, this.depth);
  }

  /** Bytes in the FIFO and on the line. */
  get waiting(): number {
    return this.#length;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }

  /** The oldest byte, 0 when there is none. */
  shift(): number {
    const chunk = this.#chunks[0];
    if (chunk === undefined) return 0;
    const byte = chunk[this.#position++]!;
    this.#length--;
    if (this.#position === chunk.length) {
      this.#chunks.shift();
      this.#position = 0;
    }
    return byte;
  }

  /** Drops what is in the FIFO; what waits on the line stays. */
  clear(): void {
    for (let count = this.available; count > 0; count--) this.shift();
  }
}
