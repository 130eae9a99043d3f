import { MSTATUS } from '../../isa/index.ts';
import {
  AREA,
  csrSlot,
  DATA_SETS,
  dataTlbOffset,
  fetchTlbOffset,
  REACH,
  STATE,
  TLB_SIZE,
  TO_GUEST_FETCH,
  TO_GUEST_SET,
} from '../layout.ts';
import { type ModuleContext, setSlot64, slot64, state32 } from './context.ts';
import { pushMegapageNote } from './page-attributes.ts';
import { TLB_INDEX_MASK, TLB_INDEX_SHIFT } from './tlb-fill.ts';

/** S- and U-mode's sets of loads and stores, with and without SUM, and their fetch TLBs. */
const SETS = DATA_SETS.user - DATA_SETS.supervisor + 1;
const FETCH_TLBS = 2;
/** From the TLBs of a mode to those of the same mode of guests. */
const TO_GUEST_DATA = TO_GUEST_SET * (dataTlbOffset(1) - dataTlbOffset(0));
const TO_GUEST_FETCHES = TO_GUEST_FETCH * TLB_SIZE;

/**
 * flushPage(address, guest) -> 1 when the entries of the page there have been emptied; 0 with nothing done when a
 * superpage may cover it, of which the TLBs have fragments.
 */
export function emitFlushPage({ module, hart }: ModuleContext): number {
  const { index, code } = module.function(['i64', 'i32'], ['i32'], 'flushPage');
  const [address, guest] = [0, 1];
  const entry = code.local('i32');
  pushMegapageNote(code, address);
  code.load('i32.load8_u', hart + AREA.megapages);
  slot64(code, hart, STATE.largePageMask).i64(-1).op('i64.ne');
  slot64(code, hart, STATE.largePageStart).get(address).op('i64.xor');
  slot64(code, hart, STATE.largePageMask).op('i64.and', 'i64.eqz', 'i32.and', 'i32.or');
  code.if(() => code.i32(0).op('return'));
  setSlot64(code, hart, STATE.pageFlushes, () => slot64(code, hart, STATE.pageFlushes).i64(1).op('i64.add'));
  const clear = (toGuest: number, first: number, count: number) => {
    code.get(address).i64(TLB_INDEX_SHIFT).op('i64.shr_u', 'i32.wrap_i64').i32(TLB_INDEX_MASK).op('i32.and');
    code.get(guest).i32(toGuest).op('i32.mul', 'i32.add').set(entry);
    for (let table = 0; table < count; table++)
      code
        .get(entry)
        .i64(-1)
        .store('i64.store', hart + first + table * TLB_SIZE);
  };
  // a set is a TLB of reads and one of writes
  clear(TO_GUEST_DATA, dataTlbOffset(DATA_SETS.supervisor), 2 * SETS);
  clear(TO_GUEST_FETCHES, fetchTlbOffset(0), FETCH_TLBS);
  code.i32(1);
  return index;
}

/** fencePage(address) -> 1 when a fence of the page there has been done, in M-mode or S-mode with V clear. */
export function emitFencePage({ module, hart }: ModuleContext, flushPage: number): number {
  const { index, code } = module.function(['i64'], ['i32']);
  const address = 0;
  state32(code, hart, 'csrReach').i32(REACH.none).op('i32.eq');
  state32(code, hart, 'csrReach').i32(REACH.supervisor).op('i32.eq');
  slot64(code, hart, csrSlot('mstatus')).i64(MSTATUS.TVM).op('i64.and').i64(0).op('i64.ne');
  code.op('i32.and', 'i32.or').if(() => code.i32(0).op('return'));
  code.get(address).i32(0).call(flushPage);
  return index;
}
