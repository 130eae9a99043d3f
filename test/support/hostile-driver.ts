/** A driver that means no good: register accesses and rings by chance, through the guest's own view of memory. */
import type { AddressSpace } from '../../src/core/memory/address-space.ts';
import type { Random } from './random.ts';

const RAM = 0x8000_0000;
/** Where rings and buffers lie: behind what the parked hart runs. */
const ARENA = RAM + 0x40_0000;
const ARENA_SIZE = 0x10_0000;
const PAGE = 4096;
const SIZES = [1, 2, 4, 4, 4, 8] as const;
const VIRTIO_MMIO = { base: 0x1000_1000, size: 0x1000, count: 8 };

// virtio-mmio registers (virtio 1.2, section 4.2.2)
const QUEUE_REGISTERS = { select: 0x30, count: 0x38, align: 0x3c, page: 0x40, ready: 0x44, notify: 0x50 };
const GUEST_PAGE_SIZE = 0x28;
const STATUS = 0x70;
const RING_ADDRESSES = [0x80, 0x90, 0xa0];
const FEATURES = { value: 0x20, select: 0x24 };
const DRIVER_STATES = [1, 3, 11, 15];
const LAST_STATE = 15;

/** Words that mean something to a device: the power switch, flash commands, DMA control, keys. */
const SPELLS = [
  ...[0x3333, 0x5555, 0x7777, 0x1_3333, 0xffff_3333],
  ...[0x20, 0x40, 0x50, 0x60, 0x70, 0x90, 0x98, 0xd0, 0xe8, 0xff],
  ...[0x0100_0000, 0x0200_0000, 0x0a00_1900, 0x1900, 0x2000, 0x2100],
];

/** Registers of devices, as ranges of guest-physical addresses. */
export interface Registers {
  readonly name: string;
  readonly start: number;
  readonly size: number;
}

/** Everything that a guest can reach and that is not plain memory. */
export function allRegisters(memory: AddressSpace): Registers[] {
  return memory.flatView
    .filter(({ region }) => region.ops !== undefined)
    .map(({ start, size, region }) => ({ name: region.name, start: Number(start), size: Number(size) }));
}

export class HostileDriver {
  readonly #memory: AddressSpace;
  readonly #random: Random;

  constructor(memory: AddressSpace, random: Random) {
    this.#memory = memory;
    this.#random = random;
  }

  /** One access somewhere in the registers, of any size and alignment. */
  poke({ start, size }: Registers): void {
    const random = this.#random;
    const near = Math.min(size, random.chance(4) ? size : 0x200);
    const offset = random.below(near);
    const at = start + (random.chance(8) ? offset : offset - (offset % 4));
    const width = random.pick(SIZES);
    if (random.chance(3)) this.#memory.load(at, width);
    else this.#memory.store(at, width, this.#value(), this.#value());
  }

  /** Fills the arena with what may be descriptors, requests or indices. */
  scribble(): void {
    const random = this.#random;
    for (let count = 0; count < 64; count++) {
      const at = ARENA + random.below(ARENA_SIZE - 16);
      this.#memory.write(
        at,
        Uint8Array.from({ length: 16 }, () => random.below(random.chance(2) ? 4 : 256)),
      );
    }
  }

  /** Sets a virtio-mmio device up as a driver does, with queues full of nonsense, and rings its doorbells. */
  startDriver(slot = this.#random.below(VIRTIO_MMIO.count)): void {
    const random = this.#random;
    const base = VIRTIO_MMIO.base + slot * VIRTIO_MMIO.size;
    const set = (register: number, value: number) => this.#memory.store(base + register, 4, value, 0);
    set(STATUS, 0);
    for (const state of DRIVER_STATES) {
      for (const half of [0, 1]) {
        set(FEATURES.select, half);
        set(FEATURES.value, random.chance(2) ? 0xffff_ffff : random.word());
      }
      if (state === LAST_STATE) for (let queue = 0; queue < 4; queue++) this.#layOut(set, queue);
      set(STATUS, state);
    }
    for (let ring = 0; ring < 8; ring++) set(QUEUE_REGISTERS.notify, random.below(6));
  }

  #layOut(set: (register: number, value: number) => void, queue: number): void {
    const random = this.#random;
    const count = random.pick([1, 2, 8, 16, 256]);
    const desc = ARENA + queue * 4 * PAGE;
    set(GUEST_PAGE_SIZE, PAGE);
    set(QUEUE_REGISTERS.select, queue);
    set(QUEUE_REGISTERS.count, random.chance(10) ? random.word() : count);
    set(QUEUE_REGISTERS.align, PAGE);
    const avail = desc + count * 16;
    RING_ADDRESSES.forEach((register, index) => {
      set(register, random.chance(12) ? random.word() : [desc, avail, desc + 3 * PAGE][index]!);
      set(register + 4, random.chance(20) ? random.word() : 0);
    });
    set(QUEUE_REGISTERS.page, desc / PAGE);
    set(QUEUE_REGISTERS.ready, 1);
    for (let index = 0; index < Math.min(count, 32); index++) this.#descriptor(desc + index * 16, count);
    this.#memory.writeU16(avail + 2, random.below(40));
    for (let index = 0; index < count && index < 16; index++) {
      this.#memory.writeU16(
        avail + 4 + 2 * index,
        random.chance(16) ? random.word() & 0xffff : random.below(count),
      );
    }
  }

  #descriptor(at: number, count: number): void {
    const random = this.#random;
    const address = random.chance(10) ? this.#value() : ARENA + 0x2_0000 + random.below(0xd_0000);
    this.#memory.writeU64(at, BigInt(address));
    this.#memory.writeU32(
      at + 8,
      random.chance(10) ? random.word() : random.pick([0, 1, 8, 12, 16, 64, 512, 4096]),
    );
    this.#memory.writeU16(
      at + 12,
      random.chance(10) ? random.word() & 7 : random.pick([0, 1, 1, 2, 3, 3, 4]),
    );
    this.#memory.writeU16(at + 14, random.chance(16) ? random.word() & 0xffff : random.below(count));
  }

  #value(): number {
    const random = this.#random;
    switch (random.below(8)) {
      case 0:
        return random.below(16);
      case 1:
        return 0xffff_ffff;
      case 2:
        return 2 ** random.below(32);
      case 3:
        return ARENA + random.below(ARENA_SIZE);
      case 4:
        return ARENA / PAGE + random.below(ARENA_SIZE / PAGE);
      case 5:
        return random.pick(SPELLS);
      case 6:
        return swapped(ARENA + random.below(ARENA_SIZE)); // registers of fw_cfg are big-endian
      default:
        return random.word();
    }
  }
}

function swapped(value: number): number {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setUint32(0, value);
  return bytes.getUint32(0, true);
}
