import { ENVCFG } from '../../isa/index.ts';
import type { CodeBuilder, Label } from '../../wasm/index.ts';
import { AREA, MEGAPAGE_NOTES, MEGAPAGE_SHIFT, STATE } from '../layout.ts';
import { type ModuleContext, setSlot64, slot64 } from './context.ts';

/** The upper bits of a page-table entry: reserved ones, those of Svpbmt and that of Svnapot. */

const RESERVED = 0x7fn << 54n;
const MEMORY_TYPE = 3n << 61n;
const NAPOT = 1n << 63n;
/** What must be clear in a pointer to the next level. */
export const LEAF_ONLY = MEMORY_TYPE | NAPOT;
/** The least bits of the page number say the size: 64 KiB is the only one. */
const NAPOT_BITS = 0xf000n;
const NAPOT_64K = 0x8000n;
const PAGE_SHIFT = 12;

interface Walk {
  readonly context: ModuleContext;
  readonly code: CodeBuilder;
  readonly va: number;
  readonly shift: number;
  readonly pte: number;
  readonly table: number;
  readonly pageFault: Label;
  /** Slots of the environments that rule this table: a bit counts where all have it. */
  readonly environments: readonly number[];
}

const isSet = (code: CodeBuilder, local: number, bits: bigint) =>
  code.get(local).i64(bits).op('i64.and').i64(0).op('i64.ne');

/** Faults on upper bits that mean nothing to this hart now. */
export function emitUpperBitChecks(walk: Walk): void {
  const { context, code, pte, pageFault } = walk;
  const { without } = context;
  const never = RESERVED | (without.has('Svnapot') ? NAPOT : 0n) | (without.has('Svpbmt') ? MEMORY_TYPE : 0n);
  isSet(code, pte, never).brIf(pageFault);
  if (without.has('Svpbmt')) return;
  isSet(code, pte, MEMORY_TYPE).if(() => {
    requireEnvironment(walk, ENVCFG.PBMTE);
    code.get(pte).i64(MEMORY_TYPE).op('i64.and').i64(MEMORY_TYPE).op('i64.eq').brIf(pageFault);
  });
}

function requireEnvironment({ context, code, pageFault, environments }: Walk, bit: bigint): void {
  for (const slot of environments) {
    slot64(code, context.hart, slot).i64(bit).op('i64.and', 'i64.eqz').brIf(pageFault);
  }
}

/** A leaf of 64 KiB takes the low bits of its page number from the address; `table` holds the page's address. */
export function emitNaturalPower({ context, code, va, shift, pte, table, pageFault }: Walk): void {
  if (context.without.has('Svnapot')) return;
  isSet(code, pte, NAPOT).if(() => {
    code.get(shift).i32(PAGE_SHIFT).op('i32.ne').brIf(pageFault);
    code.get(table).i64(NAPOT_BITS).op('i64.and').i64(NAPOT_64K).op('i64.ne').brIf(pageFault);
    code.get(table).i64(~NAPOT_BITS).op('i64.and');
    code.get(va).i64(NAPOT_BITS).op('i64.and', 'i64.or').set(table);
    emitMegapageNote(context, code, va);
  });
}

/**
 * Pushes the index of the note of the 2 MiB page of the address: in one half those of negative addresses, by low and high
 * bits in either, so that a kernel's superpages and a program's pages do not meet.
 */
export function pushMegapageNote(code: CodeBuilder, va: number): void {
  const half = MEGAPAGE_NOTES / 2;
  code.get(va).i64(MEGAPAGE_SHIFT).op('i64.shr_u');
  code
    .get(va)
    .i64(2 * MEGAPAGE_SHIFT)
    .op('i64.shr_u', 'i64.xor', 'i32.wrap_i64')
    .i32(half - 1)
    .op('i32.and');
  code.get(va).i64(0).op('i64.lt_s').i32(half).op('i32.mul', 'i32.or');
}

/** One page's fence has to drop more than one TLB entry here. */
function emitMegapageNote({ hart }: ModuleContext, code: CodeBuilder, va: number): void {
  pushMegapageNote(code, va);
  code.i32(1).store('i32.store8', hart + AREA.megapages);
}

/** Faults unless the hart may set A and D now: as Svadu's bit says, or as it is without Svadu. */
export function emitUpdateCheck(walk: Walk): void {
  const { without } = walk.context;
  if (!without.has('Svadu')) requireEnvironment(walk, ENVCFG.ADUE);
  else if (!without.has('Svade')) walk.code.br(walk.pageFault);
}

/** Notes where one page's fence must drop more than one TLB entry: a 2 MiB page, or a region that widens. */
export function emitLargePageNote({
  context,
  code,
  va,
  shift,
}: Pick<Walk, 'context' | 'code' | 'va' | 'shift'>): void {
  const { hart } = context;
  const mask = code.local('i64');
  code
    .get(shift)
    .i32(MEGAPAGE_SHIFT)
    .op('i32.eq')
    .if(() => emitMegapageNote(context, code, va));
  code
    .get(shift)
    .i32(MEGAPAGE_SHIFT)
    .op('i32.gt_u')
    .if(() => {
      code.i64(-1).get(shift).op('i64.extend_i32_u', 'i64.shl');
      slot64(code, hart, STATE.largePageMask).op('i64.and').set(mask);
      slot64(code, hart, STATE.largePageMask)
        .i64(-1)
        .op('i64.eq')
        .if(() => {
          setSlot64(code, hart, STATE.largePageStart, () => code.get(va));
        });
      // widen until start and va agree under the mask
      const grow = code.open('loop');
      code.get(va);
      slot64(code, hart, STATE.largePageStart).op('i64.xor').get(mask).op('i64.and').i64(0).op('i64.ne');
      code.if(() => code.get(mask).i64(1).op('i64.shl').set(mask).br(grow));
      code.end();
      setSlot64(code, hart, STATE.largePageMask, () => code.get(mask));
    });
}
