import { REG } from '../mmio-registers.ts';
import { DESC_INDIRECT, DESC_NEXT, DESC_WRITE } from '../ring.ts';
import type { Rig } from './rig.ts';

/** A buffer for the device: bytes to read, or a length to write into. */
export type Buffer = Uint8Array | string | number;

export const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** What a queue needs of the machine around it. */
export type QueueRig = Pick<Rig, 'memory' | 'alloc' | 'write'>;

/** The driver's side of one queue, in guest memory. */
export class DriverQueue {
  readonly rig: QueueRig;
  readonly index: number;
  readonly num: number;
  readonly desc: number;
  readonly avail: number;
  readonly used: number;
  #free = 0;
  #availIdx = 0;
  #seen = 0;

  constructor(rig: QueueRig, index: number, num: number, base: number) {
    this.rig = rig;
    this.index = index;
    this.num = num;
    this.desc = base;
    this.avail = base + num * 16;
    this.used = Math.ceil((this.avail + 4 + 2 * num) / 4096) * 4096;
  }

  /** Writes a descriptor. */
  descriptor(n: number, address: number, length: number, flags: number, next = 0, table = this.desc): void {
    const { memory } = this.rig;
    memory.writeU64(table + n * 16, BigInt(address));
    memory.writeU32(table + n * 16 + 8, length);
    memory.writeU16(table + n * 16 + 12, flags);
    memory.writeU16(table + n * 16 + 14, next);
  }

  /** Makes the chain that starts at `head` available. */
  offer(head: number): void {
    this.rig.memory.writeU16(this.avail + 4 + (this.#availIdx % this.num) * 2, head);
    this.#availIdx = (this.#availIdx + 1) & 0xffff;
    this.rig.memory.writeU16(this.avail + 2, this.#availIdx);
  }

  /** Builds a chain of buffers at hand-made places; returns where they lie. Does not kick. */
  add(buffers: readonly Buffer[], options: { indirect?: boolean } = {}): { head: number; at: number[] } {
    const head = this.#free;
    const at: number[] = [];
    const table = options.indirect ? this.rig.alloc(buffers.length * 16) : this.desc;
    const first = options.indirect ? 0 : head;
    buffers.forEach((buffer, n) => {
      const bytes = typeof buffer === 'string' ? new TextEncoder().encode(buffer) : buffer;
      const length = typeof bytes === 'number' ? bytes : bytes.length;
      const address = this.rig.alloc(length);
      if (typeof bytes !== 'number') this.rig.memory.write(address, bytes);
      at.push(address);
      const flags = (typeof bytes === 'number' ? DESC_WRITE : 0) | (n < buffers.length - 1 ? DESC_NEXT : 0);
      this.descriptor((first + n) % this.num, address, length, flags, (first + n + 1) % this.num, table);
    });
    if (options.indirect) this.descriptor(head, table, buffers.length * 16, DESC_INDIRECT);
    this.#free = (head + (options.indirect ? 1 : buffers.length)) % this.num;
    this.offer(head);
    return { head, at };
  }

  kick(): void {
    this.rig.write(REG.queueNotify, this.index);
  }

  /** Entries that the device gave back since the last call. */
  takeUsed(): { id: number; length: number }[] {
    const { memory } = this.rig;
    const out: { id: number; length: number }[] = [];
    for (
      const idx = memory.readU16(this.used + 2);
      this.#seen !== idx;
      this.#seen = (this.#seen + 1) & 0xffff
    ) {
      const at = this.used + 4 + (this.#seen % this.num) * 8;
      out.push({ id: memory.readU32(at), length: memory.readU32(at + 4) });
    }
    return out;
  }
}

/** Brings a device up as Linux does, with the given features, and sets its queues up. */
export function startDriver(rig: Rig, features: bigint, queues: number, num = 16): DriverQueue[] {
  const modern = rig.read(REG.version) === 2;
  rig.write(REG.status, 0);
  rig.write(REG.status, 1);
  rig.write(REG.status, 3);
  if (!modern) rig.write(REG.guestPageSize, 4096);
  negotiate(rig, features, modern);
  const made = Array.from({ length: queues }, (_, index) => {
    const queue = new DriverQueue(rig, index, num, rig.alloc(0, 4096));
    rig.alloc(3 * 4096);
    placeQueue(rig, queue, modern);
    return queue;
  });
  rig.write(REG.status, modern ? 15 : 7);
  return made;
}

function negotiate(rig: Rig, features: bigint, modern: boolean): void {
  for (const half of modern ? [0, 1] : [0]) {
    rig.write(REG.driverFeaturesSel, half);
    rig.write(REG.driverFeatures, Number((features >> BigInt(32 * half)) & 0xffff_ffffn));
  }
  if (modern) rig.write(REG.status, 11);
}

export function placeQueue(rig: Rig, queue: DriverQueue, modern: boolean): void {
  rig.write(REG.queueSel, queue.index);
  rig.write(REG.queueNum, queue.num);
  if (modern) {
    rig.write(REG.queueDescLow, queue.desc);
    rig.write(REG.queueDriverLow, queue.avail);
    rig.write(REG.queueDeviceLow, queue.used);
    rig.write(REG.queueReady, 1);
  } else {
    rig.write(REG.queueAlign, 4096);
    rig.write(REG.queuePfn, queue.desc / 4096);
  }
}
