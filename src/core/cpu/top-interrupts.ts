import { HVICTL, INTERRUPT, VS_INTERRUPTS } from '../isa/index.ts';
import type { HartState } from './hart-state.ts';

// Which interrupt comes first where nobody gave priorities, and which of a guest's: RISC-V Advanced Interrupt Architecture 1.0.

/** Highest first (privileged specification, machine interrupt registers). */
export const INTERRUPT_ORDER: readonly number[] = [11, 3, 7, 9, 1, 5, 12, 10, 2, 6, 13];
const SUPERVISOR_EXTERNAL = 9;
/** Stands behind all priorities that can be given. */
const LOWEST = 256;
const LARGEST_TOLD = 255;

/** The number of the first of the interrupts; undefined when there is none. */
export function firstInterrupt(bits: bigint): number | undefined {
  return INTERRUPT_ORDER.find(bit => ((bits >> BigInt(bit)) & 1n) !== 0n);
}

/** Whether a hypervisor says what interrupts its guest. */
export function isInjecting(state: HartState): boolean {
  return (state.csr('hvictl') & HVICTL.VTI) !== 0n;
}

interface Candidate {
  readonly identity: number;
  readonly priority: number;
  /** Before the guest's external interrupt where priorities are the same. */
  readonly preferred: boolean;
}

/** What the guest's first interrupt is, of those that are enabled and pending in `pending`. */
export function firstOfGuest(state: HartState, pending: bigint): Candidate | undefined {
  const seen = (pending & state.csr('hideleg') & VS_INTERRUPTS) >> 1n;
  const external = externalCandidate(state, seen);
  const other = isInjecting(state) ? injected(state) : pendingCandidate(seen);
  if (!external || !other) return external ?? other;
  const first =
    other.priority < external.priority || (other.priority === external.priority && other.preferred);
  return first ? other : external;
}

function controlFields(state: HartState) {
  const control = state.csr('hvictl');
  const identity = Number((control & HVICTL.IID) >> 16n);
  return { identity, priority: Number(control & HVICTL.IPRIO), last: (control & HVICTL.DPR) !== 0n };
}

function externalCandidate(state: HartState, seen: bigint): Candidate | undefined {
  if ((seen & INTERRUPT.SEIP) === 0n) return undefined;
  const { identity, priority } = controlFields(state);
  const given = identity === SUPERVISOR_EXTERNAL && priority !== 0;
  return { identity: SUPERVISOR_EXTERNAL, priority: given ? priority : LOWEST, preferred: false };
}

function injected(state: HartState): Candidate | undefined {
  const { identity, priority, last } = controlFields(state);
  if (identity === SUPERVISOR_EXTERNAL || identity === 0) return undefined;
  return { identity, priority: priority === 0 && last ? LOWEST : priority, preferred: !last };
}

function pendingCandidate(seen: bigint): Candidate | undefined {
  const identity = firstInterrupt(seen & ~INTERRUPT.SEIP);
  return identity === undefined ? undefined : { identity, priority: LOWEST, preferred: false };
}

/** What mtopi, stopi and vstopi tell of an interrupt. */
export function topValue(identity: number, priority: number): bigint {
  return (BigInt(identity) << 16n) | BigInt(Math.min(priority, LARGEST_TOLD));
}

/** vstopi. `enabled`: what is pending and enabled for the hart. */
export function guestTop(state: HartState, enabled: bigint): bigint {
  const candidate = firstOfGuest(state, enabled);
  if (!candidate) return 0n;
  const inFull = (state.csr('hvictl') & HVICTL.IPRIOM) !== 0n;
  return topValue(candidate.identity, inFull ? candidate.priority : 1);
}
