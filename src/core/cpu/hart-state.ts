import type { HostMemory } from '../host-memory.ts';
import {
  AREA,
  csrSlot,
  DATA_SETS,
  dataTlbOffset,
  FILLED,
  fetchTlbOffset,
  MEGAPAGE_NOTES,
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
  | 'localSets'
  | 'tlbFilled';

/** The data sets of S and U mode, with the privilege whose fetches go by the same rules. */
const LOCAL_SETS = [
  { set: DATA_SETS.supervisor, fetch: 1 },
  { set: DATA_SETS.supervisorUser, fetch: undefined },
  { set: DATA_SETS.user, fetch: 0 },
] as const;

export interface TlbFlushes {
  readonly full: number;
  readonly partial: number;
  readonly elided: number;
}

/** Typed access to one hart's block of host memory, where the interpreter keeps everything. */
export class HartState {
  readonly base: number;
  readonly memory: HostMemory;
  readonly #flushes = { full: 0, local: 0, elided: 0 };
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
    this.setWord('localSets', 0);
    if (!this.#startFlush(FILLED.virtual)) return;
    this.#empty(dataTlbOffset(DATA_SETS.supervisor), dataTlbOffset(DATA_SETS.guestSupervisor));
    this.#empty(fetchTlbOffset(0), fetchTlbOffset(2));
    if ((this.word('tlbFilled') & FILLED.guest) === 0) this.#forgetLargePages();
  }

  /** Empties the translations of S and U mode but for TLBs that have global ones alone. */
  flushLocal(): void {
    const local = this.word('localSets');
    if ((this.word('tlbFilled') & FILLED.virtual) === 0) return;
    this.setWord('localSets', 0);
    this.#flushes.local++;
    for (const { set, fetch } of LOCAL_SETS) {
      if ((local & (1 << set)) === 0) continue;
      this.#empty(dataTlbOffset(set), dataTlbOffset(set + 1));
      if (fetch !== undefined) this.#empty(fetchTlbOffset(fetch), fetchTlbOffset(fetch + 1));
    }
  }

  /** Empties the translations of VS and VU mode. */
  flushGuest(): void {
    if (!this.#startFlush(FILLED.guest)) return;
    this.#empty(dataTlbOffset(DATA_SETS.guestSupervisor), AREA.fetchTlbs);
    this.#empty(fetchTlbOffset(TO_GUEST_FETCH), fetchTlbOffset(TO_GUEST_FETCH + 2));
    if ((this.word('tlbFilled') & FILLED.virtual) === 0) this.#forgetLargePages();
  }

  get flushes(): TlbFlushes {
    const { full, local, elided } = this.#flushes;
    return { full, partial: local + Number(this.slot(STATE.pageFlushes)), elided };
  }

  /** V. */
  get virtual(): boolean {
    return (this.#words[this.#virtual]! & VIRTUAL.on) !== 0;
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
    this.#flushes[(filled & tables) === 0 ? 'elided' : 'full']++;
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
}
