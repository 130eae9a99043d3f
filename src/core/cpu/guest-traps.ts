import { effectiveAddress, HSTATUS, MSTATUS, transformedInstruction, VS_INTERRUPTS } from '../isa/index.ts';
import { guestEnabled } from './due-interrupts.ts';
import type { HartState } from './hart-state.ts';
import { ACCESS, CAUSE, STATE } from './layout.ts';
import { firstOfGuest } from './top-interrupts.ts';
import type { VirtualMode } from './virtual-mode.ts';

const ALL = 0xffff_ffff_ffff_ffffn;
const INTERRUPT_FLAG = 1n << 63n;
const GUEST_PAGE_FAULTS: readonly number[] = [
  CAUSE.guestFetchPage,
  CAUSE.guestLoadPage,
  CAUSE.guestStorePage,
];
const DATA_FAULTS: readonly number[] = [
  CAUSE.loadMisaligned,
  CAUSE.loadAccess,
  CAUSE.storeMisaligned,
  CAUSE.storeAccess,
  CAUSE.loadPage,
  CAUSE.storePage,
  CAUSE.guestLoadPage,
  CAUSE.guestStorePage,
];
/** Traps whose value is an address; breakpoints among them. */
const WITH_ADDRESS: readonly number[] = [
  ...DATA_FAULTS,
  CAUSE.fetchAccess,
  CAUSE.fetchPage,
  CAUSE.guestFetchPage,
  CAUSE.breakpoint,
];
/** htinst for guest-page faults of page-table walks, of 64 bits. */
const WALK_READ = 0x3000n;
const WALK_WRITE = 0x3020n;

/** A trap as raise() has it. */
export interface GuestTrap {
  readonly cause: number;
  readonly value: bigint;
  readonly interrupt: boolean;
  /** The instruction went through a guest's address translation, as all do while V is set. */
  readonly guestAccess: boolean;
}

interface Parts {
  readonly state: HartState;
  readonly mode: VirtualMode;
  /** The instruction at pc; 0 where there is none. */
  instruction(): number;
  /** Which TLBs serve now. */
  modeChanged(): void;
  /** For the log. */
  trapped(trap: GuestTrap): void;
}

/** Traps out of guests, and of accesses to their memory (privileged specification, chapter of the hypervisor extension). */
export class GuestTraps {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes a trap from the hart's pc; the counterpart of the interpreter's raise(). */
  take(raised: GuestTrap): void {
    const { state, mode } = this.#parts;
    const fromSupervisor = mode.on && raised.cause === CAUSE.ecallFromSupervisor && !raised.interrupt;
    const trap = fromSupervisor ? { ...raised, cause: CAUSE.ecallFromGuest } : raised;
    this.#parts.trapped(trap);
    const privilege = state.word('privilege');
    const delegatedBy = (registers: readonly [string, string]) =>
      ((state.csr(registers[trap.interrupt ? 0 : 1]) >> BigInt(trap.cause)) & 1n) !== 0n;
    if (privilege > 1 || !delegatedBy(['mideleg', 'medeleg'])) this.#toMachine(trap, privilege);
    else if (mode.on && delegatedBy(['hideleg', 'hedeleg'])) this.#toGuest(trap, privilege);
    else this.#toSupervisor(trap, privilege);
    state.setSlot(STATE.reservation, ALL);
    if (!trap.interrupt) state.setWord('traps', state.word('traps') + 1);
    this.#parts.modeChanged();
  }

  /** Interrupts the guest with what hvictl has for it, if it lets itself be interrupted. */
  inject(pending: bigint): void {
    const { state, mode } = this.#parts;
    const privilege = state.word('privilege');
    if (!guestEnabled(state, privilege)) return;
    const first = firstOfGuest(state, pending);
    if (!first) return;
    const trap = { cause: first.identity, value: 0n, interrupt: true, guestAccess: true };
    this.#parts.trapped(trap);
    mode.withStatus(() => state.setCsr('vsstatus', enterSupervisor(state.csr('vsstatus'), privilege)));
    this.#enter('vs', trap, 1);
    state.setSlot(STATE.reservation, ALL);
    this.#parts.modeChanged();
  }

  #toGuest(trap: GuestTrap, privilege: number): void {
    const { state, mode } = this.#parts;
    const own = trap.interrupt && (VS_INTERRUPTS & (1n << BigInt(trap.cause))) !== 0n;
    mode.withStatus(() => state.setCsr('vsstatus', enterSupervisor(state.csr('vsstatus'), privilege)));
    this.#enter('vs', own ? { ...trap, cause: trap.cause - 1 } : trap, 1);
  }

  #toSupervisor(trap: GuestTrap, privilege: number): void {
    const { state, mode } = this.#parts;
    const { GVA, SPV, SPVP } = HSTATUS;
    let status = state.csr('hstatus') & ~(GVA | SPV);
    if (this.#hasGuestAddress(trap)) status |= GVA;
    if (mode.on) status = (status & ~SPVP) | SPV | (privilege === 1 ? SPVP : 0n);
    const [address, instruction] = this.#details(trap);
    mode.leave();
    state.setCsr('hstatus', status);
    state.setCsr('htval', address);
    state.setCsr('htinst', instruction);
    state.setCsr('mstatus', enterSupervisor(state.csr('mstatus'), privilege));
    this.#enter('s', trap, 1);
  }

  #toMachine(trap: GuestTrap, privilege: number): void {
    const { state, mode } = this.#parts;
    const { MIE, MPIE, MPP, MPV, GVA } = MSTATUS;
    const [address, instruction] = this.#details(trap);
    const from = (mode.on ? MPV : 0n) | (this.#hasGuestAddress(trap) ? GVA : 0n) | (BigInt(privilege) << 11n);
    mode.leave();
    const old = state.csr('mstatus');
    const enabled = (old & MIE) === 0n ? 0n : MPIE;
    state.setCsr('mstatus', (old & ~(MIE | MPIE | MPP | MPV | GVA)) | enabled | from);
    state.setCsr('mtval2', address);
    state.setCsr('mtinst', instruction);
    this.#enter('m', trap, 3);
  }

  /** Saves cause, pc and value and goes to the mode's vector. */
  #enter(prefix: 'm' | 's' | 'vs', { cause, interrupt, value }: GuestTrap, privilege: number): void {
    const { state } = this.#parts;
    const vector = state.csr(`${prefix}tvec`);
    state.setCsr(`${prefix}cause`, BigInt(cause) | (interrupt ? INTERRUPT_FLAG : 0n));
    state.setCsr(`${prefix}epc`, state.slot(STATE.pc));
    state.setCsr(`${prefix}tval`, BigInt.asUintN(64, value));
    state.setWord('privilege', privilege);
    const offset = interrupt && (vector & 1n) !== 0n ? BigInt(4 * cause) : 0n;
    state.setSlot(STATE.pc, BigInt.asUintN(64, (vector & ~3n) + offset));
  }

  #hasGuestAddress({ cause, interrupt, guestAccess }: GuestTrap): boolean {
    if (interrupt || !WITH_ADDRESS.includes(cause)) return false;
    const fetched = !DATA_FAULTS.includes(cause);
    return this.#parts.mode.on || (!fetched && guestAccess);
  }

  /** What htval and htinst, or mtval2 and mtinst, say of the trap. */
  #details(trap: GuestTrap): readonly [bigint, bigint] {
    const { state } = this.#parts;
    const isGuestPageFault = !trap.interrupt && GUEST_PAGE_FAULTS.includes(trap.cause);
    const walked = isGuestPageFault ? state.word('guestWalk') : 0;
    const address = isGuestPageFault ? state.slot(STATE.guestAddress) >> 2n : 0n;
    if (walked !== 0) return [address, walked === ACCESS.write ? WALK_WRITE : WALK_READ];
    return [address, !trap.interrupt && DATA_FAULTS.includes(trap.cause) ? this.#transformed(trap) : 0n];
  }

  #transformed({ value }: GuestTrap): bigint {
    const { state } = this.#parts;
    const bits = this.#parts.instruction();
    const address = effectiveAddress(bits, index => state.slot(STATE.x + 8 * index));
    return transformedInstruction(bits, Number(BigInt.asUintN(5, value - address)));
  }
}

/** mstatus or vsstatus when a trap has been taken to its mode: interrupts are off, and what was is kept. */
function enterSupervisor(status: bigint, privilege: number): bigint {
  const { SIE, SPIE, SPP } = MSTATUS;
  const enabled = (status & SIE) === 0n ? 0n : SPIE;
  return (status & ~(SIE | SPIE | SPP)) | enabled | (privilege === 1 ? SPP : 0n);
}
