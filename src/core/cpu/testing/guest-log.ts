import { HSTATUS, MSTATUS } from '../../isa/index.ts';
import { LAYOUT, RECORD_NAMES } from './privileged-layout.ts';
import { instructionAt } from './privileged-log.ts';

/** What M-mode logs beside the usual when there are guests. */
export const GUEST_CSRS: readonly string[] = [
  'mtval2', 'hstatus', 'htval', 'hedeleg', 'hideleg', 'hvip', 'hie', 'hcounteren', 'hgatp', 'htimedelta',
  'vsstatus', 'vstvec', 'vsscratch', 'vsepc', 'vscause', 'vstval', 'vsatp', 'scause', 'sepc', 'stval',
]; // biome-ignore format: a table

export const GUEST_RECORD_NAMES: readonly string[] = [...RECORD_NAMES, ...GUEST_CSRS];
const WORDS = GUEST_RECORD_NAMES.length;

const FETCH_ACCESS = 1n;
const ILLEGAL = 2n;
const BREAKPOINT = 3n;
const VIRTUAL = 22n;
const LOAD_ACCESS = 5n;
const STORE_ACCESS = 7n;
const GUEST_PAGE_FAULTS = [20n, 21n, 23n];
const SYSTEM_ACCESS = 0x4073;
const TRAPS = [
  ['cause', 'epc', 'tval'],
  ['scause', 'sepc', 'stval'],
  ['vscause', 'vsepc', 'vstval'],
] as const;

/**
 * Changes a log to what specification and QEMU 7.2 agree on:
 * - 7.2 leaves the addresses of guest-page faults to later traps, and never takes mstatus.GVA back;
 * - it clears hstatus.GVA when a trap goes to VS-mode;
 * - it has no SD in vsstatus, and numbers illegal instructions there as it does interrupts;
 * - it gives 0 for the address of a breakpoint (and so no GVA), and an earlier instruction for a refused HLV or HSV;
 * - it takes misaligned accesses apart where no memory is, and gives the address of a part.
 */
export function agreedGuest(log: BigUint64Array, image: Uint8Array): BigUint64Array {
  for (let at = 0; at + WORDS <= log.length; at += WORDS) {
    const record = log.subarray(at, at + WORDS);
    const set = (name: string, value: bigint) => {
      record[GUEST_RECORD_NAMES.indexOf(name)] = value;
    };
    const get = (name: string) => record[GUEST_RECORD_NAMES.indexOf(name)]!;
    if (get('vscause') === FETCH_ACCESS) set('vscause', ILLEGAL);
    set('status', get('status') & ~MSTATUS.GVA);
    set('vsstatus', get('vsstatus') & ~MSTATUS.SD);
    if (!GUEST_PAGE_FAULTS.includes(get('cause'))) set('mtval2', 0n);
    for (const [cause, epc, value] of TRAPS) {
      if (get(cause) === BREAKPOINT) set(value, 0n);
      if (get(cause) === LOAD_ACCESS || get(cause) === STORE_ACCESS) set(value, get(value) & ~7n);
      const refused = get(cause) === ILLEGAL || get(cause) === VIRTUAL;
      if (refused && isGuestAccess(image, get(epc))) set(value, 0n);
    }
    const toSupervisor = page(get('epc')) === page(BigInt(LAYOUT.supervisorVector)) && get('cause') === 9n;
    if (toSupervisor && GUEST_PAGE_FAULTS.includes(get('scause'))) continue;
    set('htval', 0n);
    if (!toSupervisor || get('scause') === BREAKPOINT) set('hstatus', get('hstatus') & ~HSTATUS.GVA);
  }
  return log;
}

const page = (address: bigint) => address >> 11n;

/** Whether HLV, HLVX or HSV is at the address. */
function isGuestAccess(image: Uint8Array, pc: bigint): boolean {
  const word = instructionAt(image, pc);
  return word !== undefined && (word & 0x707f) === SYSTEM_ACCESS;
}
