import type { HostMemory } from '../../host-memory.ts';
import { type Decoded, decode, type Extension, instructionSize } from '../../isa/index.ts';
import { IMPORT_MODULE, type Signature } from '../../wasm/index.ts';
import { type DirectCsr, directCsrs } from '../emit/direct-csrs.ts';
import {
  HEAT_REGION,
  MAX_REGIONS,
  PAGE_SIZE,
  RECORD,
  TLB_ADDEND,
  TLB_ENTRIES,
  TLB_ENTRY_SIZE,
} from '../layout.ts';
import { type Block, Discovery, edgesOf, type Operation } from './blocks.ts';
import { buildRegions, type RegionSource, regionExport } from './region.ts';
import { type NewRegion, RegionStore } from './region-store.ts';
import { type RowTraits, traitsOf } from './row-traits.ts';

/** How often a branch must have come to an instruction before the code there is translated. */
export const DEFAULT_TRANSLATE_AFTER = 1024;
/** A module and its instance cost as much as the code of several regions. */
const DEFAULT_TOGETHER = 16;
/** Instructions that a request waits for others. */
const PATIENCE = 500_000;
/** Pages on either side of the entry's that a region may reach into. */
const REACH = 3;
/** Pages whose code changes all the time stay with the interpreter. */
const MAX_DROPS = 24;
const MAX_DECODED = 65_536;

interface TranslatorOptions {
  /** Extensions whose instructions are illegal. */
  readonly without: ReadonlySet<Extension>;
  /** Bytes that cbo.zero clears. */
  readonly zeroBlock: number;
  /** How often a branch must come to code before it is translated; 0: never. */
  readonly translateAfter?: number;
  /** How many regions are made at a time. */
  readonly translateTogether?: number;
}

/** What the translator asks of the decoded code. */
interface CodePages {
  /** Host offset of the code that the record at `ip` stands for; undefined: not in the pool. */
  codeOffset(ip: number): number | undefined;
}

/** Code that has become hot: its record, and how the hart came there. */
interface Request {
  readonly ip: number;
  readonly pc: bigint;
  readonly fetchTlb: number;
}

/** An instruction by its encoding. */
type Known = Decoded & { readonly traits: RowTraits };

interface Found extends RegionSource {
  readonly figures: Omit<NewRegion, 'run' | 'moduleBytes'>;
}

/** Makes modules of hot code. One serves all harts: regions take the hart's address as a parameter. */
export class Translator {
  readonly table = new WebAssembly.Table({ element: 'anyfunc', initial: MAX_REGIONS });
  readonly translateAfter: number;
  readonly regions: RegionStore;
  readonly #memory: HostMemory;
  readonly #pages: CodePages;
  readonly #without: ReadonlySet<Extension>;
  readonly #zeroBlock: number;
  readonly #batch: number;
  readonly #requests: Request[] = [];
  #waited = 0;
  readonly #decoded = new Map<number, Known | undefined>();
  readonly #csrs: ReadonlyMap<number, DirectCsr>;
  #routines: ReadonlyMap<string, Signature> = new Map();
  #imports: WebAssembly.Exports = {};

  constructor(memory: HostMemory, pages: CodePages, options: TranslatorOptions) {
    this.#memory = memory;
    this.#pages = pages;
    this.#without = options.without;
    this.#zeroBlock = options.zeroBlock;
    this.#csrs = directCsrs(options.without);
    this.translateAfter = Math.min(options.translateAfter ?? DEFAULT_TRANSLATE_AFTER, HEAT_REGION - 1);
    this.#batch = options.translateTogether ?? DEFAULT_TOGETHER;
    this.regions = new RegionStore(memory, this.table);
  }

  /** Says where the floating-point routines are: those of any hart serve all. */
  useRoutines(routines: ReadonlyMap<string, Signature>, exports: WebAssembly.Exports): void {
    this.#routines = routines;
    this.#imports = exports;
  }

  /**
   * Has the code from the record at `ip` on translated, which the hart whose fetch TLB is at
   * `fetchTlb` reached at the virtual address `pc`: now or together with others.
   */
  request(request: Request): void {
    this.#requests.push(request);
    if (this.#requests.length >= this.#batch) this.#translate();
  }

  /** A hart ended a slice of so many instructions: requests do not wait for company for ever. */
  endSlice(instructions: number): void {
    if (this.#requests.length === 0) return;
    this.#waited += instructions;
    if (this.#waited >= PATIENCE) this.#translate();
  }

  #translate(): void {
    // code that changed becomes hot once more
    const requests = [...new Map(this.#requests.map(request => [request.ip, request])).values()];
    const found = requests.map(request => this.#find(request)).filter(source => source !== undefined);
    this.#requests.length = 0;
    this.#waited = 0;
    if (found.length === 0) return;
    const bytes = buildRegions(found, this.#routines, { zeroBlock: this.#zeroBlock, csrs: this.#csrs });
    const env = { ...this.#imports, memory: this.#memory.memory } as WebAssembly.Imports[string];
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { [IMPORT_MODULE]: env });
    const moduleBytes = Math.ceil(bytes.length / found.length);
    found.forEach((source, number) => {
      this.regions.add({ ...source.figures, moduleBytes, run: exports[regionExport(number)] });
    });
  }

  #find(request: Request): Found | undefined {
    const entry = this.#pages.codeOffset(request.ip);
    if (entry === undefined || this.regions.dropsOf(entry >>> 12) >= MAX_DROPS) return undefined;
    const heat = request.ip + RECORD.heat;
    if (this.#memory.view.getUint16(heat, true) >= HEAT_REGION) return undefined;
    const window = new CodeWindow(this.#memory.view, this.#pages, { ...request, entry });
    const blocks = new Discovery(at => {
      const bits = window.encoding(at);
      return bits === undefined ? undefined : this.#decode(bits);
    }).blocks();
    const [first] = blocks;
    if (first === undefined || first.operations.length === 0) return undefined;
    for (const { operations } of blocks) window.note(operations);
    const guestBytes = blocks.reduce((sum, block) => sum + block.next.at - block.at, 0);
    const figures = { heat, ranges: window.ranges(), guestBytes, ...countExits(blocks) };
    return { entry: first, inPage: entry % PAGE_SIZE, pages: window.furtherPages(), figures };
  }

  #decode(bits: number): Known | undefined {
    let known = this.#decoded.get(bits);
    if (known === undefined && !this.#decoded.has(bits)) {
      if (this.#decoded.size >= MAX_DECODED) this.#decoded.clear();
      const decoded = decode(bits, this.#without);
      known = decoded && { ...decoded, traits: traitsOf(decoded, this.#csrs) };
      this.#decoded.set(bits, known);
    }
    return known;
  }
}

/** How many ways lead straight out of the blocks, and of how many blocks two do. */
function countExits(blocks: readonly Block[]): { jumps: number; twoJumps: number } {
  const ways = blocks.map(block => edgesOf(block).length);
  const jumps = ways.filter(count => count > 0).length;
  return { jumps, twoJumps: ways.filter(count => count === 2).length };
}

interface Entry extends Request {
  readonly entry: number;
}

/** The code around an entry as its hart sees it now, by the distance in bytes from the entry. */
class CodeWindow {
  readonly #view: DataView;
  readonly #pool: CodePages;
  readonly #entry: Entry;
  readonly #inPage: number;
  readonly #pages = new Map<number, { readonly host: number; readonly records: number } | undefined>();
  /** Bytes of code that were read, by page: first and end. */
  readonly #read = new Map<number, { first: number; end: number }>();

  constructor(view: DataView, pool: CodePages, entry: Entry) {
    this.#view = view;
    this.#pool = pool;
    this.#entry = entry;
    this.#inPage = entry.entry % PAGE_SIZE;
    this.#pages.set(0, { host: entry.entry - this.#inPage, records: 0 });
  }

  /** The 16 or 32 bits of the instruction there; undefined: the page is not one that the hart has at hand. */
  encoding(at: number): number | undefined {
    const low = this.#half(at);
    if (low === undefined || instructionSize(low) === 2) return low;
    const high = this.#half(at + 2);
    return high === undefined ? undefined : (low | (high << 16)) >>> 0;
  }

  /** The region contains these instructions, which follow each other. */
  note(operations: readonly Operation[]): void {
    const [first, last] = [operations[0], operations.at(-1)];
    if (first === undefined || last === undefined) return;
    const start = this.#inPage + first.at;
    const end = this.#inPage + last.at + last.size;
    for (let page = Math.floor(start / PAGE_SIZE); page * PAGE_SIZE < end; page++) {
      const from = Math.max(start - page * PAGE_SIZE, 0);
      const to = Math.min(end - page * PAGE_SIZE, PAGE_SIZE);
      const range = this.#read.get(page);
      this.#read.set(page, {
        first: Math.min(range?.first ?? from, from),
        end: Math.max(range?.end ?? to, to),
      });
    }
  }

  /** Pages beside the entry's that the region contains code of. */
  furtherPages(): { distance: number; records: number }[] {
    const used = [...this.#read.keys()].filter(distance => distance !== 0);
    return used.map(distance => ({ distance, records: this.#pages.get(distance)?.records ?? 0 }));
  }

  /** Host memory that the region was made from. */
  ranges(): { first: number; end: number }[] {
    return [...this.#read].map(([distance, { first, end }]) => {
      const host = this.#pages.get(distance)?.host ?? 0;
      return { first: host + first, end: host + end };
    });
  }

  #half(at: number): number | undefined {
    const position = this.#inPage + at;
    const distance = Math.floor(position / PAGE_SIZE);
    if (!this.#pages.has(distance)) this.#pages.set(distance, this.#find(distance));
    const page = this.#pages.get(distance);
    return page && this.#view.getUint16(page.host + position - distance * PAGE_SIZE, true);
  }

  /** The page at a distance, if the hart's fetch TLB has it. */
  #find(distance: number): { host: number; records: number } | undefined {
    if (Math.abs(distance) > REACH) return undefined;
    const address = BigInt.asUintN(64, (this.#entry.pc & -4096n) + BigInt(distance * PAGE_SIZE));
    const index = Number((address >> 12n) & BigInt(TLB_ENTRIES - 1));
    const entry = this.#entry.fetchTlb + index * TLB_ENTRY_SIZE;
    if (this.#view.getBigUint64(entry, true) !== address) return undefined;
    const records = this.#view.getUint32(entry + TLB_ADDEND, true);
    const host = this.#pool.codeOffset(records);
    return host === undefined ? undefined : { host, records };
  }
}
