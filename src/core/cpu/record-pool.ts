import type { HostMemory } from '../host-memory.ts';
import {
  decode,
  type Extension,
  INSTRUCTIONS,
  type Instruction,
  instructionSize,
  type Operands,
} from '../isa/index.ts';
import { HANDLER } from './emit/interpreter.ts';
import { PAGE_SIZE, RECORD, RECORD_AREA, RECORD_PAGE_SIZE, RECORD_SIZE, STATE } from './layout.ts';

const HANDLER_OF = new Map<Instruction, number>(
  INSTRUCTIONS.map((row, index) => [row, HANDLER.first + index]),
);
/** Evicting an eighth of the pool at a time spreads the cost of flushing every fetch TLB. */
const EVICTION_SHARE = 8;
const MAX_CACHED_RECORDS = 65_536;
/** Writes to a page, with nothing decoded of it meanwhile, that make it one of data. */
const WRITES_OF_DATA = 32;
/** A page that is executed again within so many turns of harts has code and data: after a few times it is let be. */
const SOON = 1000;
const MAX_RETURNS = 3;

/** What the pool tells of code pages by their host page. */
export interface CodePageListener {
  codePageAdded?(host: number): void;
  /** Records of the page go away. */
  codePageEvicted?(host: number): void;
  /** After a round of evictions. */
  codePagesEvicted?(): void;
  /** Bytes of pages with records changed. */
  codeChanged?(host: number, length: number): void;
}

/** f0 is a register as any other, unlike x0. Offsets of f registers are those of x registers plus a constant. */
function writesFloat({ form }: Instruction): boolean {
  return form.includes('fd');
}

/** The record of `bits` as its words; instructions of the extensions in `without` are illegal. */
function makeRecord(bits: number, without: ReadonlySet<Extension>): Uint32Array {
  const record = new Uint32Array(RECORD_SIZE / 4);
  const view = new DataView(record.buffer);
  const decoded = decode(bits, without);
  const size = instructionSize(bits);
  const operands: Operands = decoded?.operands ?? { rd: 0, rs1: 0, rs2: 0, imm: bits };
  view.setUint16(RECORD.handler, decoded ? HANDLER_OF.get(decoded.row)! : HANDLER.illegal, true);
  view.setUint16(RECORD.advance, (size / 2) * RECORD_SIZE, true);
  const discards = operands.rd === 0 && !(decoded && writesFloat(decoded.row));
  view.setUint16(RECORD.rd, discards ? STATE.discard : STATE.x + operands.rd * 8, true);
  view.setUint16(RECORD.rs1, STATE.x + operands.rs1 * 8, true);
  view.setUint16(RECORD.rs2, STATE.x + operands.rs2 * 8, true);
  view.setInt32(RECORD.imm, operands.imm, true);
  return record;
}

/** Marks both slots after a page's records, where a last instruction of 2 or 4 bytes leads. */
export function writeSentinels(view: DataView, page: number): void {
  for (const sentinel of [page + RECORD_AREA, page + RECORD_AREA + RECORD_SIZE]) {
    view.setUint16(sentinel + RECORD.handler, HANDLER.pageEnd, true);
  }
}

/**
 * Record pages, each for one host page of code. All harts share them. `table` in host memory
 * maps a host page number to its record page, so that the interpreter finds it alone.
 */
export class RecordPool {
  readonly table: number;
  readonly #without: ReadonlySet<Extension>;
  /** Records by encoding: a program has far more instructions than different ones. */
  readonly #records = new Map<number, Uint32Array>();
  readonly #words: Uint32Array;
  readonly #memory: HostMemory;
  readonly #start: number;
  readonly #owners: Int32Array; // host page number by pool index; 0 is free
  readonly #table: Uint32Array;
  readonly #listeners: CodePageListener[] = [];
  /** Writes to a page since something of it was decoded, by pool index. */
  readonly #writes: Uint32Array;
  /** Pool indices of pages that became data. */
  #data: number[] = [];
  /** Host pages that went as data: when, in turns, and how often they were soon back. */
  readonly #gone = new Map<number, { turn: number; returns: number }>();
  #turn = 0;
  #next = 0;

  /** @param without extensions that the harts do without */
  constructor(memory: HostMemory, pages: number, without: ReadonlySet<Extension>) {
    const hostPages = Math.ceil(memory.bytes.length / PAGE_SIZE);
    this.#memory = memory;
    this.#without = without;
    this.#words = new Uint32Array(memory.memory.buffer);
    this.table = memory.allocate('code page table', hostPages * 4);
    this.#start = memory.allocate('decoded code', pages * RECORD_PAGE_SIZE);
    this.#table = new Uint32Array(memory.memory.buffer, this.table, hostPages);
    this.#owners = new Int32Array(pages);
    this.#writes = new Uint32Array(pages);
  }

  addListener(listener: CodePageListener): void {
    this.#listeners.push(listener);
  }

  /** Gives the host page at `host` an empty record page; returns its address. */
  allocate(host: number): number {
    if (this.#owners[this.#next] !== 0) this.#evict();
    const index = this.#next;
    const hostPage = host >>> 12;
    const page = this.#start + index * RECORD_PAGE_SIZE;
    this.#next = (index + 1) % this.#owners.length;
    this.#owners[index] = hostPage;
    this.#table[hostPage] = page;
    this.#noteReturn(hostPage);
    writeSentinels(this.#memory.view, page);
    for (const listener of this.#listeners) listener.codePageAdded?.(hostPage * PAGE_SIZE);
    return page;
  }

  /** Decodes the instruction that the record at `ip` stands for. */
  decode(ip: number): void {
    const { view } = this.#memory;
    const offset = this.#offset(ip);
    const low = view.getUint16(offset, true);
    this.#writes[this.#indexOf(ip)] = 0;
    if (instructionSize(low) === 2) this.write(ip, low);
    else if ((offset & (PAGE_SIZE - 1)) === PAGE_SIZE - 2)
      view.setUint16(ip + RECORD.handler, HANDLER.crossing, true);
    else this.write(ip, view.getUint32(offset, true));
  }

  /** Writes the record of `bits` at `ip`. */
  write(ip: number, bits: number): void {
    let record = this.#records.get(bits);
    if (record === undefined) {
      if (this.#records.size >= MAX_CACHED_RECORDS) this.#records.clear();
      record = makeRecord(bits, this.#without);
      this.#records.set(bits, record);
    }
    const at = ip >>> 2;
    for (let word = 0; word < RECORD_SIZE / 4; word++) this.#words[at + word] = record[word]!;
  }

  /** The 16 or 32 bits that the record at `ip` was decoded from. */
  encoding(ip: number): number {
    const { view } = this.#memory;
    const offset = this.#offset(ip);
    const low = view.getUint16(offset, true);
    return instructionSize(low) === 2 ? low : view.getUint32(offset, true);
  }

  /** Drops the records of instructions that overlap a range of host memory. */
  invalidate(host: number, length: number): void {
    const end = host + length;
    for (let page = host - (host % PAGE_SIZE); page < end; page += PAGE_SIZE) {
      const records = this.#table[page / PAGE_SIZE]!;
      if (records === 0) continue;
      // an instruction of four bytes may begin two bytes before
      const first = Math.max(0, ((host - page) >> 1) - 1);
      const last = Math.min(PAGE_SIZE / 2, (end - page + 1) >> 1);
      this.#memory.bytes.fill(0, records + first * RECORD_SIZE, records + last * RECORD_SIZE);
      const index = this.#indexOf(records);
      if (++this.#writes[index]! === WRITES_OF_DATA && !this.#isMixed(page / PAGE_SIZE))
        this.#data.push(index);
      const from = Math.max(host, page);
      const to = Math.min(end, page + PAGE_SIZE);
      for (const listener of this.#listeners) listener.codeChanged?.(from, to - from);
    }
  }

  /**
   * Lets go of pages that are written and no longer executed: while they have records, each store to them is a slow one.
   * Only while no hart runs, since one may be in such a page.
   */
  releaseData(): void {
    this.#turn++;
    if (this.#data.length === 0) return;
    const data = this.#data.filter(
      index => this.#writes[index]! >= WRITES_OF_DATA && this.#owners[index] !== 0,
    );
    this.#data = [];
    if (data.length === 0) return;
    for (const index of data) {
      const owner = this.#owners[index]!;
      this.#gone.set(owner, { turn: this.#turn, returns: this.#gone.get(owner)?.returns ?? 0 });
      this.#release(index);
    }
    for (const listener of this.#listeners) listener.codePagesEvicted?.();
  }

  #noteReturn(hostPage: number): void {
    const gone = this.#gone.get(hostPage);
    if (gone) gone.returns = this.#turn - gone.turn < SOON ? gone.returns + 1 : 0;
  }

  #isMixed(hostPage: number): boolean {
    return (this.#gone.get(hostPage)?.returns ?? 0) >= MAX_RETURNS;
  }

  /** Host offset of the code that the record at `ip` stands for; undefined: no record of the pool. */
  codeOffset(ip: number): number | undefined {
    const inside = ip >= this.#start && ip < this.#start + this.#owners.length * RECORD_PAGE_SIZE;
    const offset = inside ? this.#offset(ip) : 0;
    // a record page that nobody has stands for host page 0
    return offset < PAGE_SIZE ? undefined : offset;
  }

  #indexOf(ip: number): number {
    return Math.floor((ip - this.#start) / RECORD_PAGE_SIZE);
  }

  #offset(ip: number): number {
    const index = this.#indexOf(ip);
    const record = ip - this.#start - index * RECORD_PAGE_SIZE;
    return this.#owners[index]! * PAGE_SIZE + record / (RECORD_SIZE / 2);
  }

  #evict(): void {
    const count = Math.min(this.#owners.length - this.#next, Math.ceil(this.#owners.length / EVICTION_SHARE));
    for (let index = this.#next; index < this.#next + count; index++) this.#release(index);
    for (const listener of this.#listeners) listener.codePagesEvicted?.();
  }
  #release(index: number): void {
    const page = this.#start + index * RECORD_PAGE_SIZE;
    const owner = this.#owners[index]!;
    if (owner === 0) return;
    for (const listener of this.#listeners) listener.codePageEvicted?.(owner * PAGE_SIZE);
    this.#table[owner] = 0;
    this.#owners[index] = 0;
    this.#writes[index] = 0;
    this.#memory.bytes.fill(0, page, page + RECORD_AREA);
  }
}
