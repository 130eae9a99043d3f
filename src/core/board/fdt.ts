/** A property's value: cells (u32), text, a list of texts, bytes, or true for one that is just present. */
export type FdtValue = number[] | string | string[] | Uint8Array | true;

export interface FdtNode {
  readonly name: string;
  readonly properties: Readonly<Record<string, FdtValue>>;
  readonly children?: readonly FdtNode[];
}

// Devicetree specification 0.4, chapter 5: flattened devicetree format.
const MAGIC = 0xd00dfeed;
const VERSION = 17;
const LAST_COMPATIBLE_VERSION = 16;
const HEADER_LENGTH = 40;
const RESERVATION_END_LENGTH = 16;
const BEGIN_NODE = 1;
const END_NODE = 2;
const PROP = 3;
const END = 9;

/** What a blob holds beside the tree. */
export interface FdtHeader {
  /** Address and size of each memory reservation, 16 bytes a pair, without the pair of zeros behind the last. */
  readonly reservations: Uint8Array;
  /** Id of the hart that boots. */
  readonly bootHart: number;
}

const PLAIN: FdtHeader = { reservations: new Uint8Array(0), bootHart: 0 };

/** Serialises a tree into a blob of version 17. */
export function writeFdt(root: FdtNode, header = PLAIN): Uint8Array {
  const writer = new Writer();
  writer.node({ ...root, name: '' });
  writer.u32(END);
  return writer.finish(header);
}

class Writer {
  readonly #bytes: number[] = [];
  readonly #strings = new Map<string, number>();
  #stringsLength = 0;

  u32(value: number): void {
    this.#bytes.push((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
  }

  #aligned(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#bytes.push(byte);
    while (this.#bytes.length % 4 !== 0) this.#bytes.push(0);
  }

  node(node: FdtNode): void {
    this.u32(BEGIN_NODE);
    this.#aligned(cString(node.name));
    for (const [name, value] of Object.entries(node.properties)) this.#property(name, encodeValue(value));
    for (const child of node.children ?? []) this.node(child);
    this.u32(END_NODE);
  }

  #property(name: string, value: Uint8Array): void {
    this.u32(PROP);
    this.u32(value.length);
    this.u32(this.#stringOffset(name));
    this.#aligned(value);
  }

  #stringOffset(name: string): number {
    const known = this.#strings.get(name);
    if (known !== undefined) return known;
    const offset = this.#stringsLength;
    this.#strings.set(name, offset);
    this.#stringsLength += cString(name).length;
    return offset;
  }

  finish({ reservations, bootHart }: FdtHeader): Uint8Array {
    const structure = HEADER_LENGTH + reservations.length + RESERVATION_END_LENGTH;
    const strings = structure + this.#bytes.length;
    const total = strings + this.#stringsLength;
    const blob = new Uint8Array(total);
    const header = new DataView(blob.buffer);
    const fields = [
      MAGIC,
      total,
      structure,
      strings,
      HEADER_LENGTH, // where the memory reservations are
      VERSION,
      LAST_COMPATIBLE_VERSION,
      bootHart,
      this.#stringsLength,
      this.#bytes.length,
    ];
    fields.forEach((field, index) => {
      header.setUint32(4 * index, field);
    });
    blob.set(reservations, HEADER_LENGTH);
    blob.set(this.#bytes, structure);
    for (const [name, offset] of this.#strings) blob.set(cString(name), strings + offset);
    return blob;
  }
}

function cString(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

function encodeValue(value: FdtValue): Uint8Array {
  if (value === true) return new Uint8Array(0);
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return cString(value);
  if (value.every(item => typeof item === 'string')) return cString(value.join('\0'));
  const bytes = new Uint8Array(4 * value.length);
  const view = new DataView(bytes.buffer);
  value.forEach((cell, index) => {
    view.setUint32(4 * index, Number(cell));
  });
  return bytes;
}

/** Two cells for a 64-bit number. */
export function cells64(...values: number[]): number[] {
  return values.flatMap(value => [Math.floor(value / 2 ** 32), value >>> 0]);
}
