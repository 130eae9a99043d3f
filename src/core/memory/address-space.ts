import type { HostMemory } from '../host-memory.ts';
import { type FlatRange, renderFlatView } from './flat-view.ts';
import type { AccessSize, MemoryRegion, MmioOps } from './region.ts';

/** A device or the monitor reached for memory that is not RAM. */
export class DmaError extends Error {
  override readonly name = 'DmaError';
  readonly address: number;
  constructor(address: number) {
    super(`no RAM at guest address 0x${address.toString(16)}`);
    this.address = address;
  }
}

/** A flat range with plain-number bounds: every access goes through these. */
interface Slot {
  readonly start: number;
  readonly end: number; // exclusive
  readonly base: number; // guest address of region offset 0
  readonly region: MemoryRegion;
}

/** Called after guest RAM was written by something other than a hart: [host offset, length]. */
export type WriteListener = (hostOffset: number, length: number) => void;

/**
 * Guest-physical memory as harts, devices and the monitor see it. Addresses are numbers,
 * exact to 2^53; anything above is unmapped on this board.
 */
export class AddressSpace {
  readonly name: string;
  readonly root: MemoryRegion;
  readonly host: HostMemory;
  #slots: Slot[] = [];
  #ranges: FlatRange[] = [];
  #last: Slot | undefined;
  readonly #writeListeners: WriteListener[] = [];
  readonly #mapListeners: (() => void)[] = [];
  /** Result of the last load(), in halves, so that no bigint is made on the way to a hart. */
  readLow = 0;
  readHigh = 0;

  constructor(name: string, root: MemoryRegion, host: HostMemory) {
    this.name = name;
    this.root = root;
    this.host = host;
    this.refresh();
  }

  get flatView(): readonly FlatRange[] {
    return this.#ranges;
  }

  onWrite(listener: WriteListener): void {
    this.#writeListeners.push(listener);
  }

  /** Called after the map changed: cached translations are void. */
  onMapChange(listener: () => void): void {
    this.#mapListeners.push(listener);
  }

  /** Renders the tree again after regions were added, removed, enabled or switched. */
  refresh(): void {
    this.#ranges = renderFlatView(this.root);
    this.#slots = this.#ranges
      .filter(range => range.start < 2n ** 53n)
      .map(range => ({
        start: Number(range.start),
        end: Number(range.start + range.size),
        base: Number(range.start) - Number(range.offset),
        region: range.region,
      }));
    this.#last = undefined;
    for (const listener of this.#mapListeners) listener();
  }

  #find(paddr: number): Slot | undefined {
    const last = this.#last;
    if (last && paddr >= last.start && paddr < last.end) return last;
    let low = 0;
    let high = this.#slots.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const slot = this.#slots[middle]!;
      if (paddr < slot.start) high = middle - 1;
      else if (paddr >= slot.end) low = middle + 1;
      else {
        this.#last = slot;
        return slot;
      }
    }
    return undefined;
  }

  /** Host-memory offset of the byte at `paddr` if reads (or writes) may go there directly, else -1. */
  hostOffset(paddr: number, write: boolean): number {
    const slot = this.#find(paddr);
    if (slot === undefined || !isDirect(slot.region, write)) return -1;
    return slot.region.hostOffset + (paddr - slot.base);
  }

  /** As hostOffset, for a whole range inside one region. */
  hostRange(paddr: number, length: number, write: boolean): number {
    const slot = this.#find(paddr);
    if (slot === undefined || !isDirect(slot.region, write) || paddr + length > slot.end) return -1;
    return slot.region.hostOffset + (paddr - slot.base);
  }

  /** The device region at `paddr` and the offset in it, undefined where nothing is. */
  locate(paddr: number): { region: MemoryRegion; offset: number } | undefined {
    const slot = this.#find(paddr);
    return slot && { region: slot.region, offset: paddr - slot.base };
  }

  /** A hart's or monitor's load; false means access fault. Result in readLow/readHigh. */
  load(paddr: number, size: 1 | 2 | 4 | 8): boolean {
    const slot = this.#find(paddr);
    if (slot === undefined || paddr + size > slot.end) return false;
    if (isDirect(slot.region, false)) return this.#loadRam(slot.region.hostOffset + paddr - slot.base, size);
    const ops = slot.region.ops;
    if (ops === undefined || !accepts(ops, size)) return false;
    this.#loadDevice(ops, paddr - slot.base, size);
    return true;
  }

  /** A hart's or monitor's store; false means access fault. */
  store(paddr: number, size: 1 | 2 | 4 | 8, low: number, high: number): boolean {
    const slot = this.#find(paddr);
    if (slot === undefined || paddr + size > slot.end) return false;
    if (isDirect(slot.region, true)) {
      this.#storeRam(slot.region.hostOffset + paddr - slot.base, size, low, high);
      return true;
    }
    if (slot.region.kind === 'rom') return true; // dropped, as on real hardware
    const ops = slot.region.ops;
    if (ops === undefined || !accepts(ops, size)) return false;
    storeDevice(ops, paddr - slot.base, size, low, high);
    return true;
  }

  /**
   * An interrupt as a message: 32 bits to memory, or to a device that takes messages. Other devices would be called while
   * something is under way in them: what is for them is lost, as is what leads nowhere.
   */
  message(paddr: number, value: number): void {
    const slot = this.#find(paddr);
    if (!slot || !(isDirect(slot.region, true) || slot.region.ops?.messages)) return;
    this.store(paddr, 4, value, 0);
  }

  #loadRam(offset: number, size: number): true {
    const view = this.host.view;
    this.readHigh = 0;
    if (size === 1) this.readLow = view.getUint8(offset);
    else if (size === 2) this.readLow = view.getUint16(offset, true);
    else this.readLow = view.getUint32(offset, true);
    if (size === 8) this.readHigh = view.getUint32(offset + 4, true);
    return true;
  }

  #storeRam(offset: number, size: number, low: number, high: number): void {
    const view = this.host.view;
    if (size === 1) view.setUint8(offset, low);
    else if (size === 2) view.setUint16(offset, low, true);
    else view.setUint32(offset, low, true);
    if (size === 8) view.setUint32(offset + 4, high, true);
    this.#wrote(offset, size);
  }

  #loadDevice(ops: MmioOps, offset: number, size: 1 | 2 | 4 | 8): void {
    this.readHigh = 0;
    if (size !== 8) {
      this.readLow = ops.read(offset, size) >>> 0;
    } else if (ops.read64) {
      const value = ops.read64(offset);
      this.readLow = Number(value & 0xffff_ffffn);
      this.readHigh = Number((value >> 32n) & 0xffff_ffffn);
    } else {
      this.readLow = ops.read(offset, 4) >>> 0;
      this.readHigh = ops.read(offset + 4, 4) >>> 0;
    }
  }

  /** Copies `length` bytes out of RAM or ROM. Throws DmaError where there is none. */
  read(paddr: number, length: number): Uint8Array {
    const out = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const [offset, run] = this.#run(paddr + done, length - done, false);
      out.set(this.host.bytes.subarray(offset, offset + run), done);
      done += run;
    }
    return out;
  }

  /** Writes bytes to RAM. Throws DmaError where there is none, before anything was written there. */
  write(paddr: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const [offset, run] = this.#run(paddr + done, bytes.length - done, true);
      this.host.bytes.set(bytes.subarray(done, done + run), offset);
      this.#wrote(offset, run);
      done += run;
    }
  }

  /** As write(), but ROM takes it too: loading at reset, and the monitor. */
  writeRom(paddr: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const [offset, run] = this.#run(paddr + done, bytes.length - done, false);
      this.host.bytes.set(bytes.subarray(done, done + run), offset);
      this.#wrote(offset, run);
      done += run;
    }
  }

  /** Contents behind a region changed without a store, as when flash is programmed. */
  contentsChanged(hostOffset: number, length: number): void {
    this.#wrote(hostOffset, length);
  }

  /** True if the whole range is RAM (or readable ROM, unless `write`). */
  isMemory(paddr: number, length: number, write: boolean): boolean {
    for (let done = 0; done < length; ) {
      const slot = this.#find(paddr + done);
      if (slot === undefined || !isDirect(slot.region, write)) return false;
      done += slot.end - (paddr + done);
    }
    return true;
  }

  #run(paddr: number, length: number, write: boolean): [offset: number, run: number] {
    const slot = this.#find(paddr);
    if (slot === undefined || !isDirect(slot.region, write)) throw new DmaError(paddr);
    return [slot.region.hostOffset + (paddr - slot.base), Math.min(length, slot.end - paddr)];
  }

  #wrote(offset: number, length: number): void {
    for (const listener of this.#writeListeners) listener(offset, length);
  }

  readU16(paddr: number): number {
    return this.host.view.getUint16(this.#word(paddr, 2, false), true);
  }
  readU32(paddr: number): number {
    return this.host.view.getUint32(this.#word(paddr, 4, false), true);
  }
  readU64(paddr: number): bigint {
    return this.host.view.getBigUint64(this.#word(paddr, 8, false), true);
  }
  writeU16(paddr: number, value: number): void {
    const offset = this.#word(paddr, 2, true);
    this.host.view.setUint16(offset, value, true);
    this.#wrote(offset, 2);
  }
  writeU32(paddr: number, value: number): void {
    const offset = this.#word(paddr, 4, true);
    this.host.view.setUint32(offset, value, true);
    this.#wrote(offset, 4);
  }
  writeU64(paddr: number, value: bigint): void {
    const offset = this.#word(paddr, 8, true);
    this.host.view.setBigUint64(offset, value, true);
    this.#wrote(offset, 8);
  }

  #word(paddr: number, size: number, write: boolean): number {
    const offset = this.hostRange(paddr, size, write);
    if (offset < 0) throw new DmaError(paddr);
    return offset;
  }
}

function isDirect(region: MemoryRegion, write: boolean): boolean {
  if (region.kind === 'ram') return true;
  return !write && (region.kind === 'rom' || (region.kind === 'romd' && region.romdMode));
}

function accepts(ops: MmioOps, size: number): boolean {
  const limits = ops.accepts;
  return limits === undefined || (size >= limits.min && size <= limits.max);
}

function storeDevice(ops: MmioOps, offset: number, size: 1 | 2 | 4 | 8, low: number, high: number): void {
  if (size !== 8) ops.write(offset, low >>> 0, size satisfies AccessSize);
  else if (ops.write64) ops.write64(offset, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
  else {
    ops.write(offset, low >>> 0, 4);
    ops.write(offset + 4, high >>> 0, 4);
  }
}
