import { HALF, LAYOUT, RECORD_NAMES, RECORD_WORDS, USER_ALIAS } from './privileged-layout.ts';

const CAUSE = RECORD_NAMES.indexOf('cause');
const EPC = RECORD_NAMES.indexOf('epc');
const TVAL = RECORD_NAMES.indexOf('tval');
const BREAKPOINT = 3n;
const LOAD_ACCESS = 5n;
const STORE_ACCESS = 7n;
const STORE_MISALIGNED = 6n;
const LOAD_MISALIGNED = 4n;
const STORE_PAGE = 15n;
const DATA_FAULTS = [LOAD_ACCESS, STORE_ACCESS, 13n, STORE_PAGE];
const ATOMIC_OPCODE = 0x2f;
const LOAD_RESERVED = 2;

/**
 * Changes a log to what specification and QEMU 7.2 agree on:
 * - 7.2 tries to read before it tries to write in atomic operations, and reports faults as loads' then;
 * - it gives 0 for the address of a breakpoint (later versions give the pc, as this hart);
 * - it takes misaligned accesses apart where no memory is, and gives the address of a part.
 */
export function agreed(log: BigUint64Array, image: Uint8Array): BigUint64Array {
  for (let at = 0; at + RECORD_WORDS <= log.length; at += RECORD_WORDS) {
    if (isAtomic(image, log[at + EPC]!)) {
      if (log[at + CAUSE] === LOAD_MISALIGNED) log[at + CAUSE] = STORE_MISALIGNED;
      if (DATA_FAULTS.includes(log[at + CAUSE]!)) log[at + CAUSE] = STORE_PAGE;
    }
    const cause = log[at + CAUSE];
    if (cause === BREAKPOINT) log[at + TVAL] = 0n;
    if (cause === LOAD_ACCESS || cause === STORE_ACCESS) log[at + TVAL]! &= ~7n;
  }
  return log;
}

/** The 32 bits at an address of the program, or of its alias for U-mode; undefined elsewhere. */
export function instructionAt(image: Uint8Array, pc: bigint): number | undefined {
  const base = [LAYOUT.entry, USER_ALIAS].find(start => pc >= BigInt(start) && pc < BigInt(start + HALF));
  return base === undefined ? undefined : new DataView(image.buffer).getUint32(Number(pc) - base, true);
}

/** Whether an atomic memory operation or sc is at the address; lr is a load. */
function isAtomic(image: Uint8Array, pc: bigint): boolean {
  const word = instructionAt(image, pc);
  return word !== undefined && (word & 0x7f) === ATOMIC_OPCODE && word >>> 27 !== LOAD_RESERVED;
}
