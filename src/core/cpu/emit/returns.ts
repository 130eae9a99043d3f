import { HSTATUS, MSTATUS } from '../../isa/index.ts';
import type { CodeBuilder } from '../../wasm/index.ts';
import { csrSlot, REACH, STATE } from '../layout.ts';
import { type ModuleContext, setSlot64, setState32, slot64, state32 } from './context.ts';
import { pushInterrupted } from './status-csr.ts';

/** What differs between sret and mret. */
const RETURNS = {
  sret: {
    enable: MSTATUS.SIE,
    previous: MSTATUS.SPIE,
    from: MSTATUS.SPP,
    shift: 8,
    address: 'sepc',
  },
  mret: {
    enable: MSTATUS.MIE,
    previous: MSTATUS.MPIE,
    from: MSTATUS.MPP,
    shift: 11,
    address: 'mepc',
  },
} as const;
type Return = keyof typeof RETURNS;
const MACHINE = 3;

/** Functions by instruction: () -> 1 when the return has been done, 0 when it is for TypeScript. */
export type ReturnFunctions = Readonly<Record<Return, number>>;

export function emitReturns(context: ModuleContext, updateMode: number): ReturnFunctions {
  return { sret: emitReturn(context, updateMode, 'sret'), mret: emitReturn(context, updateMode, 'mret') };
}

/** A return that is allowed, not into a guest, and without an interrupt that could become due by it. */
function emitReturn(context: ModuleContext, updateMode: number, name: Return): number {
  const { module, hart } = context;
  const { index, code } = module.function([], ['i32']);
  const { enable, previous, from, shift, address } = RETURNS[name];
  const [status, privilege] = [code.local('i64'), code.local('i32')];
  slot64(code, hart, csrSlot('mstatus')).set(status);
  emitRefusal(context, code, name, status);
  pushInterrupted({ code, state: (op, offset) => code.i32(0).load(op, hart + offset) }).op('i32.or');
  code.if(() => code.i32(0).op('return'));
  code.get(status).i64(from).op('i64.and').i64(shift).op('i64.shr_u', 'i32.wrap_i64').set(privilege);
  setSlot64(code, hart, csrSlot('mstatus'), () => {
    const cleared = enable | from | (name === 'mret' ? MSTATUS.MPV : 0n);
    code.get(status).i64(~cleared).op('i64.and').i64(previous).op('i64.or');
    code.i64(enable).i64(0).get(status).i64(previous).op('i64.and').i64(0).op('i64.ne', 'select', 'i64.or');
    code.i64(-1).i64(~MSTATUS.MPRV).get(privilege).i32(MACHINE).op('i32.eq', 'select', 'i64.and');
  });
  setState32(code, hart, 'privilege', () => code.get(privilege));
  setSlot64(code, hart, STATE.reservation, () => code.i64(-1));
  setSlot64(code, hart, STATE.pc, () => slot64(code, hart, csrSlot(address)));
  code.call(updateMode).i32(1);
  return index;
}

/** Pushes 1 where the mode may not return so, or returns into a guest. */
function emitRefusal(
  { hart, without }: ModuleContext,
  code: CodeBuilder,
  name: Return,
  status: number,
): void {
  const hasGuests = !without.has('H');
  const isSet = (bit: bigint) => code.i64(bit).op('i64.and').i64(0).op('i64.ne');
  state32(code, hart, 'csrReach');
  if (name === 'mret') {
    code.i32(REACH.machine).op('i32.ne');
    if (!hasGuests) return;
    code.get(status);
    isSet(MSTATUS.MPV).op('i32.or');
    return;
  }
  code.i32(REACH.none).op('i32.eq');
  code.get(status);
  isSet(MSTATUS.TSR);
  state32(code, hart, 'csrReach').i32(REACH.supervisor).op('i32.eq', 'i32.and', 'i32.or');
  if (!hasGuests) return;
  slot64(code, hart, csrSlot('hstatus'));
  isSet(HSTATUS.SPV).op('i32.or');
}
