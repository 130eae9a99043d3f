import { E, HEADER_SIZE, NinepError } from './protocol.ts';

/** Identity of a file, as the client sees it. */
export interface Qid {
  readonly type: number;
  readonly version: number;
  readonly path: bigint;
}

/** Reads the fields of a request; a message that is too short for them is refused. */
export class MessageReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = HEADER_SIZE;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.#bytes.length - at) throw new NinepError(E.invalid);
    this.#at += length;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  /** A string, a character for each byte. */
  string(): string {
    const length = this.u16();
    const at = this.#take(length);
    let text = '';
    for (let n = at; n < at + length; n++) text += String.fromCharCode(this.#bytes[n]!);
    return text;
  }

  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }
}

/** Writes the fields of a reply. */
export class MessageWriter {
  #bytes = new Uint8Array(64);
  #view = new DataView(this.#bytes.buffer);
  #length = HEADER_SIZE;

  get length(): number {
    return this.#length;
  }

  #room(length: number): number {
    const at = this.#length;
    if (at + length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, at + length));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length += length;
    return at;
  }

  u8(value: number): this {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.#room(2);
    this.#view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  u64(value: bigint): this {
    const at = this.#room(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value), true);
    return this;
  }

  string(text: string): this {
    this.u16(text.length);
    const at = this.#room(text.length);
    for (let n = 0; n < text.length; n++) this.#bytes[at + n] = text.charCodeAt(n);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  qid({ type, version, path }: Qid): this {
    return this.u8(type).u32(version).u64(path);
  }

  /** The message with its header. */
  finish(type: number, tag: number): Uint8Array {
    this.#view.setUint32(0, this.#length, true);
    this.#view.setUint8(4, type);
    this.#view.setUint16(5, tag, true);
    return this.#bytes.subarray(0, this.#length);
  }
}
