import type { AddressSpace } from '../../memory/address-space.ts';
import { MEM_ENTRY_SIZE } from './gpu-format.ts';

/** The guest memory behind a resource: pieces that follow one another. */
export class Backing {
  readonly #memory: AddressSpace;
  readonly #addresses: Float64Array;
  /** Where each piece begins in the whole, and last where the whole ends. */
  readonly #starts: Float64Array;

  private constructor(memory: AddressSpace, addresses: Float64Array, starts: Float64Array) {
    this.#memory = memory;
    this.#addresses = addresses;
    this.#starts = starts;
  }

  /** From a list of the driver's; null when a piece is not in RAM. */
  static parse(memory: AddressSpace, list: Uint8Array): Backing | null {
    const count = Math.floor(list.length / MEM_ENTRY_SIZE);
    const view = new DataView(list.buffer, list.byteOffset, list.byteLength);
    const addresses = new Float64Array(count);
    const starts = new Float64Array(count + 1);
    for (let n = 0; n < count; n++) {
      const at = n * MEM_ENTRY_SIZE;
      const address = Number(view.getBigUint64(at, true));
      const length = view.getUint32(at + 8, true);
      if (length === 0 || !memory.isMemory(address, length, false)) return null;
      addresses[n] = address;
      starts[n + 1] = starts[n]! + length;
    }
    return new Backing(memory, addresses, starts);
  }

  get pieces(): number {
    return this.#addresses.length;
  }

  /** Copies bytes from `offset` on; what lies behind the end is left as it is. @throws DmaError */
  read(offset: number, into: Uint8Array): void {
    let piece = this.#pieceAt(offset);
    for (let done = 0; done < into.length && piece < this.pieces; piece++) {
      const skip = offset + done - this.#starts[piece]!;
      const length = Math.min(this.#starts[piece + 1]! - this.#starts[piece]! - skip, into.length - done);
      into.set(this.#memory.read(this.#addresses[piece]! + skip, length), done);
      done += length;
    }
  }

  /** The piece that the byte lies in; behind the last one there is none. */
  #pieceAt(offset: number): number {
    let low = 0;
    let high = this.pieces;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle + 1]! <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
