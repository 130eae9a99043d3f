import { INTERRUPT, MSTATUS } from '../isa/index.ts';
import type { CsrFile } from './csr-file.ts';
import type { HartState } from './hart-state.ts';
import { isInjecting } from './top-interrupts.ts';
import type { InterruptLine } from './types.ts';

/** The supervisor's software interrupt. */
const SOFTWARE = 1;
/** Not a line's interrupt, but what hvictl has for a guest. */
export const INJECTED = 'injected';

/** Drives a line of mip; true when it was raised. */
export function driveLine(state: HartState, bit: InterruptLine, level: boolean): boolean {
  // what a device raises in S-mode stays until software clears it, as if it had been written
  const storage = bit === SOFTWARE ? 'mip' : 'lines';
  const mask = bit === SOFTWARE ? INTERRUPT.SSIP : 1n << BigInt(bit);
  const old = state.csr(storage);
  const lines = level ? old | mask : old & ~mask;
  if (lines === old) return false;
  state.setCsr(storage, lines);
  return level;
}

/** The number of the interrupt that the hart takes before its next instruction; undefined: none. */
export function dueInterrupt(
  state: HartState,
  csrs: CsrFile,
  privilege: number,
): number | typeof INJECTED | undefined {
  if (!csrs.interrupted) return undefined;
  const enabled = dueInterrupts(state, csrs.pending & state.csr('mie'), privilege);
  const machine = (enabled & ~state.csr('mideleg')) !== 0n;
  const line = csrs.aia.first(enabled, machine ? 'machine' : 'supervisor');
  if (line !== undefined) return line;
  return isInjecting(state) && guestEnabled(state, privilege) ? INJECTED : undefined;
}

/** Interrupts by what they go to while V is as it is: those for M-mode, for HS-mode and for VS-mode. */
function dueInterrupts(state: HartState, pending: bigint, privilege: number): bigint {
  const [delegated, toGuest] = [state.csr('mideleg'), state.csr('hideleg')];
  const { virtual } = state;
  const enabled = (status: string, bit: bigint) => (state.csr(status) & bit) !== 0n;
  const machine = privilege < 3 || enabled('mstatus', MSTATUS.MIE) ? pending & ~delegated : 0n;
  if (machine !== 0n) return machine;
  const supervisorOn = virtual || privilege < 1 || (privilege === 1 && enabled('mstatus', MSTATUS.SIE));
  const supervisor = supervisorOn ? pending & delegated & ~toGuest : 0n;
  if (supervisor !== 0n) return supervisor;
  const guestOn = guestEnabled(state, privilege) && !isInjecting(state);
  return guestOn ? pending & delegated & toGuest : 0n;
}

/** Whether a guest runs and takes interrupts. */
export function guestEnabled(state: HartState, privilege: number): boolean {
  return state.virtual && (privilege < 1 || (state.csr('vsstatus') & MSTATUS.SIE) !== 0n);
}
