import { HSTATUS, MSTATUS } from '../../isa/index.ts';
import type { CodeBuilder } from '../../wasm/index.ts';
import {
  csrSlot,
  DATA_SETS,
  dataTlbOffset,
  fetchTlbOffset,
  STATE,
  TO_GUEST_FETCH,
  TO_GUEST_SET,
  VIRTUAL,
} from '../layout.ts';
import { type ModuleContext, setSlot64, setState32, slot64, state32 } from './context.ts';
import { emitReach } from './direct-csrs.ts';

const MACHINE = 3;
const SUPERVISOR = 1;
const MPP_SHIFT = 11;
const SPP_SHIFT = 8;
const DATA_TLB_STRIDE = dataTlbOffset(1) - dataTlbOffset(0);
const FETCH_TLB_STRIDE = fetchTlbOffset(1) - fetchTlbOffset(0);

/** updateMode(): which TLBs serve fetches, loads and stores, from privilege and mstatus. */
export function emitUpdateMode({ module, hart, without }: ModuleContext): number {
  const { index, code } = module.function([], [], 'updateMode');
  const hasGuests = !without.has('H');
  const [mode, set, guest] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const status = code.local('i64');
  slot64(code, hart, csrSlot('mstatus')).set(status);
  state32(code, hart, 'privilege').set(mode);
  if (hasGuests) {
    state32(code, hart, 'virtual').i32(VIRTUAL.on).op('i32.and').set(guest);
    setState32(code, hart, 'virtual', () => code.get(guest));
  }
  emitReach(code, hart, mode, guest);
  setState32(code, hart, 'fetchTlb', () => {
    code
      .get(guest)
      .i32(TO_GUEST_FETCH)
      .op('i32.mul')
      .get(mode)
      .op('i32.add')
      .i32(FETCH_TLB_STRIDE)
      .op('i32.mul')
      .i32(hart + fetchTlbOffset(0))
      .op('i32.add');
  });
  code.get(mode).i32(MACHINE).op('i32.eq');
  code
    .get(status)
    .i64(MSTATUS.MPRV)
    .op('i64.and')
    .i64(0)
    .op('i64.ne', 'i32.and')
    .if(() => {
      code.get(status).i64(MPP_SHIFT).op('i64.shr_u').i64(3).op('i64.and', 'i32.wrap_i64').set(mode);
      if (hasGuests) emitGuestData(code, hart, { mode, status, guest });
    });
  if (hasGuests) code.get(guest).if(() => slot64(code, hart, csrSlot('vsstatus')).set(status));
  code.i32(DATA_SETS.machine);
  code.i32(DATA_SETS.supervisorUser).i32(DATA_SETS.supervisor);
  code.get(status).i64(MSTATUS.SUM).op('i64.and').i64(0).op('i64.ne', 'select');
  code.i32(DATA_SETS.user).get(mode).i32(SUPERVISOR).op('i32.eq', 'select');
  code.get(mode).i32(MACHINE).op('i32.eq', 'select');
  code.get(guest).i32(TO_GUEST_SET).op('i32.mul', 'i32.add').set(set);
  setState32(code, hart, 'dataSet', () => code.get(set));
  setState32(code, hart, 'dataTlb', () => {
    code
      .get(set)
      .i32(DATA_TLB_STRIDE)
      .op('i32.mul')
      .i32(hart + dataTlbOffset(0))
      .op('i32.add');
  });
  return index;
}

/** M-mode's loads and stores go through a guest's address translation: says so, and sets `guest`. */
function emitGuestData(
  code: CodeBuilder,
  hart: number,
  { mode, status, guest }: Record<'mode' | 'status' | 'guest', number>,
): void {
  code.get(status).i64(MSTATUS.MPV).op('i64.and').i64(0).op('i64.ne');
  code.get(mode).i32(MACHINE).op('i32.ne', 'i32.and').set(guest);
  setState32(code, hart, 'virtual', () => code.get(guest).i32(VIRTUAL.data).op('i32.mul'));
}

/**
 * raise(cause, value, interrupt): takes a trap from the hart's pc, with `value` for mtval or
 * stval and `interrupt` 1 for an interrupt. Delegation by medeleg and mideleg.
 */
export function emitRaise(context: ModuleContext, updateMode: number): number {
  const { module, hart, imports, without } = context;
  const { index, code } = module.function(['i32', 'i64', 'i32'], [], 'raise');
  const [cause, value, interrupt] = [0, 1, 2];
  const [full, delegated] = [code.local('i64'), code.local('i64')];
  if (!without.has('H')) {
    state32(code, hart, 'virtual').if(() => {
      code.get(cause).get(value).get(interrupt).call(imports.guestTrap).op('return');
    });
  }
  code
    .get(cause)
    .op('i64.extend_i32_u')
    .get(interrupt)
    .op('i64.extend_i32_u')
    .i64(63)
    .op('i64.shl', 'i64.or')
    .set(full);
  state32(code, hart, 'watchTraps').if(() => code.get(cause).get(value).get(interrupt).call(imports.trapped));
  slot64(code, hart, csrSlot('mideleg'));
  slot64(code, hart, csrSlot('medeleg'));
  code
    .get(interrupt)
    .op('select')
    .get(cause)
    .op('i64.extend_i32_u', 'i64.shr_u')
    .i64(1)
    .op('i64.and')
    .set(delegated);
  state32(code, hart, 'privilege')
    .i32(MACHINE)
    .op('i32.ne')
    .get(delegated)
    .op('i32.wrap_i64', 'i32.and')
    .if(
      () => emitEnter(context, code, full, 's'),
      () => emitEnter(context, code, full, 'm'),
    );
  setSlot64(code, hart, STATE.reservation, () => code.i64(-1));
  // an instruction that trapped is in the budget's count but did not retire
  setState32(code, hart, 'traps', () => {
    state32(code, hart, 'traps').i32(1).get(interrupt).op('i32.sub', 'i32.add');
  });
  code.call(updateMode);
  return index;
}

/** Saves the interrupted context in one mode's csrs and goes to its vector. Parameters as of raise. */
function emitEnter({ hart, without }: ModuleContext, code: CodeBuilder, full: number, to: 's' | 'm'): void {
  const [cause, value, interrupt] = [0, 1, 2];
  const [enable, previous, privilegeMask, privilegeShift, level] =
    to === 's'
      ? [MSTATUS.SIE, MSTATUS.SPIE, MSTATUS.SPP, SPP_SHIFT, SUPERVISOR]
      : [MSTATUS.MIE, MSTATUS.MPIE, MSTATUS.MPP | MSTATUS.MPV | MSTATUS.GVA, MPP_SHIFT, MACHINE];
  const status = code.local('i64');
  const vector = code.local('i64');
  setSlot64(code, hart, csrSlot(`${to}cause`), () => code.get(full));
  setSlot64(code, hart, csrSlot(`${to}epc`), () => slot64(code, hart, STATE.pc));
  setSlot64(code, hart, csrSlot(`${to}tval`), () => code.get(value));
  slot64(code, hart, csrSlot('mstatus')).set(status);
  setSlot64(code, hart, csrSlot('mstatus'), () => {
    code
      .get(status)
      .i64(~(enable | previous | privilegeMask))
      .op('i64.and');
    code.i64(previous).i64(0).get(status).i64(enable).op('i64.and').i64(0).op('i64.ne', 'select', 'i64.or');
    state32(code, hart, 'privilege').op('i64.extend_i32_u').i64(privilegeShift).op('i64.shl', 'i64.or');
  });
  if (!without.has('H')) emitNoGuest(code, hart, to);
  setState32(code, hart, 'privilege', () => code.i32(level));
  slot64(code, hart, csrSlot(`${to}tvec`)).set(vector);
  setSlot64(code, hart, STATE.pc, () => {
    code.get(vector).i64(-4).op('i64.and');
    // vectored mode: interrupts go to base + 4 * cause
    code.get(cause).i32(2).op('i32.shl').i32(0);
    code.get(vector).op('i32.wrap_i64').get(interrupt).op('i32.and').i32(1).op('i32.and', 'select');
    code.op('i64.extend_i32_u', 'i64.add');
  });
}

/** Says that the trap had nothing to do with a guest. */
function emitNoGuest(code: CodeBuilder, hart: number, to: 's' | 'm'): void {
  for (const name of to === 's' ? ['htval', 'htinst'] : ['mtval2', 'mtinst']) {
    setSlot64(code, hart, csrSlot(name), () => code.i64(0));
  }
  if (to === 'm') return;
  setSlot64(code, hart, csrSlot('hstatus'), () => {
    slot64(code, hart, csrSlot('hstatus'))
      .i64(~(HSTATUS.SPV | HSTATUS.GVA))
      .op('i64.and');
  });
}
