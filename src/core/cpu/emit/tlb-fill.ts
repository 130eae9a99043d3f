import type { CodeBuilder } from '../../wasm/index.ts';
import { DATA_SETS, FILLED, PAGE_SIZE, TLB_ADDEND, TLB_ENTRIES } from '../layout.ts';
import { setState32, state32 } from './context.ts';

/** Shift and mask that turn an address into the byte offset of its TLB entry. */
export const TLB_INDEX_SHIFT = 8;
export const TLB_INDEX_MASK = (TLB_ENTRIES - 1) << 4;

/** Fills the TLB entry of `va` at table `base` (pushes an i32) with the host page of address `host`. */
export function emitFill(
  { hart, code }: { readonly hart: number; readonly code: CodeBuilder },
  va: number,
  host: number,
  entry: number,
  { set, base }: { readonly set: number; readonly base: () => void },
): void {
  noteFilled(code, hart, set);
  base();
  code
    .get(va)
    .i64(TLB_INDEX_SHIFT)
    .op('i64.shr_u', 'i32.wrap_i64')
    .i32(TLB_INDEX_MASK)
    .op('i32.and', 'i32.add');
  code.tee(entry).get(va).i64(-PAGE_SIZE).op('i64.and').store('i64.store');
  code.get(entry).get(host).get(va).op('i32.wrap_i64', 'i32.sub').store('i32.store', TLB_ADDEND);
}

/** The TLBs of that data set's kind have entries from now on. */
export function noteFilled(code: CodeBuilder, hart: number, set: number): void {
  setState32(code, hart, 'tlbFilled', () => {
    code.i32(FILLED.guest).i32(FILLED.host).get(set).i32(DATA_SETS.guestSupervisor);
    code.op('i32.ge_u', 'select');
    state32(code, hart, 'tlbFilled').op('i32.or');
  });
}
