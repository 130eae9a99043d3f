import type { AddressSpace } from './address-space.ts';

/** Addresses that are mapped one after the other with equal attributes. */
export interface Mapping {
  readonly virtual: bigint;
  readonly physical: bigint;
  readonly size: bigint;
  /** Bits 0 to 7 of the entries: V R W X U G A D. */
  readonly attributes: number;
}

export interface Mappings {
  readonly ranges: readonly Mapping[];
  /** False when the limit ended the walk. */
  readonly complete: boolean;
}

const ENTRIES = 512;
const ENTRY_SIZE = 8;
const TABLE_SIZE = ENTRIES * ENTRY_SIZE;
const PTE = { valid: 1, leaf: 0b1110, attributes: 0xff } as const;
/** Physical page number: bits 10 to 53, of which this many lie in the upper word. */
const HIGH_PPN_MASK = 0x3f_ffff;

/** Tables that lead to each other could be followed for ever: this many describe more RAM than there can be. */
export const WALK_LIMITS = { tables: 1 << 16, ranges: 1 << 16 } as const;

/**
 * Lists what the Sv39, Sv48 or Sv57 tables below `root` map, in the order of virtual addresses. Ranges do not grow
 * beyond the table that their entries stand in, as in QEMU's listing. Tables outside RAM map nothing.
 * @param levels 3, 4 or 5
 * @param locate where the tables are that other tables say are at an address
 * @see RISC-V privileged specification, "Virtual Address Translation Process"
 */
export function walkPageTables(
  memory: AddressSpace,
  root: number,
  levels: number,
  limits: { readonly tables: number; readonly ranges: number } = WALK_LIMITS,
  locate: (address: number) => number | undefined = address => address,
): Mappings {
  const walk = new Walk(memory, 12 + 9 * levels, limits, locate);
  walk.table(root, levels - 1, 0n);
  return { ranges: walk.ranges, complete: walk.complete };
}

class Walk {
  readonly ranges: Mapping[] = [];
  complete = true;
  #tables = 0;
  readonly #memory: AddressSpace;
  readonly #width: number;
  readonly #locate: (address: number) => number | undefined;
  readonly #limits: { readonly tables: number; readonly ranges: number };

  constructor(
    memory: AddressSpace,
    width: number,
    limits: { readonly tables: number; readonly ranges: number },
    locate: (address: number) => number | undefined,
  ) {
    this.#locate = locate;
    this.#memory = memory;
    this.#width = width;
    this.#limits = limits;
  }

  table(address: number, level: number, start: bigint): void {
    const at = this.#locate(address);
    const host = at === undefined ? -1 : this.#memory.hostRange(at, TABLE_SIZE, false);
    if (host < 0) return;
    if (++this.#tables > this.#limits.tables) {
      this.complete = false;
      return;
    }
    const view = this.#memory.host.view;
    const shift = BigInt(12 + 9 * level);
    let open: Mapping | null = null;
    for (let index = 0; index < ENTRIES && this.complete; index++) {
      const low = view.getUint32(host + index * ENTRY_SIZE, true);
      if ((low & PTE.valid) === 0) continue;
      const high = view.getUint32(host + index * ENTRY_SIZE + 4, true);
      const physical = pageNumber(low, high) * 4096;
      const virtual = start + (BigInt(index) << shift);
      if ((low & PTE.leaf) !== 0) {
        open = this.#leaf(open, { virtual, physical, size: 1n << shift, attributes: low & PTE.attributes });
      } else if (level > 0) {
        this.#close(open);
        open = null;
        this.table(physical, level - 1, virtual);
      }
    }
    this.#close(open);
  }

  /** Lengthens the open range by an entry that continues it, else closes it and opens another. */
  #leaf(open: Mapping | null, entry: Omit<Mapping, 'physical'> & { readonly physical: number }): Mapping {
    const physical = BigInt(entry.physical);
    const continues =
      open?.attributes === entry.attributes &&
      open.virtual + open.size === entry.virtual &&
      open.physical + open.size === physical;
    if (open && continues) return { ...open, size: open.size + entry.size };
    this.#close(open);
    return { ...entry, physical };
  }

  #close(range: Mapping | null): void {
    if (range === null) return;
    if (this.ranges.length >= this.#limits.ranges) {
      this.complete = false;
      return;
    }
    const virtual = BigInt.asUintN(64, BigInt.asIntN(this.#width, range.virtual));
    this.ranges.push({ ...range, virtual });
  }
}

function pageNumber(low: number, high: number): number {
  return (low >>> 10) + (high & HIGH_PPN_MASK) * 2 ** 22;
}
