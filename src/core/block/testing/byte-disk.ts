import type { BlockFile } from '../../../host/types.ts';

/** A file in an array, which grows as it is written. */
export class ByteDisk implements BlockFile {
  bytes: Uint8Array<ArrayBuffer>;
  readonly readOnly: boolean;
  closed = false;
  /** Called before each access; what it throws or waits for comes first. */
  meet: (operation: 'read' | 'write', offset: number) => Promise<void> | void = () => {};

  constructor(bytes: Uint8Array = new Uint8Array(0), readOnly = false) {
    this.bytes = bytes.slice();
    this.readOnly = readOnly;
  }

  get size(): number {
    return this.bytes.length;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    await this.meet('read', offset);
    const out = new Uint8Array(length);
    out.set(this.bytes.subarray(offset, offset + length));
    return out;
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    const copy = data.slice();
    await this.meet('write', offset);
    if (offset + copy.length > this.size) await this.resize(offset + copy.length);
    this.bytes.set(copy, offset);
  }

  async flush(): Promise<void> {}

  async resize(size: number): Promise<void> {
    const bytes = new Uint8Array(size);
    bytes.set(this.bytes.subarray(0, size));
    this.bytes = bytes;
  }

  async allocated(): Promise<number> {
    return this.size;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** Where two arrays first differ; -1 if they do not. Quick, unlike a matcher on so many elements. */
export function difference(one: Uint8Array, other: Uint8Array): number {
  const at = one.findIndex((byte, n) => byte !== other[n]);
  return at === -1 && one.length !== other.length ? Math.min(one.length, other.length) : at;
}
