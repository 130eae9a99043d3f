import type { HostMemory } from '../../host-memory.ts';
import { HEAT_REGION, MAX_REGIONS, PAGE_SIZE } from '../layout.ts';

/** Bytes of modules that are kept; native code is several times as large. */
const MODULE_BUDGET = 32 * 1024 * 1024;
/** What goes when the budget is spent: the oldest eighth. */
const EVICTION_SHARE = 8;

/** Bytes of host memory. */
export interface CodeRange {
  readonly first: number;
  readonly end: number;
}

/** A translated region. */
export interface NewRegion {
  /** Address of the heat of the record that leads here. */
  readonly heat: number;
  /** The function. */
  readonly run: unknown;
  readonly ranges: readonly CodeRange[];
  readonly moduleBytes: number;
  readonly guestBytes: number;
  /** Blocks that go on to another one directly, and those that do so in two ways. */
  readonly jumps: number;
  readonly twoJumps: number;
}

interface Region extends NewRegion {
  /** Index in the table. */
  readonly index: number;
}

/** Figures of the regions that exist, and of those that went. */
export interface TranslationFigures {
  readonly regions: number;
  /** How many the table has room for. */
  readonly table: number;
  readonly moduleBytes: number;
  readonly moduleLimit: number;
  readonly guestBytes: number;
  readonly largestGuestBytes: number;
  readonly crossPage: number;
  /** Regions with a direct jump inside, and those with a branch both of whose ways stay inside. */
  readonly withJump: number;
  readonly withTwoJumps: number;
  /** How often regions had to make room. */
  readonly evictions: number;
  readonly invalidated: number;
}

/** The translated regions: found by the memory that they were made from, so that a change drops them. */
export class RegionStore {
  readonly #memory: HostMemory;
  readonly #table: WebAssembly.Table;
  /** Oldest first. */
  readonly #regions = new Set<Region>();
  readonly #byPage = new Map<number, Set<Region>>();
  readonly #free: number[] = [];
  readonly #drops = new Map<number, number>();
  #used = 0;
  #bytes = 0;
  #evictions = 0;
  #invalidated = 0;

  constructor(memory: HostMemory, table: WebAssembly.Table) {
    this.#memory = memory;
    this.#table = table;
  }

  /** How often code of a host page changed under its regions. */
  dropsOf(hostPage: number): number {
    return this.#drops.get(hostPage) ?? 0;
  }

  get figures(): TranslationFigures {
    const regions = [...this.#regions];
    const count = (holds: (region: Region) => boolean) => regions.filter(holds).length;
    return {
      regions: regions.length,
      table: MAX_REGIONS,
      moduleBytes: this.#bytes,
      moduleLimit: MODULE_BUDGET,
      guestBytes: regions.reduce((sum, { guestBytes }) => sum + guestBytes, 0),
      largestGuestBytes: regions.reduce((most, { guestBytes }) => Math.max(most, guestBytes), 0),
      crossPage: count(({ ranges }) => ranges.length > 1),
      withJump: count(({ jumps }) => jumps > 0),
      withTwoJumps: count(({ twoJumps }) => twoJumps > 0),
      evictions: this.#evictions,
      invalidated: this.#invalidated,
    };
  }

  /** Makes the record of its entry lead into the region. */
  add(added: NewRegion): void {
    const { heat, moduleBytes } = added;
    if (this.#bytes + moduleBytes > MODULE_BUDGET || this.#regions.size === MAX_REGIONS) this.#evict();
    const index = this.#free.pop() ?? this.#used++;
    const region: Region = { ...added, index };
    this.#table.set(index, added.run);
    this.#memory.view.setUint16(heat, HEAT_REGION + index, true);
    this.#regions.add(region);
    this.#bytes += moduleBytes;
    for (const page of pagesOf(region)) {
      const others = this.#byPage.get(page);
      if (others) others.add(region);
      else this.#byPage.set(page, new Set([region]));
    }
  }

  /** Host memory changed: drops the regions that were made from it. */
  invalidate(host: number, length: number): void {
    const end = host + length;
    // the record two bytes before is dropped as well: its instruction may have four
    const first = host - 2;
    for (let page = host >>> 12; page * PAGE_SIZE < end; page++) {
      for (const region of this.#byPage.get(page) ?? []) {
        if (!region.ranges.some(range => range.first < end && first < range.end)) continue;
        this.#drop(region);
        this.#invalidated++;
        this.#drops.set(page, this.dropsOf(page) + 1);
      }
    }
  }

  /** The records of a host page go away, and with them what leads into its regions. */
  dropPage(hostPage: number): void {
    for (const region of this.#byPage.get(hostPage) ?? []) this.#drop(region);
    this.#drops.delete(hostPage);
  }

  #evict(): void {
    this.#evictions++;
    let count = Math.ceil(this.#regions.size / EVICTION_SHARE);
    for (const region of this.#regions) {
      if (count-- === 0) break;
      this.#drop(region);
    }
  }

  #drop(region: Region): void {
    this.#memory.view.setUint16(region.heat, 0, true);
    this.#table.set(region.index, null);
    this.#free.push(region.index);
    this.#regions.delete(region);
    this.#bytes -= region.moduleBytes;
    for (const page of pagesOf(region)) {
      const others = this.#byPage.get(page);
      others?.delete(region);
      if (others?.size === 0) this.#byPage.delete(page);
    }
  }
}

function pagesOf({ ranges }: Region): number[] {
  return ranges.map(range => range.first >>> 12);
}
