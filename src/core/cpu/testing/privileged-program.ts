import { assemble, csrNumber, encode, MSTATUS } from '../../isa/index.ts';
import {
  ADDRESSES,
  anything,
  body,
  chance,
  type Kind,
  LINE,
  type Line,
  pick,
  type Random,
  RETURN,
  ROOTS,
  STATUSES,
} from './privileged-body.ts';
import { HALF, LARGE, LAYOUT, MISALIGNED, PAGE_COUNT, PAGES, USER_ALIAS } from './privileged-layout.ts';
import { placeRuntime, value64 } from './privileged-runtime.ts';
import { placeData, placeTables, type TableRoots } from './privileged-tables.ts';

/**
 * Random privileged programs. Each is a row of episodes: M-mode sets csrs, protection and page
 * tables, enters a mode with random registers, and a dozen instructions follow until one traps. Every
 * trap is logged; one to S-mode goes on to M-mode, and that begins the next episode.
 */

export interface PrivilegedProgram {
  readonly image: Uint8Array;
  /** Where the harness stops our machine. */
  readonly end: number;
}

/** What the episodes of a program share. */
interface Common {
  readonly roots: TableRoots;
  readonly line: bigint;
  /** Regions of memory protection may be locked, and then stay. */
  readonly locks: boolean;
}

/** An episode: what M-mode sets before it enters the body, in order, and what the body starts with. */
interface EpisodeParts {
  readonly csrs: readonly [string, bigint][];
  readonly body: readonly Line[];
  readonly registers: readonly bigint[];
}

const EPISODES = 48;
const PAGE_SIZE = 4096;
const TABLE = 31;

/** Everything but the ecall from S, which handlers leave by, and fetches, which they need. */
const DELEGATED = 0xb3ffn & ~(1n << 9n) & ~(1n << 1n) & ~(1n << 12n);
/** Misaligned, access and page faults of loads and of stores. */
const DATA_FAULTS = 0xa0f0n;
const SOFTWARE_INTERRUPTS = 0x222n;
const LINES = [0x2n, 0x20n, 0x200n];
const STATUS_BITS = [
  MSTATUS.SIE, MSTATUS.SPIE, MSTATUS.SPP, MSTATUS.MPIE, MSTATUS.FS, MSTATUS.SUM, MSTATUS.MXR, MSTATUS.MPRV,
  MSTATUS.TVM, MSTATUS.TSR, MSTATUS.MPP,
]; // biome-ignore format: a list
/** Of the timer, which is early unless told. */
const MTIMECMP = 0x200_4000;
const NEVER = (1n << 63n) - 1n;
/**
 * With protection on, nothing crosses into another page: the peer asks about the bytes behind the
 * first page where it should ask about the second.
 */
export function randomAddress(random: Random, isProtected: boolean): bigint {
  const any = pick([0, 0, 8, 0xff0, 0xff8, 0xffc, 0xffd, 0xfff, random(PAGE_SIZE)], random);
  const offset = isProtected ? Math.min(Math.max(any, 8), 0xff0) : any;
  switch (random(12)) {
    case 0:
      return BigInt(LAYOUT.data + random(16) * PAGE_SIZE + offset);
    case 1:
      return BigInt(LARGE + random(16) * PAGE_SIZE + offset);
    case 2:
      return BigInt(pick([MISALIGNED, 0x1_0000_0000, 0x1_4000_0000, 0x1_8000_0000], random) + HALF + offset);
    case 3:
      return pick([1n << 38n, 1n << 47n, 1n << 56n, 1n << 63n, -(1n << 39n), -8n, (1n << 38n) - 8n], random);
    case 4:
      return BigInt(0xa000_0000 + offset);
    default:
      return BigInt(PAGES + random(PAGE_COUNT) * PAGE_SIZE + offset);
  }
}

function randomStatus(random: Random): bigint {
  return STATUS_BITS.reduce((bits, bit) => (chance(2, random) ? bits | bit : bits), 0n);
}

function registers(random: Random, { line, roots }: Common, isProtected: boolean): bigint[] {
  return Array.from({ length: 32 }, (_, x) => {
    if (ADDRESSES.includes(x)) return randomAddress(random, isProtected);
    if (x === LINE) return line;
    if (x === RETURN) return randomAddress(random, isProtected) & ~1n;
    if (ROOTS.includes(x)) return chance(4, random) ? satp(roots, random) | (5n << 60n) : satp(roots, random);
    if (STATUSES.includes(x)) return randomStatus(random);
    return chance(3, random) ? BigInt(random(4096)) : anything(random);
  });
}

/** A region in the data: configuration byte and pmpaddr. */
function region(random: Random, index: number, locks: boolean): [number, bigint] {
  const start = BigInt(LAYOUT.data + random(16) * PAGE_SIZE + pick([0, 0, 64, 0xff8], random));
  const access = pick([0, 1, 3, 4, 5, 7], random);
  const lock = locks && chance(24, random) ? 0x80 : 0;
  const size = pick([8n, 64n, 4096n, 65536n], random);
  switch (random(4)) {
    case 0:
      return [0, start >> 2n];
    case 2:
      // the first one's range would begin at zero and take the handlers in
      return [index === 0 ? 0 : lock | 0x08 | access, start >> 2n];
    case 1:
      return [lock | 0x10 | access, start >> 2n];
    default:
      return [lock | 0x18 | access, ((start & ~(size - 1n)) >> 2n) | (size / 8n - 1n)];
  }
}

function protection(random: Random, locks: boolean): [string, bigint][] {
  if (chance(2, random)) return [['pmpcfg0', 0n]];
  const regions = Array.from({ length: 6 }, (_, index) => region(random, index, locks));
  // over the tables: walks fail, and nobody is locked out for good
  if (chance(6, random)) regions[5] = [0x18, (BigInt(LAYOUT.tables) >> 2n) | 0xfffn];
  const config = regions.reduce((bits, [byte], index) => bits | (BigInt(byte) << BigInt(8 * index)), 0n);
  return [...regions.map(([, at], index): [string, bigint] => [`pmpaddr${index}`, at]), ['pmpcfg0', config]];
}

export function satp(roots: TableRoots, random: Random): bigint {
  const asid = BigInt(random(16)) << 44n;
  switch (random(4)) {
    case 0:
      return 0n;
    case 1:
      return (9n << 60n) | asid | BigInt(roots.sv48 / PAGE_SIZE);
    case 2:
      return (10n << 60n) | asid | BigInt(roots.sv57 / PAGE_SIZE);
    default:
      return (8n << 60n) | asid | BigInt(roots.sv39 / PAGE_SIZE);
  }
}

/** Some of `causes`; faults of data alike: the peer tells others than this hart for atomic operations. */
export function delegation(causes: bigint, dataFaults: bigint, random: Random): bigint {
  const bits = anything(random) & causes & ~dataFaults;
  return chance(2, random) ? bits : bits | dataFaults;
}

/** What M-mode sets before it enters the body. */
function setup(
  random: Random,
  { roots, line, locks }: Common,
  at: number,
): Kind & { csrs: [string, bigint][] } {
  const mode = pick([0n, 1n, 1n, 3n], random);
  const translation = satp(roots, random);
  const regions = protection(random, locks);
  const waits = mode !== 3n && chance(2, random);
  const interrupts = chance(4, random);
  const some = () => (interrupts && chance(2, random) ? line : 0n);
  // MPRV rules the set-up as well, unless it says M
  const flags = randomStatus(random) & ~(mode === 3n ? MSTATUS.MPP : MSTATUS.MPP | MSTATUS.MPRV);
  const status = flags | (mode << 11n) | (waits ? MSTATUS.TW : 0n);
  const entry = mode === 0n && translation !== 0n ? at - LAYOUT.entry + USER_ALIAS : at;
  const vector = (base: number) => BigInt(base + random(2));
  const csrs: [string, bigint][] = [
    ...regions,
    ['satp', translation],
    ['medeleg', delegation(DELEGATED, DATA_FAULTS, random)],
    ['mideleg', anything(random) & SOFTWARE_INTERRUPTS],
    ['mie', some()],
    ['mip', some()],
    ['mcounteren', BigInt(random(8))],
    ['scounteren', BigInt(random(8))],
    ['mtvec', vector(LAYOUT.machineVector)],
    ['stvec', vector(LAYOUT.supervisorVector)],
    ['fcsr', BigInt(random(256))],
    ['mstatus', status],
    ['mepc', BigInt(entry)],
  ];
  return { csrs, waits, machine: mode === 3n, user: mode === 0n, isProtected: locks || regions.length > 1 };
}

/** Code of one episode, with the table of its registers behind it. */
function episode({ csrs, body, registers }: EpisodeParts, at: number, next: number): Uint8Array {
  const table = at + LAYOUT.episodeSize - 256;
  const early = csrs.findIndex(([name]) => name === 'fcsr');
  const write = ([name, value]: [string, bigint]): Line[] => [
    ...value64(5, value),
    encode('csrrw', { rs1: 5, imm: csrNumber(name) ?? 0 }),
  ];
  const fpOn: [string, bigint] = ['mstatus', MSTATUS.FS];
  const prologue: Line[] = [
    ...value64(6, BigInt(LAYOUT.context)),
    ...value64(5, BigInt(next)),
    'sd t0, 24(t1)',
    ...csrs.slice(0, early).flatMap(write),
    ...write(fpOn),
    ...csrs.slice(early).flatMap(write),
    'sfence.vma zero, zero',
    ...value64(TABLE, BigInt(table)),
    ...Array.from({ length: 31 }, (_, index) =>
      encode('ld', { rd: index + 1, rs1: TABLE, imm: (index + 1) * 8 }),
    ),
    'mret',
  ];
  const bytes = new Uint8Array(LAYOUT.episodeSize);
  bytes.set(assemble(prologue));
  bytes.set(assemble(body), LAYOUT.episodeSize / 2);
  const view = new DataView(bytes.buffer, LAYOUT.episodeSize - 256);
  registers.forEach((value, x) => {
    view.setBigUint64(x * 8, BigInt.asUintN(64, value), true);
  });
  return bytes;
}

/** The timer never rings, and everything else is open to everybody through the last region. */
function opening(at: number, first: number): Line[] {
  const clock: Line[] = [
    ...value64(5, NEVER),
    ...value64(6, BigInt(MTIMECMP)),
    // where there is no clock the store traps to what follows it
    ...value64(7, BigInt(at + 0x80)),
    'csrrw zero, mtvec, t2',
    'sd t0, 0(t1)',
  ];
  return [
    ...clock,
    ...Array.from({ length: 0x80 / 4 - clock.length }, () => 'nop'),
    'csrrw zero, mcause, zero',
    'csrrw zero, mtval, zero',
    ...value64(5, (1n << 54n) - 1n),
    encode('csrrw', { rs1: 5, imm: csrNumber('pmpaddr15') ?? 0 }),
    ...value64(5, 0x1fn << 56n),
    encode('csrrw', { rs1: 5, imm: csrNumber('pmpcfg2') ?? 0 }),
    ...value64(5, BigInt(first)),
    'jr t0',
  ];
}

/** A program of episodes, made one after the other by `make` with the address of their body. */
export function programOf(
  image: Uint8Array,
  make: (entry: number) => EpisodeParts,
  guestCsrs: readonly string[] = [],
): PrivilegedProgram {
  const at = (index: number) => LAYOUT.episodes + index * LAYOUT.episodeSize;
  image.set(assemble(opening(at(0), at(1))), at(0) - LAYOUT.entry);
  for (let index = 1; index <= EPISODES; index++) {
    const next = index === EPISODES ? LAYOUT.dump : at(index + 1);
    const parts = make(at(index) + LAYOUT.episodeSize / 2);
    image.set(episode(parts, at(index), next), at(index) - LAYOUT.entry);
  }
  placeRuntime(image, at(0), guestCsrs);
  return { image, end: LAYOUT.dump };
}

/** Room for a program, with its data in it. */
export function emptyImage(): Uint8Array {
  const image = new Uint8Array(LAYOUT.data + HALF - LAYOUT.entry);
  placeData(image);
  return image;
}

export function privilegedProgram(random: Random): PrivilegedProgram {
  const image = emptyImage();
  const common = { roots: placeTables(image, random), line: pick(LINES, random), locks: chance(3, random) };
  return programOf(image, entry => {
    const { csrs, ...kind } = setup(random, common, entry);
    return { csrs, body: body(random, kind), registers: registers(random, common, kind.isProtected) };
  });
}
