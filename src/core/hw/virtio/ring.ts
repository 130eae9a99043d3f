import type { AddressSpace } from '../../memory/address-space.ts';

/** Split virtqueue layout (virtio 1.2, 2.7). */
export const DESC_SIZE = 16;
const HEADER = 4; // flags and idx, in both rings
const AVAIL_ENTRY = 2;
const USED_ENTRY = 8;
const EXACT = 2 ** 53;

export const DESC_NEXT = 1;
export const DESC_WRITE = 2;
export const DESC_INDIRECT = 4;

export const AVAIL_NO_INTERRUPT = 1;

export interface Descriptor {
  /** Guest-physical; not exact above 2^53, where no memory is. */
  readonly address: number;
  readonly addressLow: number;
  readonly addressHigh: number;
  readonly length: number;
  readonly flags: number;
  readonly next: number;
}

/** @throws DmaError outside of memory */
export function readDescriptor(memory: AddressSpace, table: number, index: number): Descriptor {
  const at = table + index * DESC_SIZE;
  const addressLow = memory.readU32(at);
  const addressHigh = memory.readU32(at + 4);
  return {
    address: addressHigh * 2 ** 32 + addressLow,
    addressLow,
    addressHigh,
    length: memory.readU32(at + 8),
    flags: memory.readU16(at + 12),
    next: memory.readU16(at + 14),
  };
}

/** Where the three areas of a queue are, and access to their fields. Accessors throw DmaError. */
export class SplitRing {
  readonly #memory: AddressSpace;
  num: number;
  align: number;
  desc = 0n;
  avail = 0n;
  used = 0n;

  constructor(memory: AddressSpace, num: number, align: number) {
    this.#memory = memory;
    this.num = num;
    this.align = align;
  }

  /** Places all three areas by the legacy rule (2.7.2) from the address of the first. */
  placeLegacy(desc: bigint): void {
    this.desc = desc;
    this.avail = desc + BigInt(this.num * DESC_SIZE);
    const end = this.avail + BigInt(HEADER + this.num * AVAIL_ENTRY);
    const mask = BigInt(this.align - 1);
    this.used = (end + mask) & ~mask;
  }

  /** Name of the first area that is not wholly in memory; null if all are. */
  unmapped(withEvents: boolean): 'desc' | 'used' | 'avail' | null {
    const events = withEvents ? 2 : 0;
    if (!this.#isMemory(this.desc, this.num * DESC_SIZE, false)) return 'desc';
    if (!this.#isMemory(this.used, HEADER + this.num * USED_ENTRY + events, true)) return 'used';
    if (!this.#isMemory(this.avail, HEADER + this.num * AVAIL_ENTRY + events, false)) return 'avail';
    return null;
  }

  #isMemory(address: bigint, length: number, write: boolean): boolean {
    return address < BigInt(EXACT) && this.#memory.hostRange(Number(address), length, write) >= 0;
  }

  descriptor(index: number): Descriptor {
    return readDescriptor(this.#memory, Number(this.desc), index);
  }

  get availFlags(): number {
    return this.#memory.readU16(Number(this.avail));
  }
  get availIdx(): number {
    return this.#memory.readU16(Number(this.avail) + 2);
  }
  availEntry(position: number): number {
    return this.#memory.readU16(Number(this.avail) + HEADER + (position % this.num) * AVAIL_ENTRY);
  }
  /** Written by the driver: interrupt when the used index passes it (2.7.7). */
  get usedEvent(): number {
    return this.#memory.readU16(Number(this.avail) + HEADER + this.num * AVAIL_ENTRY);
  }

  get usedFlags(): number {
    return this.#memory.readU16(Number(this.used));
  }
  get usedIdx(): number {
    return this.#memory.readU16(Number(this.used) + 2);
  }
  set usedIdx(value: number) {
    this.#memory.writeU16(Number(this.used) + 2, value);
  }
  putUsed(position: number, id: number, length: number): void {
    const at = Number(this.used) + HEADER + (position % this.num) * USED_ENTRY;
    this.#memory.writeU32(at, id);
    this.#memory.writeU32(at + 4, length);
  }
  /** Written by the device: notify when the available index passes it (2.7.10). */
  set availEvent(value: number) {
    this.#memory.writeU16(Number(this.used) + HEADER + this.num * USED_ENTRY, value);
  }
}
