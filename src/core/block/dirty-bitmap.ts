const BITS_OF_A_WORD = 64;
const POPCOUNT = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** A record of what was written to a node: one bit for each piece of it. */
export class DirtyBitmap {
  readonly name: string;
  /** Bytes that one bit stands for. */
  readonly granularity: number;
  recording: boolean;
  /** A job goes by it. */
  busy = false;
  #bits: Uint8Array<ArrayBuffer>;
  /** How many bits are set. */
  #marked = 0;

  /** @param size bytes of the node */
  constructor(name: string, size: number, granularity: number, recording = true) {
    this.name = name;
    this.granularity = granularity;
    this.recording = recording;
    this.#bits = new Uint8Array(this.#bytesFor(size));
  }

  #bytesFor(size: number): number {
    const words = Math.max(Math.ceil(Math.ceil(size / this.granularity) / BITS_OF_A_WORD), 1);
    return words * (BITS_OF_A_WORD / 8);
  }

  /** The node has another size now. */
  resize(size: number): void {
    const bits = new Uint8Array(this.#bytesFor(size));
    bits.set(this.#bits.subarray(0, bits.length));
    this.#bits = bits;
    this.#recount();
  }

  /** The bits, the first piece's lowest, in whole words of 64. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bits;
  }

  /** Bytes in the pieces that were written. */
  get count(): number {
    return this.#marked * this.granularity;
  }

  #recount(): void {
    this.#marked = this.#bits.reduce((sum, byte) => sum + POPCOUNT[byte]!, 0);
  }

  #set(bit: number, marked: boolean): void {
    if (bit >= this.#bits.length * 8 || this.has(bit) === marked) return;
    this.#bits[bit >> 3]! ^= 1 << (bit & 7);
    this.#marked += marked ? 1 : -1;
  }

  mark(offset: number, length: number): void {
    if (length === 0) return;
    const last = Math.floor((offset + length - 1) / this.granularity);
    for (let bit = Math.floor(offset / this.granularity); bit <= last; bit++) {
      this.#set(bit, true);
    }
  }

  /** Takes what was marked back: the pieces that the range touches. */
  unmark(offset: number, length: number): void {
    if (length === 0) return;
    const last = Math.floor((offset + length - 1) / this.granularity);
    for (let bit = Math.floor(offset / this.granularity); bit <= last; bit++) {
      this.#set(bit, false);
    }
  }

  has(piece: number): boolean {
    return (this.#bits[piece >> 3]! & (1 << (piece & 7))) !== 0;
  }

  /** The first marked piece from this one on; -1 if there is none. */
  next(piece: number): number {
    if (this.#marked === 0) return -1;
    for (let at = piece; at < this.#bits.length * 8; at = (at | 7) + 1) {
      if (this.#bits[at >> 3] === 0) continue;
      for (let bit = at; bit <= (at | 7); bit++) if (this.has(bit)) return bit;
    }
    return -1;
  }

  clear(): void {
    this.#bits = new Uint8Array(this.#bits.length);
    this.#marked = 0;
  }

  /** A record of its own of all that is marked, which is not marked here any more. */
  take(): DirtyBitmap {
    const taken = new DirtyBitmap(this.name, 0, this.granularity);
    taken.#bits = this.#bits;
    taken.#marked = this.#marked;
    this.clear();
    return taken;
  }

  /** Adds what another one has, whatever its pieces are. */
  merge(other: DirtyBitmap): void {
    for (let bit = 0; bit < other.#bits.length * 8; bit++) {
      if (other.#bits[bit >> 3]! & (1 << (bit & 7))) this.mark(bit * other.granularity, other.granularity);
    }
  }

  /** Keeps what there is now; the function returned brings it back. */
  save(): () => void {
    const [bits, recording] = [this.#bits.slice(), this.recording];
    return () => {
      this.#bits = bits;
      this.#recount();
      this.recording = recording;
    };
  }
}
