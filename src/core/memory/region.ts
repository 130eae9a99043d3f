import type { RegisterAccess, Tracer } from '../trace.ts';

export type AccessSize = 1 | 2 | 4;

/** Register access of a device. Values are unsigned 32-bit; offsets are relative to the region. */
export interface MmioOps {
  read(offset: number, size: AccessSize): number;
  write(offset: number, value: number, size: AccessSize): void;
  /** 64-bit accesses; without these they are split into two of 32 bits, low half first. */
  read64?(offset: number): bigint;
  write64?(offset: number, value: bigint): void;
  /** Sizes that the guest may use; others fault. Default: 1 to 8. */
  readonly accepts?: { readonly min: number; readonly max: number };
  /** Whether interrupts that are messages may be written here. */
  readonly messages?: boolean;
  /** Tells an access of a hart to whoever traces; called behind it, and only while events are on. */
  traced?(tracer: Tracer, access: RegisterAccess): void;
  /** How an access of a hart breaks the device's rules, for the log item guest_errors; null: it does not. */
  mistake?(access: RegisterAccess): string | null;
}

export type RegionKind = 'container' | 'i/o' | 'ram' | 'rom' | 'romd' | 'alias';

export interface RegionOptions {
  readonly priority?: number;
  /** ram, rom, romd: byte offset of the backing block in host memory. */
  readonly hostOffset?: number;
  readonly ops?: MmioOps;
  /** Bytes in use, where the block has room to grow; all of it if absent. */
  readonly used?: number;
  /** alias: what it shows, and from where. */
  readonly target?: MemoryRegion;
  readonly targetOffset?: bigint;
}

/**
 * A piece of an address space, as data: devices, RAM and containers form a tree from which
 * the flat view is rendered. Sizes and offsets are bigint since containers span 2^64.
 */
export class MemoryRegion {
  readonly name: string;
  readonly kind: RegionKind;
  readonly priority: number;
  readonly hostOffset: number;
  readonly ops: MmioOps | undefined;
  /** Bytes in use of the block behind it. */
  readonly used: number;
  readonly target: MemoryRegion | undefined;
  readonly #children: { offset: bigint; region: MemoryRegion }[] = [];
  /** romd regions answer reads from memory only while this is set (flash in array mode). */
  romdMode = true;
  enabled = true;
  #container: MemoryRegion | undefined;
  #address = 0n;
  #size: bigint;
  #targetOffset: bigint;

  constructor(name: string, kind: RegionKind, size: bigint, options: RegionOptions = {}) {
    this.name = name;
    this.kind = kind;
    this.#size = size;
    this.priority = options.priority ?? 0;
    this.hostOffset = options.hostOffset ?? -1;
    this.ops = options.ops;
    this.used = options.used ?? Number(size);
    this.target = options.target;
    this.#targetOffset = options.targetOffset ?? 0n;
  }

  get size(): bigint {
    return this.#size;
  }

  get targetOffset(): bigint {
    return this.#targetOffset;
  }

  /** An alias shows another piece of its target, at the same offset in its container. */
  retarget(offset: bigint, size: bigint): void {
    this.#targetOffset = offset;
    this.#size = size;
    const container = this.#container;
    container?.remove(this);
    container?.add(offset, this);
  }

  get children(): readonly { readonly offset: bigint; readonly region: MemoryRegion }[] {
    return this.#children;
  }

  /** The region that this one was added to, and where in it. */
  get container(): MemoryRegion | undefined {
    return this.#container;
  }

  get address(): bigint {
    return this.#address;
  }

  add(offset: bigint, region: MemoryRegion): this {
    this.#children.push({ offset, region });
    region.#container = this;
    region.#address = offset;
    return this;
  }

  remove(region: MemoryRegion): void {
    const index = this.#children.findIndex(child => child.region === region);
    if (index < 0) return;
    this.#children.splice(index, 1);
    region.#container = undefined;
  }
}
