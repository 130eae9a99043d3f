import { HSTATUS, MSTATUS } from '../../isa/index.ts';
import { type GuestKind, guestBody, HSTATUS_BITS, STAGE_ROOT } from './guest-body.ts';
import { GUEST_CSRS } from './guest-log.ts';
import {
  ADDRESSES,
  anything,
  chance,
  LINE,
  pick,
  type Random,
  RETURN,
  ROOTS,
  STATUSES,
} from './privileged-body.ts';
import { LAYOUT, USER_ALIAS } from './privileged-layout.ts';
import {
  delegation,
  emptyImage,
  type PrivilegedProgram,
  programOf,
  randomAddress,
  satp,
} from './privileged-program.ts';
import { placeStageTables, placeTables, type TableRoots } from './privileged-tables.ts';

/**
 * Random programs as those of privileged-program.ts, of hypervisors and guests: M-mode enters HS-, U-, VS- or
 * VU-mode. Left out is where the peer does not do what the specification says: MXR and MPRV of guests, SUM of HLV,
 * HLVX and HLV of hosts without satp, memory protection, atomic operations of guests, faults in page-table walks, dirty marks by fcsr, TVM, TSR
 * and VTVM of satp in guests, what VU-mode asks of supervisors, and all interrupts of guests but one.
 */

interface Common {
  readonly roots: TableRoots;
  readonly stages: TableRoots;
  readonly line: bigint;
}

/** Ecalls that handlers leave by, and fetches, which they need, go to M-mode. */
const DELEGATED = 0x50_f1ffn & ~(1n << 1n) & ~(1n << 12n);
/** Faults of data of both stages. */
const DATA_FAULTS = 0xa0_a0f0n;
/** SSIP, VSSIP, VSTIP, VSEIP. */
const LINES = [2n, 4n, 0x40n, 0x400n];
const GUEST_STATUS = [MSTATUS.SIE, MSTATUS.SPIE, MSTATUS.SPP, MSTATUS.FS, 1n << 13n, MSTATUS.SUM];
const UXL = 2n << 32n;
const MODES: readonly [privilege: bigint, virtual: boolean][] = [
  [1n, false],
  [0n, false],
  [1n, true],
  [1n, true],
  [0n, true],
];

const some = (bits: readonly bigint[], random: Random) =>
  bits.reduce((all, bit) => (chance(2, random) ? all | bit : all), 0n);

const sv39 = (roots: TableRoots) => (8n << 60n) | BigInt(roots.sv39 / 4096);

const evenAddress = (random: Random) => randomAddress(random, false) & ~1n;

function registers(random: Random, { roots, stages, line }: Common): bigint[] {
  return Array.from({ length: 32 }, (_, x) => {
    if (ADDRESSES.includes(x)) return randomAddress(random, false);
    if (x === LINE) return line;
    if (x === RETURN) return evenAddress(random);
    if (ROOTS.includes(x)) return satp(roots, random);
    if (x === STAGE_ROOT) return satp(stages, random) || sv39(stages);
    if (x === HSTATUS_BITS)
      return some(
        Object.values(HSTATUS).filter(bit => bit !== HSTATUS.VSXL && bit !== HSTATUS.GVA),
        random,
      );
    if (STATUSES.includes(x)) return some(GUEST_STATUS, random);
    return chance(3, random) ? BigInt(random(4096)) : anything(random);
  });
}

/** What does not depend on the mode that is entered: interrupts on the line, if any, counters, handlers, and the rest. */
function independentCsrs(random: Random, line: bigint): [string, bigint][] {
  const maybe = () => (line !== 0n && chance(2, random) ? line : 0n);
  const vector = (base: number) => BigInt(base + random(2));
  return [
    ['mideleg', 0x222n],
    ['hideleg', BigInt(4 * random(2))],
    ['mie', maybe()],
    ['mip', maybe() & 2n],
    ['hvip', maybe() & 0x444n],
    ['mcounteren', BigInt(random(8))],
    ['hcounteren', BigInt(random(8))],
    ['scounteren', BigInt(random(8))],
    ['mtvec', vector(LAYOUT.machineVector)],
    ['stvec', vector(LAYOUT.supervisorVector)],
    ['vstvec', vector(LAYOUT.guestVector)],
    ['sepc', evenAddress(random)],
    ['vsepc', evenAddress(random)],
    ...['scause', 'stval', 'vscause', 'vstval', 'htval'].map((name): [string, bigint] => [name, 0n]),
    ['htimedelta', anything(random)],
    ['sscratch', anything(random)],
    ['vsscratch', anything(random)],
  ];
}

/** What M-mode sets, and what the body can count on. */
function setup(
  random: Random,
  { roots, stages, line }: Common,
  entry: number,
): { kind: GuestKind; csrs: [string, bigint][] } {
  const [privilege, virtual] = pick(MODES, random);
  const [own, guests] = [satp(roots, random), satp(roots, random)];
  // with neither stage the peer lets no address beyond its memory pass
  const bare = virtual && guests !== 0n && chance(4, random);
  const stage = bare ? 0n : satp(stages, random) || sv39(stages);
  const waits = chance(2, random);
  const interrupts = chance(3, random);
  const status = some(GUEST_STATUS, random) | (waits && chance(2, random) ? MSTATUS.TW : 0n);
  const traps = virtual ? 0n : some([MSTATUS.TVM, MSTATUS.TSR], random);
  const mode = (privilege << 11n) | (virtual ? MSTATUS.MPV : 0n);
  const above = some([HSTATUS.HU, HSTATUS.SPV, HSTATUS.SPVP, HSTATUS.VTVM, HSTATUS.VTSR], random);
  const hstatus = above | (waits ? HSTATUS.VTW : 0n);
  const guestStatus = some(GUEST_STATUS, random) | UXL | (virtual ? 0n : MSTATUS.SUM);
  const translated = (virtual ? guests : own) !== 0n;
  const hedeleg =
    delegation(DELEGATED, DATA_FAULTS, random) & 0xb1ffn & ~(virtual && privilege === 0n ? 4n : 0n);
  const csrs: [string, bigint][] = [
    ['satp', own],
    ['vsatp', guests],
    ['hgatp', stage],
    ['medeleg', delegation(DELEGATED, DATA_FAULTS, random)],
    ['hedeleg', hedeleg],
    ...independentCsrs(random, interrupts ? line : 0n),
    ['hstatus', hstatus],
    ['vsstatus', guestStatus],
    ['fcsr', BigInt(random(256))],
    ['mstatus', status | traps | mode],
    ['mepc', BigInt(privilege === 0n && translated ? entry - LAYOUT.entry + USER_ALIAS : entry)],
  ];
  const kind = {
    supervisor: privilege === 1n,
    virtual,
    waits,
    line,
    trapsTables: (traps & MSTATUS.TVM) !== 0n,
    guestTables: !bare && (hstatus & HSTATUS.VTVM) === 0n,
    guestAccess: virtual || own !== 0n,
  };
  return { kind, csrs };
}

export function guestProgram(random: Random): PrivilegedProgram {
  const image = emptyImage();
  const roots = placeTables(image, random);
  const common = { roots, stages: placeStageTables(image, random), line: pick(LINES, random) };
  return programOf(
    image,
    entry => {
      const { kind, csrs } = setup(random, common, entry);
      return { csrs, body: guestBody(random, kind), registers: registers(random, common) };
    },
    GUEST_CSRS,
  );
}
