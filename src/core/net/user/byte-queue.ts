/** Bytes in order, kept in the pieces they came in. */
export class ByteQueue {
  readonly #pieces: Uint8Array[] = [];
  /** Bytes of the first piece that are gone. */
  #gone = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Keeps the piece itself: its owner must leave it alone from now on. */
  push(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  /** A copy of `length` bytes from `offset` on, which must be there. */
  copy(offset: number, length: number): Uint8Array {
    const out = new Uint8Array(length);
    let skip = offset + this.#gone;
    let filled = 0;
    for (const piece of this.#pieces) {
      if (filled === length) break;
      if (skip >= piece.length) {
        skip -= piece.length;
        continue;
      }
      const part = piece.subarray(skip, skip + length - filled);
      out.set(part, filled);
      filled += part.length;
      skip = 0;
    }
    return out;
  }

  /** Forgets the first `count` bytes, or all if there are fewer. */
  drop(count: number): void {
    this.#gone += Math.min(count, this.#length);
    this.#length -= Math.min(count, this.#length);
    let pieces = 0;
    while (pieces < this.#pieces.length && this.#gone >= this.#pieces[pieces]!.length) {
      this.#gone -= this.#pieces[pieces]!.length;
      pieces++;
    }
    this.#pieces.splice(0, pieces);
  }
}
