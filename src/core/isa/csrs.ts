/**
 * The CSR table (privileged specification, chapter "Control and Status Registers").
 * Privilege and read-only-ness are bits 9:8 and 11:10 of the number, so rows do not repeat them.
 */

/** Accessibility beyond what the number says. */
export type CsrRule = 'counter' | 'satp' | 'stimecmp' | 'float' | 'pmp';

export interface Csr {
  readonly number: number;
  readonly name: string;
  /** Hart-state slot that holds the value; csrs that view the same slot share it. */
  readonly storage: string | undefined;
  readonly readMask: bigint;
  readonly writeMask: bigint;
  /** Value where there is no storage. */
  readonly constant: bigint;
  readonly rule: CsrRule | undefined;
  /** True when reading or writing does more than the masks say; the hart knows what. */
  readonly special: boolean;
}

const ALL = 0xffff_ffff_ffff_ffffn;

/** Bits of mstatus, and of the other registers that more than one part looks at. */
export const MSTATUS = {
  SIE: 1n << 1n,
  MIE: 1n << 3n,
  SPIE: 1n << 5n,
  MPIE: 1n << 7n,
  SPP: 1n << 8n,
  MPP: 3n << 11n,
  FS: 3n << 13n,
  MPRV: 1n << 17n,
  SUM: 1n << 18n,
  MXR: 1n << 19n,
  TVM: 1n << 20n,
  TW: 1n << 21n,
  TSR: 1n << 22n,
  UXL: 3n << 32n,
  SXL: 3n << 34n,
  SD: 1n << 63n,
} as const;

const { SIE, MIE, SPIE, MPIE, SPP, MPP, FS, MPRV, SUM, MXR, TVM, TW, TSR, UXL, SD } = MSTATUS;
const SSTATUS_WRITABLE = SIE | SPIE | SPP | FS | SUM | MXR;
const MSTATUS_WRITABLE = SSTATUS_WRITABLE | MIE | MPIE | MPP | MPRV | TVM | TW | TSR;

export const INTERRUPT = {
  SSIP: 1n << 1n,
  MSIP: 1n << 3n,
  STIP: 1n << 5n,
  MTIP: 1n << 7n,
  SEIP: 1n << 9n,
  MEIP: 1n << 11n,
};
export const S_INTERRUPTS = INTERRUPT.SSIP | INTERRUPT.STIP | INTERRUPT.SEIP;
export const M_INTERRUPTS = INTERRUPT.MSIP | INTERRUPT.MTIP | INTERRUPT.MEIP;

export const ENVCFG = {
  FIOM: 1n,
  CBIE: 3n << 4n,
  CBCFE: 1n << 6n,
  CBZE: 1n << 7n,
  ADUE: 1n << 61n,
  PBMTE: 1n << 62n,
  STCE: 1n << 63n,
} as const;
/** What senvcfg has, and menvcfg for S-mode. */
const USER_ENVIRONMENT = ENVCFG.FIOM | ENVCFG.CBIE | ENVCFG.CBCFE | ENVCFG.CBZE;

/** Synchronous causes that can be delegated: all standard ones but the M-mode ecall. */
const DELEGABLE = 0xb3ffn;
/** cycle, time, instret and the sixteen event counters that read as zero. */
const COUNTERS = 0x7ffffn;
const EVENT_COUNTERS = { first: 3, last: 18 } as const;
/** All but time, which is not the hart's. */
const INHIBITED = COUNTERS & ~2n;

interface Options {
  readonly storage?: string;
  readonly read?: bigint;
  readonly write?: bigint;
  readonly constant?: bigint;
  readonly rule?: CsrRule;
  readonly special?: boolean;
}

function csr(number: number, name: string, options: Options): Csr {
  const stored = options.constant === undefined;
  return {
    number,
    name,
    storage: stored ? (options.storage ?? name) : undefined,
    readMask: options.read ?? ALL,
    writeMask: options.write ?? ALL,
    constant: options.constant ?? 0n,
    rule: options.rule,
    special: options.special ?? false,
  };
}

const eventCounters = Array.from({ length: EVENT_COUNTERS.last - EVENT_COUNTERS.first + 1 }, (_, index) => {
  const counter = EVENT_COUNTERS.first + index;
  return [
    csr(0xc00 + counter, `hpmcounter${counter}`, { constant: 0n, rule: 'counter' }),
    csr(0xb00 + counter, `mhpmcounter${counter}`, { constant: 0n }),
    csr(0x320 + counter, `mhpmevent${counter}`, { constant: 0n }),
  ];
}).flat();

const pmp = [
  csr(0x3a0, 'pmpcfg0', { rule: 'pmp', special: true }),
  csr(0x3a2, 'pmpcfg2', { rule: 'pmp', special: true }),
  ...Array.from({ length: 16 }, (_, index) =>
    csr(0x3b0 + index, `pmpaddr${index}`, { rule: 'pmp', special: true }),
  ),
];

export const CSRS: readonly Csr[] = [
  csr(0x001, 'fflags', { storage: 'fcsr', read: 0x1fn, write: 0x1fn, rule: 'float', special: true }),
  csr(0x002, 'frm', { storage: 'fcsr', write: 7n, rule: 'float', special: true }),
  csr(0x003, 'fcsr', { read: 0xffn, write: 0xffn, rule: 'float', special: true }),
  csr(0x100, 'sstatus', {
    storage: 'mstatus',
    read: SSTATUS_WRITABLE | UXL | SD,
    write: SSTATUS_WRITABLE,
    special: true,
  }),
  csr(0x104, 'sie', { storage: 'mie', special: true }),
  csr(0x105, 'stvec', { special: true }),
  csr(0x106, 'scounteren', { write: COUNTERS }),
  csr(0x10a, 'senvcfg', { write: USER_ENVIRONMENT, special: true }),
  csr(0x140, 'sscratch', {}),
  csr(0x141, 'sepc', { write: ALL - 1n }),
  csr(0x142, 'scause', {}),
  csr(0x143, 'stval', {}),
  csr(0x144, 'sip', { storage: 'mip', special: true }),
  csr(0x14d, 'stimecmp', { rule: 'stimecmp', special: true }),
  csr(0x180, 'satp', { rule: 'satp', special: true }),
  csr(0x300, 'mstatus', { write: MSTATUS_WRITABLE, special: true }),
  csr(0x301, 'misa', { write: 0n }),
  csr(0x302, 'medeleg', { write: DELEGABLE }),
  csr(0x303, 'mideleg', { write: S_INTERRUPTS, special: true }),
  csr(0x304, 'mie', { write: S_INTERRUPTS | M_INTERRUPTS, special: true }),
  csr(0x305, 'mtvec', { special: true }),
  csr(0x306, 'mcounteren', { write: COUNTERS }),
  csr(0x30a, 'menvcfg', {
    write: USER_ENVIRONMENT | ENVCFG.ADUE | ENVCFG.PBMTE | ENVCFG.STCE,
    special: true,
  }),
  csr(0x320, 'mcountinhibit', { write: INHIBITED, special: true }),
  csr(0x340, 'mscratch', {}),
  csr(0x341, 'mepc', { write: ALL - 1n }),
  csr(0x342, 'mcause', {}),
  csr(0x343, 'mtval', {}),
  csr(0x344, 'mip', { write: S_INTERRUPTS, special: true }),
  ...pmp,
  csr(0xb00, 'mcycle', { special: true }),
  csr(0xb02, 'minstret', { special: true }),
  csr(0xc00, 'cycle', { storage: 'mcycle', rule: 'counter', special: true }),
  csr(0xc01, 'time', { constant: 0n, rule: 'counter', special: true }),
  csr(0xc02, 'instret', { storage: 'minstret', rule: 'counter', special: true }),
  ...eventCounters,
  csr(0xf11, 'mvendorid', { constant: 0n }),
  csr(0xf12, 'marchid', { constant: 0n }),
  csr(0xf13, 'mimpid', { constant: 0n }),
  csr(0xf14, 'mhartid', {}),
  csr(0xf15, 'mconfigptr', { constant: 0n }),
];

/** Registers of extensions that this hart lacks, known to the disassembler by name alone. */
const NAMES_ONLY: readonly [number, string][] = [
  [0x008, 'vstart'],
  [0x009, 'vxsat'],
  [0x00a, 'vxrm'],
  [0x00f, 'vcsr'],
  [0x015, 'seed'],
  [0x200, 'vsstatus'],
  [0x204, 'vsie'],
  [0x205, 'vstvec'],
  [0x240, 'vsscratch'],
  [0x241, 'vsepc'],
  [0x242, 'vscause'],
  [0x243, 'vstval'],
  [0x244, 'vsip'],
  [0x280, 'vsatp'],
  [0x600, 'hstatus'],
  [0x602, 'hedeleg'],
  [0x603, 'hideleg'],
  [0x680, 'hgatp'],
  [0x7a0, 'tselect'],
  [0x7a1, 'tdata1'],
  [0x7a2, 'tdata2'],
  [0x7a3, 'tdata3'],
  [0x7b0, 'dcsr'],
  [0x7b1, 'dpc'],
  [0xc20, 'vl'],
  [0xc21, 'vtype'],
  [0xc22, 'vlenb'],
];

const BY_NUMBER = new Map(CSRS.map(row => [row.number, row]));
const NAMES = new Map<number, string>([...NAMES_ONLY, ...CSRS.map(row => [row.number, row.name] as const)]);
const NUMBERS = new Map<string, number>([...NAMES].map(([number, name]) => [name, number]));

export function csrByNumber(number: number): Csr | undefined {
  return BY_NUMBER.get(number);
}

export function csrName(number: number): string | undefined {
  return NAMES.get(number);
}

export function csrNumber(name: string): number | undefined {
  return NUMBERS.get(name);
}
