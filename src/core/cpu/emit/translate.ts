import { MSTATUS } from '../../isa/index.ts';
import type { CodeBuilder, Label } from '../../wasm/index.ts';
import {
  ACCESS,
  AREA,
  csrSlot,
  DATA_SETS,
  FAULT,
  MEGAPAGE_SHIFT,
  PHYSICAL,
  PHYSICAL_ENTRIES,
  PHYSICAL_ENTRY_SIZE,
  RIGHTS,
  STATE,
} from '../layout.ts';
import { type ModuleContext, setSlot64, slot64, state32 } from './context.ts';
import {
  emitMegapageNote,
  emitNaturalPower,
  emitUpdateCheck,
  emitUpperBitChecks,
  LEAF_ONLY,
} from './page-attributes.ts';

/** Page-table entry bits (privileged specification, Sv39 page-table entry). */
const PTE = { V: 1, R: 2, W: 4, X: 8, U: 16, A: 64, D: 128 } as const;
const PTE_PPN_SHIFT = 10;
const PTE_PPN_MASK = 0xfff_ffff_ffffn;
/** Physical addresses have 56 bits. */
const PHYSICAL_BITS = 56;

/** physical(paddr) -> address of the physical page's entry, filled by TypeScript on a miss. */
export function emitPhysical({ module, hart, imports }: ModuleContext): number {
  const { index, code } = module.function(['i64'], ['i32']);
  const paddr = 0;
  const entry = code.local('i32');
  const page = code.local('i64');
  code.get(paddr).i64(-4096).op('i64.and').set(page);
  code
    .get(paddr)
    .i64(12)
    .op('i64.shr_u', 'i32.wrap_i64')
    .i32(PHYSICAL_ENTRIES - 1)
    .op('i32.and');
  code
    .i32(PHYSICAL_ENTRY_SIZE)
    .op('i32.mul')
    .i32(hart + AREA.physical)
    .op('i32.add')
    .tee(entry);
  code.load('i64.load', PHYSICAL.page).get(page).op('i64.ne');
  code.if(() => {
    code.get(entry).get(page).store('i64.store', PHYSICAL.page);
    code.get(entry).get(page).op('f64.convert_i64_u').call(imports.physical);
  });
  code.get(entry);
  return index;
}

/**
 * permitted(paddr, size, access, set) -> 1 when PMP lets that regime do it. `access` is one
 * bit of ACCESS.
 */
export function emitPermitted(context: ModuleContext, physical: number): number {
  const { index, code } = context.module.function(['i64', 'i32', 'i32', 'i32'], ['i32']);
  const [paddr, size, access, set] = [0, 1, 2, 3];
  const rights = code.local('i32');
  code.get(paddr).call(physical).load('i32.load', PHYSICAL.rights).tee(rights);
  code
    .i32(RIGHTS.partial)
    .op('i32.and')
    .if(
      () => {
        code.get(paddr).op('f64.convert_i64_u').get(size).get(access);
        code.get(set).op('i32.eqz').call(context.imports.pmp);
      },
      () => {
        code.get(rights).i32(0).i32(RIGHTS.lessShift);
        code.get(set).op('i32.eqz', 'select', 'i32.shr_u').get(access).op('i32.and').i32(0).op('i32.ne');
      },
      'i32',
    );
  return index;
}

interface Walk {
  readonly context: ModuleContext;
  readonly code: CodeBuilder;
  readonly va: number;
  readonly access: number;
  readonly set: number;
  readonly shift: number;
  readonly pte: number;
  readonly host: number;
  readonly table: number;
  readonly pageFault: Label;
}

/** translate(va, access, set) -> physical address, or a FAULT. PMP is not applied to the result. */
export function emitTranslate(context: ModuleContext, physical: number, permitted: number): number {
  const { hart, imports } = context;
  const { index, code } = context.module.function(['i64', 'i32', 'i32'], ['i64'], 'translate');
  const [va, access, set] = [0, 1, 2];
  const [shift, host] = [code.local('i32'), code.local('i32')];
  const [pte, table, at, updated] = [
    code.local('i64'),
    code.local('i64'),
    code.local('i64'),
    code.local('i64'),
  ];
  code.get(set).op('i32.eqz');
  state32(code, hart, 'levels')
    .op('i32.eqz', 'i32.or')
    .if(() => {
      code.get(va).i64(PHYSICAL_BITS).op('i64.shr_u', 'i64.eqz');
      code.if(() => code.get(va).op('return'));
      code.i64(FAULT.access).op('return');
    });
  const pageFault = code.open('block');
  const walk: Walk = { context, code, va, access, set, shift, pte, host, table, pageFault };
  emitCanonicalCheck(walk);
  slot64(code, hart, STATE.pageTable).set(table);
  const step = code.open('loop');
  // address of the entry, which must be readable RAM for S-mode
  code.get(table).get(va).get(shift).op('i64.extend_i32_u', 'i64.shr_u').i64(511).op('i64.and').i64(3);
  code.op('i64.shl', 'i64.add').set(at);
  code.get(at).call(physical).load('i32.load', PHYSICAL.read).tee(host).op('i32.eqz');
  code.get(at).i32(8).i32(ACCESS.read).i32(DATA_SETS.supervisor).call(permitted).op('i32.eqz', 'i32.or');
  code.if(() => code.i64(FAULT.access).op('return'));
  code.get(host).get(at).op('i32.wrap_i64').i32(4095).op('i32.and', 'i32.add').tee(host);
  code.load('i64.load').set(pte);
  emitEntryChecks(walk);
  code
    .get(pte)
    .i64(PTE_PPN_SHIFT)
    .op('i64.shr_u')
    .i64(PTE_PPN_MASK)
    .op('i64.and')
    .i64(12)
    .op('i64.shl')
    .set(table);
  code
    .get(pte)
    .i64(PTE.R | PTE.X)
    .op('i64.and', 'i64.eqz')
    .if(() => {
      // a pointer to the next level; A, D, U and the memory type are reserved in it
      code
        .get(pte)
        .i64(LEAF_ONLY | BigInt(PTE.A | PTE.D | PTE.U))
        .op('i64.and')
        .i64(0)
        .op('i64.ne')
        .brIf(pageFault);
      code.get(shift).i32(12).op('i32.eq').brIf(pageFault);
      code.get(shift).i32(9).op('i32.sub').set(shift).br(step);
    });
  code.end();
  emitLeafChecks(walk);
  emitNaturalPower(walk);
  // accessed and dirty bits
  code.get(pte).i64(PTE.A).op('i64.or');
  code.i64(PTE.D).i64(0).get(access).i32(ACCESS.write).op('i32.and', 'select', 'i64.or').tee(updated);
  code
    .get(pte)
    .op('i64.ne')
    .if(() => {
      emitUpdateCheck(walk);
      code.get(at).call(physical).load('i32.load', PHYSICAL.write).op('i32.eqz');
      code.get(at).i32(8).i32(ACCESS.write).i32(DATA_SETS.supervisor).call(permitted).op('i32.eqz', 'i32.or');
      code.if(() => code.i64(FAULT.access).op('return'));
      code.get(host).get(updated).store('i64.store');
      code.get(host).i32(8).call(imports.codeWritten);
    });
  emitLargePageNote(walk);
  code
    .get(table)
    .get(va)
    .i64(1)
    .get(shift)
    .op('i64.extend_i32_u', 'i64.shl')
    .i64(1)
    .op('i64.sub', 'i64.and', 'i64.or');
  code.op('return');
  code.end();
  code.i64(FAULT.page);
  return index;
}

/** Addresses are sign-extended from the regime's width; sets the shift of the first level's index. */
function emitCanonicalCheck({ context, code, va, shift, pageFault }: Walk): void {
  state32(code, context.hart, 'levels').i32(9).op('i32.mul').i32(3).op('i32.add').set(shift);
  const unusedBits = () =>
    code
      .i32(64 - 9)
      .get(shift)
      .op('i32.sub', 'i64.extend_i32_u');
  code.get(va);
  unusedBits().op('i64.shl');
  unusedBits().op('i64.shr_s');
  code.get(va).op('i64.ne').brIf(pageFault);
}

function emitEntryChecks(walk: Walk): void {
  const { code, pte, pageFault } = walk;
  emitUpperBitChecks(walk);
  code.get(pte).i64(PTE.V).op('i64.and', 'i64.eqz').brIf(pageFault);
  code
    .get(pte)
    .i64(PTE.R | PTE.W)
    .op('i64.and')
    .i64(PTE.W)
    .op('i64.eq')
    .brIf(pageFault);
}

function emitLeafChecks({ context, code, pte, access, set, shift, table, pageFault }: Walk): void {
  const has = (bit: number) => code.get(pte).i64(bit).op('i64.and').i64(0).op('i64.ne');
  // the U bit: set for U, clear for S unless SUM, and never set for an S fetch
  has(PTE.U).if(
    () => {
      code.get(set).i32(DATA_SETS.supervisor).op('i32.eq').brIf(pageFault);
      code.get(set).i32(DATA_SETS.supervisorUser).op('i32.eq');
      code.get(access).i32(ACCESS.execute).op('i32.eq', 'i32.and').brIf(pageFault);
    },
    () => code.get(set).i32(DATA_SETS.user).op('i32.eq').brIf(pageFault),
  );
  code
    .get(access)
    .i32(ACCESS.execute)
    .op('i32.eq')
    .if(() => has(PTE.X).op('i32.eqz').brIf(pageFault));
  code
    .get(access)
    .i32(ACCESS.write)
    .op('i32.and')
    .if(() => has(PTE.W).op('i32.eqz').brIf(pageFault));
  code
    .get(access)
    .i32(ACCESS.read)
    .op('i32.eq')
    .if(() => {
      has(PTE.R);
      has(PTE.X);
      slot64(code, context.hart, csrSlot('mstatus'))
        .i64(MSTATUS.MXR)
        .op('i64.and')
        .i64(0)
        .op('i64.ne', 'i32.and');
      code.op('i32.or', 'i32.eqz').brIf(pageFault);
    });
  // a superpage's page number is aligned to its size
  code.get(table).i64(1).get(shift).op('i64.extend_i32_u', 'i64.shl').i64(1).op('i64.sub', 'i64.and');
  code.i64(0).op('i64.ne').brIf(pageFault);
}

/** Notes where one page's fence must drop more than one TLB entry: a 2 MiB page, or a region that widens. */
function emitLargePageNote({ context, code, va, shift }: Walk): void {
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
