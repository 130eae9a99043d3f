/** Writes fields most significant byte first. */
export class WireWriter {
  readonly #parts: number[] = [];

  u16(value: number): this {
    return this.#number(BigInt(value), 2);
  }

  u32(value: number): this {
    return this.#number(BigInt(value), 4);
  }

  u64(value: bigint): this {
    return this.#number(value, 8);
  }

  bytes(bytes: Uint8Array): this {
    for (const byte of bytes) this.#parts.push(byte);
    return this;
  }

  text(text: string): this {
    return this.bytes(new TextEncoder().encode(text));
  }

  /** A text behind its length. */
  string(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.u32(bytes.length).bytes(bytes);
  }

  zeros(count: number): this {
    return this.bytes(new Uint8Array(count));
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#parts);
  }

  #number(value: bigint, size: number): this {
    for (let shift = 8 * (size - 1); shift >= 0; shift -= 8) {
      this.#parts.push(Number((value >> BigInt(shift)) & 0xffn));
    }
    return this;
  }
}

/** Reads such fields; `short` tells whether more was asked for than there is. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** @throws RangeError where there is no more */
  u8(): number {
    return this.#view.getUint8(this.#move(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#move(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#move(4));
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#move(8));
  }

  text(length: number): string {
    const at = this.#move(length);
    return new TextDecoder().decode(this.#bytes.subarray(at, at + length));
  }

  #move(size: number): number {
    if (size > this.left) throw new RangeError('the message is too short');
    const at = this.#at;
    this.#at += size;
    return at;
  }
}
