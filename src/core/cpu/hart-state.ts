import type { HostMemory } from '../host-memory.ts';
import {
  AREA,
  csrSlot,
  DATA_SETS,
  dataTlbOffset,
  FILLED,
  fetchTlbOffset,
  MEGAPAGE_NOTES,
  MEGAPAGE_SHIFT,
  PHYSICAL_ENTRIES,
  PHYSICAL_ENTRY_SIZE,
  STATE,
  TLB_SIZE,
  TO_GUEST_FETCH,
  VIRTUAL,
} from './layout.ts';

const NONE = 2n ** 64n - 1n;
type Word =
  | 'stop'
  | 'exitRequest'
  | 'left'
  | 'traps'
  | 'watchTraps'
  | 'privilege'
  | 'dataSet'
  | 'dataTlb'
  | 'fetchTlb'
  | 'levels'
  | 'virtual'
  | 'guestLevels'
  | 'stageLevels'
  | 'guestWalk'
  | 'tlbFilled';

export interface TlbFlushes {
  full: number;
  partial: number;
  elided: number;
}

/** Typed access to one hart's block of host memory, where the interpreter keeps everything. */
export class HartState {
  readonly base: number;
  readonly memory: HostMemory;
  readonly flushes: TlbFlushes = { full: 0, partial: 0, elided: 0 };
  readonly #words: Int32Array;
  readonly #slots: BigUint64Array;
  /** Index of the word that every csr access looks at. */
  readonly #virtual: number;

  constructor(memory: HostMemory, base: number) {
    this.memory = memory;
    this.base = base;
    this.#words = new Int32Array(memory.memory.buffer);
    this.#slots = new BigUint64Array(memory.memory.buffer);
    this.#virtual = (base + STATE.virtual) >>> 2;
    // zeros are no empty entries
    this.setWord('tlbFilled', FILLED.all);
  }

  slot(offset: number): bigint {
    return this.#slots[(this.base + offset) >>> 3]!;
  }

  setSlot(offset: number, value: bigint): void {
    this.#slots[(this.base + offset) >>> 3] = value;
  }

  word(field: Word): number {
    return this.#words[(this.base + STATE[field]) >>> 2]!;
  }

  setWord(field: Word, value: number): void {
    this.#words[(this.base + STATE[field]) >>> 2] = value;
  }

  csr(storage: string): bigint {
    return this.slot(csrSlot(storage));
  }

  setCsr(storage: string, value: bigint): void {
    this.setSlot(csrSlot(storage), value);
  }

  /** Empties what was cached of translations. */
  flushTlbs(): void {
    if (!this.#startFlush(FILLED.all)) return;
    this.#empty(AREA.tlbs, AREA.physical);
    this.#forgetLargePages();
  }

  /** Forgets what backs physical pages and PMP's verdicts on them. */
  flushPhysical(): void {
    this.#empty(AREA.physical, AREA.physical + PHYSICAL_ENTRIES * PHYSICAL_ENTRY_SIZE);
    this.flushTlbs();
  }

  /** Empties the translations of S and U mode. */
  flushVirtual(): void {
    if (!this.#startFlush(FILLED.virtual)) return;
    this.#empty(dataTlbOffset(DATA_SETS.supervisor), dataTlbOffset(DATA_SETS.guestSupervisor));
    this.#empty(fetchTlbOffset(0), fetchTlbOffset(2));
    if ((this.word('tlbFilled') & FILLED.guest) === 0) this.#forgetLargePages();
  }

  /** Empties the translations of VS and VU mode. */
  flushGuest(): void {
    if (!this.#startFlush(FILLED.guest)) return;
    this.#empty(dataTlbOffset(DATA_SETS.guestSupervisor), AREA.fetchTlbs);
    this.#empty(fetchTlbOffset(TO_GUEST_FETCH), fetchTlbOffset(TO_GUEST_FETCH + 2));
    if ((this.word('tlbFilled') & FILLED.virtual) === 0) this.#forgetLargePages();
  }

  /** V. */
  get virtual(): boolean {
    return (this.#words[this.#virtual]! & VIRTUAL.on) !== 0;
  }

  /** Empties the entries of one virtual page, or all of that kind when a superpage may cover it. */
  flushPage(address: bigint, guest: boolean): void {
    const mask = this.slot(STATE.largePageMask);
    const note = Number((address >> BigInt(MEGAPAGE_SHIFT)) & BigInt(MEGAPAGE_NOTES - 1));
    const inMegapage = this.memory.bytes[this.base + AREA.megapages + note] !== 0;
    const inLarger = mask !== NONE && ((address ^ this.slot(STATE.largePageStart)) & mask) === 0n;
    if (inMegapage || inLarger) {
      if (guest) this.flushGuest();
      else this.flushVirtual();
      return;
    }
    this.flushes.partial++;
    const index = Number((address >> 12n) & BigInt(TLB_SIZE / 16 - 1)) * 16;
    const first = dataTlbOffset(guest ? DATA_SETS.guestSupervisor : DATA_SETS.supervisor);
    const end = guest ? AREA.fetchTlbs : dataTlbOffset(DATA_SETS.guestSupervisor);
    for (let table = first; table < end; table += TLB_SIZE) this.#clear(table + index);
    const fetch = guest ? TO_GUEST_FETCH : 0;
    for (const privilege of [0, 1]) this.#clear(fetchTlbOffset(fetch + privilege) + index);
  }

  /** No translation to records is kept: some record pages go away. */
  flushFetch(): void {
    this.#empty(AREA.fetchTlbs, AREA.physical);
  }

  /** Stores to the host page must take the slow path from now on: it holds decoded code. */
  dropWriteEntries(hostPage: number): void {
    for (let table = AREA.tlbs + TLB_SIZE; table < AREA.fetchTlbs; table += 2 * TLB_SIZE) {
      const start = (this.base + table) >>> 2;
      for (let at = start; at < start + TLB_SIZE / 4; at += 4) {
        const host = (this.#words[at]! + this.#words[at + 2]!) >>> 0;
        if (host === hostPage) this.#words[at] = -1;
      }
    }
  }

  /** Counts a flush; false when nothing that it would empty was filled since the last one. */
  #startFlush(tables: number): boolean {
    const filled = this.word('tlbFilled');
    this.setWord('tlbFilled', filled & ~tables);
    this.flushes[(filled & tables) === 0 ? 'elided' : 'full']++;
    return (filled & tables) !== 0;
  }

  #forgetLargePages(): void {
    const notes = this.base + AREA.megapages;
    this.memory.bytes.fill(0, notes, notes + MEGAPAGE_NOTES);
    this.setSlot(STATE.largePageMask, NONE);
  }

  /** In steps of eight bytes, as every element of shared memory is stored by itself. */
  #empty(from: number, to: number): void {
    this.#slots.fill(NONE, (this.base + from) >>> 3, (this.base + to) >>> 3);
  }

  #clear(offset: number): void {
    this.setSlot(offset, NONE);
  }
}
