/**
 * The CSR table (privileged specification, chapter "Control and Status Registers").
 * Privilege and read-only-ness are bits 9:8 and 11:10 of the number, so rows do not repeat them.
 */

/** Accessibility beyond what the number says. */
export type CsrRule = 'counter' | 'satp' | 'hgatp' | 'stimecmp' | 'float' | 'pmp' | AiaRule;
/** Of the advanced interrupt architecture: there at all, with a register selected, with an interrupt file. */
export type AiaRule = 'smaia' | 'ssaia' | 'indirect' | 'file';

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
  /** Only with the hypervisor extension. */
  readonly hypervisor: boolean;
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
  GVA: 1n << 38n,
  MPV: 1n << 39n,
  SD: 1n << 63n,
} as const;

const { SIE, MIE, SPIE, MPIE, SPP, MPP, FS, MPRV, SUM, MXR, TVM, TW, TSR, UXL, SXL, GVA, MPV, SD } = MSTATUS;
const SSTATUS_WRITABLE = SIE | SPIE | SPP | FS | SUM | MXR;
const SSTATUS_READABLE = SSTATUS_WRITABLE | UXL | SD;
const MSTATUS_WRITABLE = SSTATUS_WRITABLE | MIE | MPIE | MPP | MPRV | TVM | TW | TSR | GVA | MPV;

/** Bits of hstatus. There are no guest external interrupts, so VGEIN stays 0, and guests are little endian. */
export const HSTATUS = {
  GVA: 1n << 6n,
  SPV: 1n << 7n,
  SPVP: 1n << 8n,
  HU: 1n << 9n,
  VTVM: 1n << 20n,
  VTW: 1n << 21n,
  VTSR: 1n << 22n,
  VSXL: 3n << 32n,
} as const;
const HSTATUS_WRITABLE =
  HSTATUS.GVA | HSTATUS.SPV | HSTATUS.SPVP | HSTATUS.HU | HSTATUS.VTVM | HSTATUS.VTW | HSTATUS.VTSR;
/** Reset values: everything has 64 bits. */
export const STATUS_AT_RESET = (2n << 34n) | (2n << 32n);
export const HSTATUS_AT_RESET = 2n << 32n;

export const INTERRUPT = {
  SSIP: 1n << 1n,
  VSSIP: 1n << 2n,
  MSIP: 1n << 3n,
  STIP: 1n << 5n,
  VSTIP: 1n << 6n,
  MTIP: 1n << 7n,
  SEIP: 1n << 9n,
  VSEIP: 1n << 10n,
  MEIP: 1n << 11n,
  SGEIP: 1n << 12n,
};
export const S_INTERRUPTS = INTERRUPT.SSIP | INTERRUPT.STIP | INTERRUPT.SEIP;
/** Interrupts of guests, one bit above where a guest sees them. */
export const VS_INTERRUPTS = INTERRUPT.VSSIP | INTERRUPT.VSTIP | INTERRUPT.VSEIP;
/** Interrupts of the hypervisor extension: M-mode cannot keep them. */
export const HS_INTERRUPTS = VS_INTERRUPTS | INTERRUPT.SGEIP;
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
/** What senvcfg has, and menvcfg and henvcfg for the mode below. */
const USER_ENVIRONMENT = ENVCFG.FIOM | ENVCFG.CBIE | ENVCFG.CBCFE | ENVCFG.CBZE;
/** Bits that a mode below has only while menvcfg has them. */
export const GRANTED_ENVIRONMENT = ENVCFG.ADUE | ENVCFG.PBMTE | ENVCFG.STCE;
const SUPERVISOR_ENVIRONMENT = USER_ENVIRONMENT | GRANTED_ENVIRONMENT;

/** Synchronous causes that can be delegated: all standard ones but the M-mode ecall, and software checks. */
const DELEGABLE = 0x4b3ffn;
/** Those of the hypervisor extension: ecalls from VS-mode, guest-page faults, virtual instructions. */
export const HYPERVISOR_CAUSES = 0xf0_0400n;
/** Causes that a hypervisor can delegate: not ecalls from S-mode, and none of its own. */
const GUEST_DELEGABLE = 0xb1ffn;
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
  readonly hypervisor?: boolean;
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
    hypervisor: options.hypervisor ?? false,
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

const hypervisorCsr = (number: number, name: string, options: Options) =>
  csr(number, name, { ...options, hypervisor: true });

const hypervisor = [
  // the supervisor csrs of guests, each 0x100 above the one whose place it takes in VS-mode
  hypervisorCsr(0x200, 'vsstatus', { read: SSTATUS_READABLE | SXL, write: SSTATUS_WRITABLE, special: true }),
  hypervisorCsr(0x204, 'vsie', { storage: 'mie', special: true }),
  hypervisorCsr(0x205, 'vstvec', { special: true }),
  hypervisorCsr(0x240, 'vsscratch', {}),
  hypervisorCsr(0x241, 'vsepc', { write: ALL - 1n }),
  hypervisorCsr(0x242, 'vscause', {}),
  hypervisorCsr(0x243, 'vstval', {}),
  hypervisorCsr(0x244, 'vsip', { storage: 'mip', special: true }),
  hypervisorCsr(0x24d, 'vstimecmp', { rule: 'stimecmp', special: true }),
  hypervisorCsr(0x280, 'vsatp', { special: true }),
  hypervisorCsr(0x34a, 'mtinst', {}),
  hypervisorCsr(0x34b, 'mtval2', {}),
  hypervisorCsr(0x600, 'hstatus', { write: HSTATUS_WRITABLE, special: true }),
  hypervisorCsr(0x602, 'hedeleg', { write: GUEST_DELEGABLE }),
  hypervisorCsr(0x603, 'hideleg', { write: VS_INTERRUPTS, special: true }),
  hypervisorCsr(0x604, 'hie', { storage: 'mie', read: HS_INTERRUPTS, write: HS_INTERRUPTS, special: true }),
  hypervisorCsr(0x605, 'htimedelta', { special: true }),
  hypervisorCsr(0x606, 'hcounteren', { write: COUNTERS }),
  hypervisorCsr(0x607, 'hgeie', { constant: 0n }),
  hypervisorCsr(0x60a, 'henvcfg', { write: SUPERVISOR_ENVIRONMENT, special: true }),
  hypervisorCsr(0x643, 'htval', {}),
  hypervisorCsr(0x644, 'hip', { storage: 'mip', read: HS_INTERRUPTS, write: INTERRUPT.VSSIP, special: true }),
  hypervisorCsr(0x645, 'hvip', { storage: 'mip', read: VS_INTERRUPTS, write: VS_INTERRUPTS, special: true }),
  hypervisorCsr(0x64a, 'htinst', {}),
  hypervisorCsr(0x680, 'hgatp', { rule: 'hgatp', special: true }),
  hypervisorCsr(0xe12, 'hgeip', { constant: 0n }),
];

const SELECT = 0x1ffn;
/** IID, DPR, IPRIOM and IPRIO; VTI stays 0. */
const HVICTL_WRITABLE = 0xfff_03ffn;

const aia = [
  csr(0x150, 'siselect', { write: SELECT, rule: 'ssaia' }),
  csr(0x151, 'sireg', { rule: 'indirect', special: true }),
  csr(0x15c, 'stopei', { rule: 'file', special: true }),
  csr(0x308, 'mvien', { constant: 0n, rule: 'smaia' }),
  csr(0x309, 'mvip', {
    storage: 'mip',
    read: S_INTERRUPTS,
    write: S_INTERRUPTS,
    rule: 'smaia',
    special: true,
  }),
  csr(0x350, 'miselect', { write: SELECT, rule: 'smaia' }),
  csr(0x351, 'mireg', { rule: 'indirect', special: true }),
  csr(0x35c, 'mtopei', { rule: 'file', special: true }),
  csr(0xdb0, 'stopi', { constant: 0n, rule: 'ssaia', special: true }),
  csr(0xfb0, 'mtopi', { constant: 0n, rule: 'smaia', special: true }),
  // guests have no interrupt files and no priorities of their own
  hypervisorCsr(0x250, 'vsiselect', { write: SELECT, rule: 'ssaia' }),
  hypervisorCsr(0x251, 'vsireg', { constant: 0n, rule: 'indirect' }),
  hypervisorCsr(0x25c, 'vstopei', { constant: 0n, rule: 'file' }),
  hypervisorCsr(0x608, 'hvien', { constant: 0n, rule: 'ssaia' }),
  hypervisorCsr(0x609, 'hvictl', { write: HVICTL_WRITABLE, rule: 'ssaia' }),
  hypervisorCsr(0x646, 'hviprio1', { constant: 0n, rule: 'ssaia' }),
  hypervisorCsr(0x647, 'hviprio2', { constant: 0n, rule: 'ssaia' }),
  hypervisorCsr(0xeb0, 'vstopi', { constant: 0n, rule: 'ssaia', special: true }),
];

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
    read: SSTATUS_READABLE,
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
  csr(0x302, 'medeleg', { write: DELEGABLE | HYPERVISOR_CAUSES, special: true }),
  csr(0x303, 'mideleg', { write: S_INTERRUPTS, special: true }),
  csr(0x304, 'mie', { write: S_INTERRUPTS | HS_INTERRUPTS | M_INTERRUPTS, special: true }),
  csr(0x305, 'mtvec', { special: true }),
  csr(0x306, 'mcounteren', { write: COUNTERS }),
  csr(0x30a, 'menvcfg', {
    write: SUPERVISOR_ENVIRONMENT,
    special: true,
  }),
  csr(0x320, 'mcountinhibit', { write: INHIBITED, special: true }),
  csr(0x340, 'mscratch', {}),
  csr(0x341, 'mepc', { write: ALL - 1n }),
  csr(0x342, 'mcause', {}),
  csr(0x343, 'mtval', {}),
  csr(0x344, 'mip', { write: S_INTERRUPTS | INTERRUPT.VSSIP, special: true }),
  ...hypervisor,
  ...aia,
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
