import { csrNumber, type Encoded, encode, MSTATUS } from '../../isa/index.ts';
import { value64 } from './privileged-runtime.ts';

/** Random instructions for the episodes of a privileged program. */

export type Random = (below: number) => number;
export type Line = string | Encoded;

/** What an episode's instructions can count on. */
export interface Kind {
  /** WFI traps below M. */
  readonly waits: boolean;
  /** It begins in M-mode. */
  readonly machine: boolean;
  /** It begins in U-mode. */
  readonly user: boolean;
  /** Memory protection has regions. */
  readonly isProtected: boolean;
}

const INSTRUCTIONS = 14;
/** Registers by what they hold in an episode. */
export const ADDRESSES = [8, 9, 10, 11, 12, 13, 14, 15];
export const VALUES = [16, 17, 18, 19, 20];
/** An even address for mepc and sepc: the peer keeps bit 0. */
export const RETURN = 21;
/** Of satp: roots that are in memory, as the peer tells page faults for those that are not. */
export const ROOTS = [22, 23];
export const STATUSES = [24, 25, 26];
/** Holds the one interrupt of the program: which of several is taken first differs between QEMU and specification. */
export const LINE = 27;
export const RESULTS = [5, 6, 7, 28, 29, 30];
/** Bits that differ between generations of the specification stay out of what is written at random. */
const STATUS_CSRS = ['mstatus', 'sstatus'];
/** Written and read at random. Those that the handlers live by, and clocks, are only read. */
const WRITTEN = [
  'mideleg', 'pmpaddr0', 'pmpaddr1', 'pmpaddr5', 'misa', 'fflags', 'frm', 'fcsr',
]; // biome-ignore format: a list
const READ = [
  'mhartid',
  'satp',
  'mepc',
  'sepc',
  'misa',
  'medeleg',
  'stvec',
  'mtvec',
  'pmpcfg0',
  'pmpcfg2',
  'mconfigptr',
  'senvcfg',
  'menvcfg',
];
/** Written by their low bits: the peer keeps those of counters that there are not. */
const COUNTER_ENABLES = ['scounteren', 'mcounteren'];
const INTERRUPTS = ['sie', 'sip', 'mie', 'mip'];
/** Whether they may be read, not what they say. */
const TRIED = ['cycle', 'time', 'instret', 'hpmcounter3', 'hpmcounter18'];
const ABSENT_CSRS = [0x004, 0x5c0, 0x7c0, 0x8ff, 0xcff, 0xfff, 0x3a1, 0x140 + 5];
const ILLEGAL: readonly Encoded[] = [
  { bits: 0xffff_ffff, size: 4 },
  { bits: 0, size: 2 },
  { bits: 0x3020_0173, size: 4 }, // mret with rd
  { bits: 0x1020_8073, size: 4 }, // sret with rs1
  { bits: 0x9c41, size: 2 }, // reserved compressed arithmetic
  { bits: 0x0000_7003, size: 4 }, // load of a width that there is not
  { bits: 0x1000_5053, size: 4 }, // reserved static rounding mode
];
const LOADS = ['lb', 'lbu', 'lh', 'lhu', 'lw', 'lwu', 'ld'];
const STORES = ['sb', 'sh', 'sw', 'sd'];
const ATOMICS = ['amoadd.w', 'amoswap.d', 'amomaxu.w', 'amoand.d'];
const ARITHMETIC = ['add', 'sub', 'xor', 'mulhu', 'div', 'remw', 'sllw'];

export const pick = <T>(list: readonly T[], random: Random): T => list[random(list.length)]!;
export const chance = (one: number, random: Random) => random(one) === 0;
export const anything = (random: Random) => (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32));

/** A load or store, or an atomic operation if those are wanted. */
export function access(random: Random, atomics = true): Line[] {
  const rs1 = pick(ADDRESSES, random);
  const imm = pick([0, 0, 0, 1, 2, 4, -4, 8], random);
  const [rd, rs2] = [pick(RESULTS, random), pick(VALUES, random)];
  switch (atomics ? random(8) : 2 + random(6)) {
    case 0:
      return [encode(pick(ATOMICS, random), { rd, rs1, rs2 })];
    case 1: {
      const width = pick(['w', 'd'], random);
      return [encode(`lr.${width}`, { rd, rs1 }), encode(`sc.${width}`, { rd, rs1, rs2 })];
    }
    case 2:
      return [encode(chance(2, random) ? 'fld' : 'flw', { rd: 1, rs1, imm })];
    case 3:
    case 4:
      return [encode(pick(STORES, random), { rs1, rs2, imm })];
    default:
      return [encode(pick(LOADS, random), { rd, rs1, imm })];
  }
}

function csrAccess(random: Random): Line[] {
  const rd = pick([0, ...RESULTS], random);
  const of = (name: string) => csrNumber(name) ?? 0;
  switch (random(10)) {
    case 8:
      return [encode('csrrw', { rd, rs1: pick(ROOTS, random), imm: of('satp') })];
    case 9:
      return [encode('csrrw', { rd, rs1: RETURN, imm: of(pick(['mepc', 'sepc'], random)) })];
    case 0:
      return [encode('csrrs', { rd, imm: of(pick(READ, random)) })];
    case 1:
      return [encode('csrrs', { rd: 0, imm: of(pick(TRIED, random)) })];
    case 2:
      return [
        encode(pick(['csrrw', 'csrrs'], random), {
          rd,
          rs1: pick(VALUES, random),
          imm: pick(ABSENT_CSRS, random),
        }),
      ];
    case 3:
    case 4: {
      const rs1 = pick(STATUSES, random);
      return [
        encode(pick(['csrrw', 'csrrs', 'csrrc'], random), { rd, rs1, imm: of(pick(STATUS_CSRS, random)) }),
      ];
    }
    case 5: {
      const rs1 = pick([0, LINE], random);
      return [
        encode(pick(['csrrw', 'csrrs', 'csrrc'], random), { rd, rs1, imm: of(pick(INTERRUPTS, random)) }),
      ];
    }
    default:
      return writtenCsr(random, rd);
  }
}

function writtenCsr(random: Random, rd: number): Line[] {
  const byField = chance(3, random);
  const imm = csrNumber(pick(byField ? [...WRITTEN, ...COUNTER_ENABLES] : WRITTEN, random)) ?? 0;
  if (byField) return [encode(pick(['csrrwi', 'csrrsi', 'csrrci'], random), { rd, rs1: random(32), imm })];
  const rs1 = pick([0, ...VALUES, ...ADDRESSES], random);
  return [encode(pick(['csrrw', 'csrrs', 'csrrc'], random), { rd, rs1, imm })];
}

/**
 * mret or sret. Out of M-mode the peer leaves MPRV set, as earlier versions of the specification
 * had it: off it goes. So do the modes to return to, lest a body return to itself for ever.
 */
function trapReturn(random: Random, { machine }: Kind): Line[] {
  const mret = chance(2, random);
  const clear = (status: string, bits: bigint): Line[] => [
    ...value64(5, bits),
    encode('csrrc', { rs1: 5, imm: csrNumber(status) ?? 0 }),
  ];
  if (!machine) return mret ? ['mret'] : [...clear('sstatus', MSTATUS.SPP), 'sret'];
  const supervisor: Line[] = [...value64(5, 1n << 11n), 'csrrs zero, mstatus, t0'];
  return [
    ...clear('mstatus', MSTATUS.MPRV | MSTATUS.MPP | MSTATUS.SPP),
    ...(chance(2, random) ? supervisor : []),
    mret ? 'mret' : 'sret',
  ];
}

export const jump = (random: Random) =>
  encode('jalr', { rd: pick(RESULTS, random), rs1: pick(ADDRESSES, random) });

function system(random: Random, kind: Kind): Line[] {
  const rs1 = pick([0, ...ADDRESSES], random);
  switch (random(9)) {
    case 0:
      return ['ecall'];
    case 1:
      return [chance(2, random) ? 'ebreak' : { bits: 0x9002, size: 2 }];
    case 2:
    case 3:
      return trapReturn(random, kind);
    case 4:
      return [encode('sfence.vma', { rs1, rs2: pick([0, ...VALUES], random) })];
    case 5:
      // wakes at once in M-mode; below, a trap comes first
      return ['csrrs zero, mip, s11', 'csrrs zero, mie, s11', 'wfi'];
    case 6:
      return kind.waits ? ['wfi'] : ['fence.i'];
    case 7:
      return kind.user ? [jump(random)] : ['fence.i'];
    default:
      return [pick(ILLEGAL, random)];
  }
}

export function arithmetic(random: Random): Line[] {
  const [rd, rs1, rs2] = [pick(RESULTS, random), random(32), random(32)];
  switch (random(4)) {
    case 0:
      return [encode('fadd.d', { rd: 1, rs1: 2, rs2: 3, imm: 7 })];
    case 1:
      return [encode('fmv.d.x', { rd: 2, rs1 })];
    default:
      return [encode(pick(ARITHMETIC, random), { rd, rs1, rs2 })];
  }
}

/** The instructions of an episode. */
export function body(random: Random, kind: Kind): Line[] {
  const lines = Array.from({ length: INSTRUCTIONS }, () => {
    const choice = random(16);
    if (choice < 6) return access(random);
    if (choice < 11) return csrAccess(random);
    return choice < 13 ? system(random, kind) : arithmetic(random);
  }).flat();
  // a load from a user's page lets the peer execute it in S-mode: jumps come first there
  return [...(chance(6, random) ? [jump(random)] : []), ...lines, 'ecall'];
}
