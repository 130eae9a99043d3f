import type { Hart } from './hart.ts';

/** The memory that a hart sees; the board's address space implements it. */
export interface CpuBus {
  /** Host-memory offset of the RAM or ROM behind `paddr`, at least to the page's end, or -1. `write`: writable RAM. */
  hostOffset(paddr: number, write: boolean): number;
  /** Device load into readLow and readHigh (u32 halves); false: nothing there, or size refused. */
  load(paddr: number, size: 1 | 2 | 4 | 8): boolean;
  readonly readLow: number;
  readonly readHigh: number;
  /** Device store of a value in u32 halves; false as of load. */
  store(paddr: number, size: 1 | 2 | 4 | 8, low: number, high: number): boolean;
}

export interface HartEnvironment {
  bus: CpuBus;
  /** The time csr, in ticks of 10 MHz. */
  time(): bigint;
  /** The S-mode timer compare value changed; all ones: never. */
  stimecmpChanged(hart: Hart, value: bigint): void;
  /** As stimecmpChanged, of guests, whose time is ahead by `delta`. */
  vstimecmpChanged(hart: Hart, value: bigint, delta: bigint): void;
  /** The interrupt files of a hart that has some. */
  messageFiles?(hart: number): MessageFiles | null;
}

/** What a hart keeps of the messages that it got in one mode, as its csrs reach it. */
export interface MessageFile {
  /** The value of mtopei or stopei. */
  readonly top: bigint;
  /** The interrupt that `top` tells of is no longer pending. */
  claim(): void;
  /** A register by what selects it, changed behind the read. Undefined: there is none. */
  access(
    select: number,
    change: { readonly value: bigint; readonly mask: bigint } | null,
  ): bigint | undefined;
}

/** The interrupt files of a hart. */
export type MessageFiles = Readonly<Record<'machine' | 'supervisor', MessageFile>>;

/** What a trap was taken for. `epc` is where it hit. */
export interface TrapInfo {
  readonly cause: number;
  readonly interrupt: boolean;
  readonly epc: bigint;
  readonly tval: bigint;
}

/**
 * An access of a hart to what is not memory. Stores are told of before they are carried out, so that what they cause
 * comes behind them, and once more when nothing took them.
 */
export interface DeviceAccess {
  readonly address: number;
  readonly size: number;
  readonly value: bigint;
  readonly write: boolean;
  readonly outcome: 'coming' | 'done' | 'refused';
}

/** Told what harts do, for logs. */
export interface HartObserver {
  trap(hart: number, info: TrapInfo): void;
  access(hart: number, access: DeviceAccess): void;
}

export type SatpMode = 'none' | 'bare' | 'sv39' | 'sv48' | 'sv57';
/** Who made a hart, by the csrs that tell it; zeros where that is nobody's business. */
export interface HartIdentity {
  readonly mvendorid: bigint;
  readonly marchid: bigint;
  readonly mimpid: bigint;
}

export type Privilege = 0 | 1 | 3;
/** Bits of mip that devices drive. */
export type InterruptLine = 1 | 3 | 5 | 6 | 7 | 9 | 11;

/** The functions that the interpreter's module imports. */
export type HartImports = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Builds the interpreter's module for a hart's block. */
export type Instantiate = (hartBase: number, imports: HartImports) => WebAssembly.Exports;

/** What it exports to its hart. */
export interface HartExports {
  run(budget: number): number;
  raise(cause: number, value: bigint, interrupt: number): void;
  updateMode(): void;
  flushPage(address: bigint, guest: number): number;
  translate(va: bigint, access: number, set: number): bigint;
}
