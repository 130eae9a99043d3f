/**
 * The CSR table (privileged specification, chapter "Control and Status Registers").
 * Privilege and read-only-ness are bits 9:8 and 11:10 of the number, so rows do not repeat them.
 */

import type { Extension } from './extensions.ts';

/** The mode that a csr's number says it needs: 2 of hypervisors, between S and M. */
export const csrLevel = (number: number): number => (number >> 8) & 3;
export const isReadOnlyCsr = (number: number): boolean => number >> 10 === 3;

/** Accessibility beyond what the number says. */
export type CsrRule =
  | 'counter'
  | 'satp'
  | 'hgatp'
  | 'stimecmp'
  | 'float'
  | 'pmp'
  /** A window on what another csr selects. */
  | 'indirect'
  /** Of an interrupt file, which keeps messages. */
  | 'file'
  /** A guest's interrupts, which its hypervisor may give it itself. */
  | 'injected';

/** A bit of mstateen and hstateen that closes a csr to the modes below. */
export interface StateGuard {
  readonly index: 0 | 1 | 2 | 3;
  readonly bit: bigint;
}

/** A version of the privileged specification, 1.10 to 1.13, by its second number. */
export type PrivilegedVersion = 10 | 11 | 12 | 13;
export const LATEST_PRIVILEGED: PrivilegedVersion = 13;

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
  /** Only with this extension. */
  readonly extension: Extension | undefined;
  readonly guard: StateGuard | undefined;
  /** The version of the privileged specification that brought it. */
  readonly since: PrivilegedVersion;
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
  LCOFIP: 1n << 13n,
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

/** Bits of mstateen0, of which 63 is in all of its kind. */
export const STATE_ENABLE = {
  IMSIC: 1n << 58n,
  AIA: 1n << 59n,
  CSRIND: 1n << 60n,
  ENVCFG: 1n << 62n,
  SE: 1n << 63n,
} as const;
const STATE_ENABLE_0 =
  STATE_ENABLE.IMSIC | STATE_ENABLE.AIA | STATE_ENABLE.CSRIND | STATE_ENABLE.ENVCFG | STATE_ENABLE.SE;
const guard = (bit: keyof typeof STATE_ENABLE, index: StateGuard['index'] = 0): StateGuard => ({
  index,
  bit: STATE_ENABLE[bit],
});

interface Options {
  readonly storage?: string;
  readonly read?: bigint;
  readonly write?: bigint;
  readonly constant?: bigint;
  readonly rule?: CsrRule;
  readonly hypervisor?: boolean;
  readonly since?: PrivilegedVersion;
  readonly extension?: Extension;
  readonly guard?: StateGuard;
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
    since: options.since ?? 10,
    extension: options.extension,
    guard: options.guard,
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
  hypervisorCsr(0x60a, 'henvcfg', { write: SUPERVISOR_ENVIRONMENT, guard: guard('ENVCFG'), special: true }),
  hypervisorCsr(0x643, 'htval', {}),
  hypervisorCsr(0x644, 'hip', { storage: 'mip', read: HS_INTERRUPTS, write: INTERRUPT.VSSIP, special: true }),
  hypervisorCsr(0x645, 'hvip', { storage: 'mip', read: VS_INTERRUPTS, write: VS_INTERRUPTS, special: true }),
  hypervisorCsr(0x64a, 'htinst', {}),
  hypervisorCsr(0x680, 'hgatp', { rule: 'hgatp', special: true }),
  hypervisorCsr(0xe12, 'hgeip', { constant: 0n }),
];

/** Fields of hvictl. */
export const HVICTL = {
  VTI: 1n << 30n,
  IID: 0xfffn << 16n,
  DPR: 1n << 9n,
  IPRIOM: 1n << 8n,
  IPRIO: 0xffn,
} as const;
const HVICTL_WRITABLE = HVICTL.VTI | HVICTL.IID | HVICTL.DPR | HVICTL.IPRIOM | HVICTL.IPRIO;

const SELECTABLE = 0x1ffn;
const machineAia = (number: number, name: string, options: Options) =>
  csr(number, name, { extension: 'Smaia', ...options });
const supervisorAia = (number: number, name: string, options: Options) =>
  csr(number, name, { extension: 'Ssaia', guard: guard('AIA'), ...options });
const guestAia = (number: number, name: string, options: Options) =>
  supervisorAia(number, name, { hypervisor: true, ...options });
const selected = guard('CSRIND');

/** Smaia and Ssaia. Guests have neither interrupt files nor priorities of their own. */
const interruptArchitecture = [
  machineAia(0x308, 'mvien', { constant: 0n }),
  machineAia(0x309, 'mvip', { storage: 'mip', read: S_INTERRUPTS, write: S_INTERRUPTS, special: true }),
  machineAia(0x350, 'miselect', { write: SELECTABLE }),
  machineAia(0x351, 'mireg', { rule: 'indirect', special: true }),
  machineAia(0x35c, 'mtopei', { rule: 'file', special: true }),
  machineAia(0xfb0, 'mtopi', { storage: 'mip', special: true }),
  supervisorAia(0x150, 'siselect', { write: SELECTABLE, guard: selected }),
  supervisorAia(0x151, 'sireg', { rule: 'indirect', guard: selected, special: true }),
  supervisorAia(0x15c, 'stopei', { rule: 'file', guard: guard('IMSIC'), special: true }),
  supervisorAia(0xdb0, 'stopi', { storage: 'mip', special: true }),
  guestAia(0x250, 'vsiselect', { write: SELECTABLE, guard: selected }),
  guestAia(0x251, 'vsireg', { constant: 0n, rule: 'indirect', guard: selected }),
  guestAia(0x25c, 'vstopei', { constant: 0n, rule: 'file', guard: guard('IMSIC') }),
  guestAia(0x608, 'hvien', { constant: 0n }),
  guestAia(0x609, 'hvictl', { write: HVICTL_WRITABLE, special: true }),
  guestAia(0x646, 'hviprio1', { constant: 0n }),
  guestAia(0x647, 'hviprio2', { constant: 0n }),
  guestAia(0xeb0, 'vstopi', { storage: 'mip', special: true }),
];

const stateEnables = ([0, 1, 2, 3] as const).flatMap(index => {
  const write = index === 0 ? STATE_ENABLE_0 : STATE_ENABLE.SE;
  const extension: Extension = 'Smstateen';
  const below = { extension, guard: guard('SE', index) };
  return [
    csr(0x30c + index, `mstateen${index}`, { write, extension, special: true }),
    hypervisorCsr(0x60c + index, `hstateen${index}`, { write, ...below, special: true }),
    // user mode has nothing that could be closed to it
    csr(0x10c + index, `sstateen${index}`, { constant: 0n, ...below }),
  ];
});

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
  csr(0x104, 'sie', { storage: 'mie', rule: 'injected', special: true }),
  csr(0x105, 'stvec', { special: true }),
  csr(0x106, 'scounteren', { write: COUNTERS }),
  csr(0x10a, 'senvcfg', { write: USER_ENVIRONMENT, since: 12, guard: guard('ENVCFG'), special: true }),
  csr(0x140, 'sscratch', {}),
  csr(0x141, 'sepc', { write: ALL - 1n }),
  csr(0x142, 'scause', {}),
  csr(0x143, 'stval', {}),
  csr(0x144, 'sip', { storage: 'mip', rule: 'injected', special: true }),
  csr(0x14d, 'stimecmp', { rule: 'stimecmp', special: true }),
  csr(0x180, 'satp', { rule: 'satp', special: true }),
  csr(0x300, 'mstatus', { write: MSTATUS_WRITABLE, special: true }),
  csr(0x301, 'misa', { write: 0n }),
  csr(0x302, 'medeleg', { write: DELEGABLE | HYPERVISOR_CAUSES, special: true }),
  csr(0x303, 'mideleg', { write: S_INTERRUPTS | INTERRUPT.LCOFIP, special: true }),
  csr(0x304, 'mie', {
    write: S_INTERRUPTS | HS_INTERRUPTS | M_INTERRUPTS | INTERRUPT.LCOFIP,
    special: true,
  }),
  csr(0x305, 'mtvec', { special: true }),
  csr(0x306, 'mcounteren', { write: COUNTERS }),
  csr(0x30a, 'menvcfg', {
    write: SUPERVISOR_ENVIRONMENT,
    since: 12,
    special: true,
  }),
  csr(0x320, 'mcountinhibit', { write: INHIBITED, since: 11, special: true }),
  csr(0x340, 'mscratch', {}),
  csr(0x341, 'mepc', { write: ALL - 1n }),
  csr(0x342, 'mcause', {}),
  csr(0x343, 'mtval', {}),
  csr(0x344, 'mip', { write: S_INTERRUPTS | INTERRUPT.VSSIP | INTERRUPT.LCOFIP, special: true }),
  ...hypervisor,
  ...interruptArchitecture,
  ...stateEnables,
  csr(0xda0, 'scountovf', { constant: 0n, extension: 'Sscofpmf' }), // no counter counts events
  ...pmp,
  csr(0xb00, 'mcycle', { special: true }),
  csr(0xb02, 'minstret', { special: true }),
  csr(0xc00, 'cycle', { storage: 'mcycle', rule: 'counter', special: true }),
  csr(0xc01, 'time', { constant: 0n, rule: 'counter', special: true }),
  csr(0xc02, 'instret', { storage: 'minstret', rule: 'counter', special: true }),
  ...eventCounters,
  csr(0xf11, 'mvendorid', {}),
  csr(0xf12, 'marchid', {}),
  csr(0xf13, 'mimpid', {}),
  csr(0xf14, 'mhartid', {}),
  csr(0xf15, 'mconfigptr', { constant: 0n, since: 12 }),
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
