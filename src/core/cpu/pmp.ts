import { ACCESS, PAGE_SIZE, RIGHTS } from './layout.ts';

const ENTRIES = 16;
const CONFIG = { access: 7, modeShift: 3, lock: 0x80 } as const;
const MODE = { off: 0, topOfRange: 1, na4: 2, napot: 3 } as const;
const ALL_ACCESS = ACCESS.read | ACCESS.write | ACCESS.execute;

interface Region {
  readonly start: bigint;
  readonly end: bigint; // exclusive
  readonly access: number;
  readonly locked: boolean;
}

/** Physical memory protection (privileged specification, section "Physical Memory Protection"). */
export class Pmp {
  /** False: nothing is protected from anybody. */
  readonly present: boolean;
  #regions: readonly Region[] = [];

  constructor(present = true) {
    this.present = present;
  }

  /** @param configs the bytes of pmpcfg0 and pmpcfg2; @param addresses pmpaddr0.. */
  update(configs: readonly number[], addresses: readonly bigint[]): void {
    const regions: Region[] = [];
    for (let index = 0; index < ENTRIES; index++) {
      const range = regionRange(configs, addresses, index);
      if (range === undefined) continue;
      const config = configs[index] ?? 0;
      regions.push({ ...range, access: config & CONFIG.access, locked: (config & CONFIG.lock) !== 0 });
    }
    this.#regions = regions;
  }

  /** Whether an access of `size` bytes may happen; `access` is one bit of ACCESS. */
  allows(paddr: bigint, size: number, access: number, machine: boolean): boolean {
    const end = paddr + BigInt(size);
    for (const region of this.#regions) {
      if (end <= region.start || paddr >= region.end) continue;
      if (paddr < region.start || end > region.end) return false; // matched in part
      return (this.#granted(region, machine) & access) !== 0;
    }
    return machine || !this.present;
  }

  /** The verdict on a whole page in the form of the physical entries' rights. */
  pageRights(page: bigint): number {
    const end = page + BigInt(PAGE_SIZE);
    for (const region of this.#regions) {
      if (end <= region.start || page >= region.end) continue;
      if (page < region.start || end > region.end) return RIGHTS.partial;
      return this.#granted(region, true) | (this.#granted(region, false) << RIGHTS.lessShift);
    }
    return ALL_ACCESS | (this.present ? 0 : ALL_ACCESS << RIGHTS.lessShift);
  }

  #granted(region: Region, machine: boolean): number {
    return machine && !region.locked ? ALL_ACCESS : region.access;
  }
}

function regionRange(configs: readonly number[], addresses: readonly bigint[], index: number) {
  const address = addresses[index] ?? 0n;
  switch (((configs[index] ?? 0) >> CONFIG.modeShift) & 3) {
    case MODE.topOfRange: {
      const start = index === 0 ? 0n : (addresses[index - 1] ?? 0n) << 2n;
      return start < address << 2n ? { start, end: address << 2n } : undefined;
    }
    case MODE.na4:
      return { start: address << 2n, end: (address << 2n) + 4n };
    case MODE.napot: {
      const ones = address ^ (address + 1n); // trailing ones and the zero above them
      const start = (address & ~ones) << 2n;
      return { start, end: start + ((ones + 1n) << 2n) };
    }
    default:
      return undefined;
  }
}

/** pmpcfg bytes after a write: locked entries keep theirs, reserved bits read as zero. */
export function mergePmpConfig(old: bigint, value: bigint): bigint {
  let merged = 0n;
  for (let shift = 0n; shift < 64n; shift += 8n) {
    const before = (old >> shift) & 0xffn;
    const after = (value >> shift) & 0x9fn;
    merged |= ((before & BigInt(CONFIG.lock)) !== 0n ? before : after) << shift;
  }
  return merged;
}

/** True when pmpaddr `index` must not change: its entry is locked, or the next one is and ranges from it. */
export function pmpAddressLocked(configs: readonly number[], index: number): boolean {
  const next = configs[index + 1] ?? 0;
  const usedByNext = ((next >> CONFIG.modeShift) & 3) === MODE.topOfRange;
  return ((configs[index] ?? 0) & CONFIG.lock) !== 0 || (usedByNext && (next & CONFIG.lock) !== 0);
}
