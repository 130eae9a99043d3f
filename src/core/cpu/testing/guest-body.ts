import { csrNumber, encode } from '../../isa/index.ts';
import {
  ADDRESSES,
  access,
  arithmetic,
  chance,
  jump,
  LINE,
  type Line,
  pick,
  type Random,
  RESULTS,
  RETURN,
  ROOTS,
  STATUSES,
  VALUES,
} from './privileged-body.ts';

/** Random instructions for the episodes of programs with guests. */

/** What an episode's instructions can count on. */
export interface GuestKind {
  readonly supervisor: boolean;
  readonly virtual: boolean;
  /** WFI traps in VS-mode. */
  readonly waits: boolean;
  /** The one interrupt of the program. */
  readonly line: bigint;
  /** TVM is set. */
  readonly trapsTables: boolean;
  /** A guest may change its tables. */
  readonly guestTables: boolean;
  /** HLV and HSV may be tried. */
  readonly guestAccess: boolean;
}

/** Registers that hold bits of hstatus and an hgatp. */
export const HSTATUS_BITS = 3;
export const STAGE_ROOT = 4;

const INSTRUCTIONS = 14;
const OF_HYPERVISOR = [
  'hstatus', 'hedeleg', 'hideleg', 'hie', 'hip', 'hvip', 'hcounteren', 'htimedelta', 'htval', 'hgeie', 'hgeip',
  'vsscratch', 'vsepc', 'vscause', 'vstval', 'vstvec', 'vsatp', 'vsie',
]; // biome-ignore format: a list
const OF_SUPERVISOR = ['sscratch', 'sepc', 'scause', 'stval', 'stvec', 'sstatus', 'scounteren', 'sie'];
const OF_MACHINE = ['mstatus', 'mscratch', 'mtval2', 'mtinst', 'mideleg'];
const OF_USER = ['cycle', 'time', 'instret', 'hpmcounter3'];
const ANY_VALUE = ['hedeleg', 'htimedelta', 'htval', 'vsscratch', 'vscause', 'vstval'];
const GUEST_ANY_VALUE = ['sscratch', 'scause', 'stval'];
const BY_FIELD = ['hcounteren', 'scounteren'];
const OF_INTERRUPTS = ['hie', 'hip', 'hvip', 'sie', 'sip'];
const LOADS = ['hlv.b', 'hlv.bu', 'hlv.h', 'hlv.hu', 'hlv.w', 'hlv.wu', 'hlv.d'];
const STORES = ['hsv.b', 'hsv.h', 'hsv.w', 'hsv.d'];

const of = (name: string) => csrNumber(name) ?? 0;
const change = (random: Random) => pick(['csrrw', 'csrrs', 'csrrc'], random);
/** What was cached of a guest's translations is dropped. */
const FENCES: readonly Line[] = ['hfence.vvma zero, zero', 'hfence.gvma zero, zero', 'sfence.vma zero, zero'];

function csrRead(random: Random, { supervisor, virtual }: GuestKind): Line[] {
  const rd = pick([0, ...RESULTS], random);
  const lists =
    supervisor || !virtual ? [OF_HYPERVISOR, OF_SUPERVISOR, OF_MACHINE] : [OF_HYPERVISOR, OF_MACHINE];
  if (chance(4, random)) return [encode('csrrs', { rd: 0, imm: of(pick(OF_USER, random)) })];
  return [encode('csrrs', { rd, imm: of(pick(pick(lists, random), random)) })];
}

function csrWrite(random: Random, { supervisor, virtual, trapsTables }: GuestKind): Line[] {
  const rd = pick([0, ...RESULTS], random);
  if (!supervisor)
    return [
      encode('csrrw', { rd, rs1: pick(VALUES, random), imm: of(pick([...OF_MACHINE, 'hgeip'], random)) }),
    ];
  const write = (name: string, rs1: number) => [encode(change(random), { rd, rs1, imm: of(name) })];
  if (virtual) return guestWrite(random, write);
  switch (random(8)) {
    case 0:
      return [...write('hstatus', HSTATUS_BITS), ...FENCES.slice(0, 1)];
    case 1:
      return trapsTables ? [] : [encode('csrrw', { rd, rs1: STAGE_ROOT, imm: of('hgatp') }), ...FENCES];
    case 2:
      return trapsTables
        ? []
        : [encode('csrrw', { rd, rs1: pick(ROOTS, random), imm: of('vsatp') }), ...FENCES];
    case 3:
      return [encode('csrrw', { rd, rs1: RETURN, imm: of(pick(['vsepc', 'sepc'], random)) })];
    case 4:
      return [
        encode(pick(['csrrwi', 'csrrsi', 'csrrci'], random), {
          rd,
          rs1: random(8),
          imm: of(pick(BY_FIELD, random)),
        }),
      ];
    case 5:
      return write(pick(OF_INTERRUPTS, random), pick([0, LINE], random));
    case 6:
      return write('sstatus', pick(STATUSES, random));
    default:
      return write(pick(ANY_VALUE, random), pick([0, ...VALUES], random));
  }
}

function guestWrite(random: Random, write: (name: string, rs1: number) => Line[]): Line[] {
  switch (random(5)) {
    case 0:
      return write('sstatus', pick(STATUSES, random));
    case 1:
      return [encode('csrrw', { rs1: RETURN, imm: of('sepc') })];
    case 2:
      return [
        encode(pick(['csrrsi', 'csrrci'], random), {
          rd: pick(RESULTS, random),
          rs1: 2,
          imm: of(pick(['sie', 'sip'], random)),
        }),
      ];
    case 3:
      return write(pick(['hstatus', 'hgeip', 'vsscratch', 'mscratch'], random), pick([0, ...VALUES], random));
    default:
      return write(pick(GUEST_ANY_VALUE, random), pick([0, ...VALUES], random));
  }
}

function guestAccess(random: Random): Line[] {
  const rs1 = pick(ADDRESSES, random);
  if (chance(3, random)) return [encode(pick(STORES, random), { rs1, rs2: pick(VALUES, random) })];
  return [encode(pick(LOADS, random), { rd: pick(RESULTS, random), rs1 })];
}

function system(random: Random, { supervisor, virtual, waits, guestTables }: GuestKind): Line[] {
  const [rs1, rs2] = [pick([0, ...ADDRESSES], random), pick([0, ...VALUES], random)];
  const unlessGuestUser = (line: Line): Line[] => (virtual && !supervisor ? ['ecall'] : [line]);
  switch (random(8)) {
    case 0:
      return ['ecall'];
    case 1:
      return ['ebreak'];
    case 2:
      return unlessGuestUser('sret');
    case 3:
      return unlessGuestUser(encode('sfence.vma', { rs1, rs2 }));
    case 4:
    case 5:
      return unlessGuestUser(encode(pick(['hfence.vvma', 'hfence.gvma'], random), { rs1, rs2 }));
    case 6:
      if (virtual && supervisor) return waits ? ['wfi'] : guestTables ? changeTables(random) : ['fence.i'];
      return ['mret'];
    default:
      return supervisor ? ['fence.i'] : [jump(random)];
  }
}

const changeTables = (random: Random): Line[] => [
  encode('csrrw', { rd: pick(RESULTS, random), rs1: pick(ROOTS, random), imm: of('satp') }),
  'sfence.vma zero, zero',
];

/** The instructions of an episode. */
export function guestBody(random: Random, kind: GuestKind): Line[] {
  const lines = Array.from({ length: INSTRUCTIONS }, () => {
    const choice = random(16);
    if (choice < 4) return access(random, false);
    if (choice < 6) return kind.guestAccess ? guestAccess(random) : access(random, false);
    if (choice < 8) return csrRead(random, kind);
    if (choice < 11) return csrWrite(random, kind);
    return choice < 13 ? system(random, kind) : arithmetic(random);
  }).flat();
  return [...(chance(6, random) ? [jump(random)] : []), ...lines, 'ecall'];
}
