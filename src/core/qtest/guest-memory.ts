import type { AddressSpace } from '../memory/address-space.ts';

type Size = 1 | 2 | 4 | 8;

/** Above this nothing is mapped: addresses are numbers. */
const END = 2 ** 53;
/** What a device takes at a time unless it says otherwise. */
const USUAL_MOST = 4;

/**
 * Reads and writes bytes wherever they are, memory or registers of devices, in the pieces that devices take.
 * What is not there, or does not take the size, reads as 0 and forgets what is written.
 */
export class GuestMemory {
  readonly #space: AddressSpace;

  constructor(space: AddressSpace) {
    this.#space = space;
  }

  read(address: bigint, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const view = new DataView(bytes.buffer);
    this.#pieces(address, length, (at, size, done) => {
      const space = this.#space;
      if (!space.load(at, size)) return;
      if (size === 1) view.setUint8(done, space.readLow);
      else if (size === 2) view.setUint16(done, space.readLow, true);
      else view.setUint32(done, space.readLow, true);
      if (size === 8) view.setUint32(done + 4, space.readHigh, true);
    });
    return bytes;
  }

  write(address: bigint, bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#pieces(address, bytes.length, (at, size, done) => {
      if (size === 8) this.#space.store(at, 8, view.getUint32(done, true), view.getUint32(done + 4, true));
      else if (size === 4) this.#space.store(at, 4, view.getUint32(done, true), 0);
      else if (size === 2) this.#space.store(at, 2, view.getUint16(done, true), 0);
      else this.#space.store(at, 1, view.getUint8(done), 0);
    });
  }

  /** Cuts a range where the memory map does, and into aligned accesses. */
  #pieces(address: bigint, length: number, access: (at: number, size: Size, done: number) => void): void {
    for (let done = 0; done < length; ) {
      const at = address + BigInt(done);
      if (at >= BigInt(END)) return;
      const size = this.#sizeAt(Number(at), length - done);
      access(Number(at), size, done);
      done += size;
    }
  }

  #sizeAt(at: number, left: number): Size {
    const region = this.#space.locate(at)?.region;
    const isDevice = region?.ops !== undefined;
    const most = isDevice ? (region.ops.accepts?.max ?? (region.ops.read64 ? 8 : USUAL_MOST)) : 8;
    for (const size of [8, 4, 2] as const) if (size <= most && size <= left && at % size === 0) return size;
    return 1;
  }
}
