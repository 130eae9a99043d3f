import { MSTATUS } from '../../isa/index.ts';
import type { CodeBuilder, Label } from '../../wasm/index.ts';
import {
  ACCESS,
  AREA,
  csrSlot,
  DATA_SETS,
  FAULT,
  PHYSICAL,
  PHYSICAL_ENTRIES,
  PHYSICAL_ENTRY_SIZE,
  RIGHTS,
  STATE,
  TO_GUEST_SET,
} from '../layout.ts';
import { type ModuleContext, setSlot64, setState32, slot64, state32 } from './context.ts';
import {
  emitLargePageNote,
  emitNaturalPower,
  emitUpdateCheck,
  emitUpperBitChecks,
  LEAF_ONLY,
} from './page-attributes.ts';

/** Page-table entry bits (privileged specification, Sv39 page-table entry). */
const PTE = { V: 1, R: 2, W: 4, X: 8, U: 16, G: 32, A: 64, D: 128 } as const;
const PTE_PPN_SHIFT = 10;
const PTE_PPN_MASK = 0xfff_ffff_ffffn;
/** Physical addresses have 56 bits. */
const PHYSICAL_BITS = 56;
/** Indexes of a table, and of the second stage's root. */
const INDEX = 511n;
const WIDE_INDEX_BITS = 11;
const WIDE_INDEX = (1n << BigInt(WIDE_INDEX_BITS)) - 1n;

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
  readonly stage: Stage;
  readonly environments: readonly number[];
  readonly va: number;
  readonly access: number;
  readonly set: number;
  readonly shift: number;
  readonly pte: number;
  readonly host: number;
  readonly table: number;
  readonly pageFault: Label;
}

/**
 * Which page tables: those of satp, those of vsatp, whose addresses are a guest's, or those of hgatp, whose
 * root is four times as large and which take every access as a user's.
 */
type Stage = 'single' | 'guest' | 'second';

interface StageRow {
  readonly levels: 'levels' | 'guestLevels' | 'stageLevels';
  readonly root: number;
  readonly environments: readonly string[];
}

const STAGES: Readonly<Record<Stage, StageRow>> = {
  single: { levels: 'levels', root: STATE.pageTable, environments: ['menvcfg'] },
  guest: { levels: 'guestLevels', root: STATE.guestTable, environments: ['menvcfg', 'henvcfg'] },
  second: { levels: 'stageLevels', root: STATE.stageTable, environments: ['menvcfg'] },
};

/** The walker's functions: how to find a physical page, PMP's verdict, and for guests the second stage. */
interface Functions {
  readonly physical: number;
  readonly permitted: number;
  readonly second?: number;
}

/** translate(va, access, set) -> physical address, or a FAULT. PMP is not applied to the result. */
export function emitTranslate(context: ModuleContext, physical: number, permitted: number): number {
  const functions = { physical, permitted };
  if (context.without.has('H')) return emitStage(context, 'single', functions);
  const second = emitStage(context, 'second', functions);
  const guest = emitStage(context, 'guest', { ...functions, second });
  return emitStage(context, 'single', functions, guest);
}

/**
 * One stage's walk. The second stage takes what is walked as its third parameter, as guestWalk has it.
 * A single stage leaves the data sets of guests to the function `guest`.
 */
function emitStage(context: ModuleContext, stage: Stage, functions: Functions, guest?: number): number {
  const { hart } = context;
  const name = stage === 'single' ? 'translate' : undefined;
  const { index, code } = context.module.function(['i64', 'i32', 'i32'], ['i64'], name);
  const [va, access, set] = [0, 1, 2];
  const [shift, host] = [code.local('i32'), code.local('i32')];
  const [pte, table] = [code.local('i64'), code.local('i64')];
  if (guest !== undefined) {
    code.get(set).i32(DATA_SETS.guestSupervisor).op('i32.ge_u');
    code.if(() => code.get(va).get(access).get(set).call(guest).op('return'));
  }
  emitBare(context, code, stage, functions);
  const pageFault = code.open('block');
  const environments = STAGES[stage].environments.map(csrSlot);
  const walk: Walk = {
    context, code, stage, environments, va, access, set, shift, pte, host, table, pageFault,
  }; // biome-ignore format: a list
  emitCanonicalCheck(walk);
  slot64(code, hart, STAGES[stage].root).set(table);
  emitSteps(walk, functions);
  code.get(table).get(va);
  code.i64(1).get(shift).op('i64.extend_i32_u', 'i64.shl').i64(1).op('i64.sub', 'i64.and', 'i64.or');
  if (functions.second !== undefined) code.get(access).i32(0).call(functions.second);
  code.op('return');
  code.end();
  if (stage === 'second') emitGuestPageFault(walk);
  else code.i64(FAULT.page);
  return index;
}

/** Where there are no tables addresses stay what they are, as far as there are physical ones. */
function emitBare({ hart }: ModuleContext, code: CodeBuilder, stage: Stage, { second }: Functions): void {
  const [va, access, set] = [0, 1, 2];
  if (stage === 'single') code.get(set).op('i32.eqz');
  state32(code, hart, STAGES[stage].levels).op('i32.eqz');
  if (stage === 'single') code.op('i32.or');
  code.if(() => {
    if (second !== undefined) {
      code.get(va).get(access).i32(0).call(second).op('return');
      return;
    }
    if (stage === 'single') emitNoteLocal(code, hart, set);
    code.get(va).i64(PHYSICAL_BITS).op('i64.shr_u', 'i64.eqz');
    code.if(() => code.get(va).op('return'));
    code.i64(FAULT.access).op('return');
  });
}

function emitGuestPageFault({ context, code, va, set }: Walk): void {
  setSlot64(code, context.hart, STATE.guestAddress, () => code.get(va));
  setState32(code, context.hart, 'guestWalk', () => code.get(set));
  code.i64(FAULT.guest);
}

/** Goes down from the root in `table` to the leaf, which is checked and marked: `table` and `shift` are its page then. */
function emitSteps(walk: Walk, functions: Functions): void {
  const { context, code, stage, va, set, shift, pte, host, table, pageFault } = walk;
  const { physical, permitted, second } = functions;
  const [at, guestAt, indexMask] = [code.local('i64'), code.local('i64'), code.local('i64')];
  if (stage === 'second') code.i64(WIDE_INDEX).set(indexMask);
  const step = code.open('loop');
  // address of the entry, which must be readable RAM for S-mode
  code.get(table).get(va).get(shift).op('i64.extend_i32_u', 'i64.shr_u');
  if (stage === 'second') code.get(indexMask);
  else code.i64(INDEX);
  code.op('i64.and').i64(3).op('i64.shl', 'i64.add').set(at);
  const through = (access: number) => {
    code.get(guestAt).i32(access).i32(access).call(second!).tee(at).i64(0).op('i64.lt_s');
    code.if(() => code.get(at).op('return'));
  };
  if (second !== undefined) {
    code.get(at).set(guestAt);
    through(ACCESS.read);
  }
  code.get(at).call(physical).load('i32.load', PHYSICAL.read).tee(host).op('i32.eqz');
  code.get(at).i32(8).i32(ACCESS.read).i32(DATA_SETS.supervisor).call(permitted).op('i32.eqz', 'i32.or');
  code.if(() => code.i64(FAULT.access).op('return'));
  code.get(host).get(at).op('i32.wrap_i64').i32(4095).op('i32.and', 'i32.add').tee(host);
  code.load('i64.load').set(pte);
  emitEntryChecks(walk);
  code.get(pte).i64(PTE_PPN_SHIFT).op('i64.shr_u').i64(PTE_PPN_MASK).op('i64.and');
  code.i64(12).op('i64.shl').set(table);
  code
    .get(pte)
    .i64(PTE.R | PTE.X)
    .op('i64.and', 'i64.eqz')
    .if(() => {
      // a pointer to the next level; A, D, U and the memory type are reserved in it
      const reserved = LEAF_ONLY | BigInt(PTE.A | PTE.D | PTE.U);
      code.get(pte).i64(reserved).op('i64.and').i64(0).op('i64.ne').brIf(pageFault);
      code.get(shift).i32(12).op('i32.eq').brIf(pageFault);
      if (stage === 'second') code.i64(INDEX).set(indexMask);
      code.get(shift).i32(9).op('i32.sub').set(shift).br(step);
    });
  code.end();
  if (stage === 'second') emitSecondStageChecks(walk);
  else emitLeafChecks(walk);
  emitAlignmentCheck(walk);
  emitNaturalPower(walk);
  emitUpdate(walk, { physical, permitted }, at, () => {
    if (second !== undefined) through(ACCESS.write);
  });
  if (stage !== 'second') emitLargePageNote(walk);
  if (stage === 'single')
    hasBit(walk, PTE.G)
      .op('i32.eqz')
      .if(() => emitNoteLocal(code, context.hart, set));
}

/** Another address space may have something else there: entries of the set go when that changes. */
function emitNoteLocal(code: CodeBuilder, hart: number, set: number): void {
  setState32(code, hart, 'localSets', () => {
    code.i32(1).get(set).op('i32.shl');
    state32(code, hart, 'localSets').op('i32.or');
  });
}

/** Sets the accessed and dirty bits of the entry at `at`; `writable` makes sure that the walk may write there. */
function emitUpdate(walk: Walk, { physical, permitted }: Functions, at: number, writable: () => void): void {
  const { context, code, access, pte, host } = walk;
  const updated = code.local('i64');
  code.get(pte).i64(PTE.A).op('i64.or');
  code.i64(PTE.D).i64(0).get(access).i32(ACCESS.write).op('i32.and', 'select', 'i64.or').tee(updated);
  code
    .get(pte)
    .op('i64.ne')
    .if(() => {
      emitUpdateCheck(walk);
      writable();
      code.get(at).call(physical).load('i32.load', PHYSICAL.write).op('i32.eqz');
      code.get(at).i32(8).i32(ACCESS.write).i32(DATA_SETS.supervisor).call(permitted).op('i32.eqz', 'i32.or');
      code.if(() => code.i64(FAULT.access).op('return'));
      code.get(host).get(updated).store('i64.store');
      code.get(host).i32(8).call(context.imports.codeWritten);
    });
}

/** Addresses are sign-extended from the regime's width, in the second stage zero-extended; sets the shift of the first level's index. */
function emitCanonicalCheck({ context, code, stage, va, shift, pageFault }: Walk): void {
  state32(code, context.hart, STAGES[stage].levels).i32(9).op('i32.mul').i32(3).op('i32.add').set(shift);
  if (stage === 'second') {
    code.get(va).get(shift).i32(WIDE_INDEX_BITS).op('i32.add', 'i64.extend_i32_u', 'i64.shr_u');
    code.i64(0).op('i64.ne').brIf(pageFault);
    return;
  }
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

/** Pushes whether the entry has the bit. */
const hasBit = ({ code, pte }: Walk, bit: number) => code.get(pte).i64(bit).op('i64.and').i64(0).op('i64.ne');

function emitLeafChecks(walk: Walk): void {
  const { code, stage, access, set, pageFault } = walk;
  const shift = stage === 'guest' ? TO_GUEST_SET : 0;
  const isSet = (name: 'supervisor' | 'supervisorUser' | 'user') =>
    code
      .get(set)
      .i32(DATA_SETS[name] + shift)
      .op('i32.eq');
  // the U bit: set for U, clear for S unless SUM, and never set for an S fetch
  hasBit(walk, PTE.U).if(
    () => {
      isSet('supervisor').brIf(pageFault);
      isSet('supervisorUser');
      code.get(access).i32(ACCESS.execute).op('i32.eq', 'i32.and').brIf(pageFault);
    },
    () => isSet('user').brIf(pageFault),
  );
  emitAccessChecks(walk);
}

function emitSecondStageChecks(walk: Walk): void {
  hasBit(walk, PTE.U).op('i32.eqz').brIf(walk.pageFault);
  emitAccessChecks(walk);
}

/** What R, W and X say; with MXR what is executable can be read. A guest's own MXR has no say in the second stage. */
function emitAccessChecks(walk: Walk): void {
  const { context, code, stage, access, pageFault } = walk;
  code.get(access).i32(ACCESS.execute).op('i32.eq');
  if (stage !== 'single') code.get(access).i32(ACCESS.fetched).op('i32.eq', 'i32.or');
  code.if(() => hasBit(walk, PTE.X).op('i32.eqz').brIf(pageFault));
  code
    .get(access)
    .i32(ACCESS.write)
    .op('i32.and')
    .if(() => hasBit(walk, PTE.W).op('i32.eqz').brIf(pageFault));
  code
    .get(access)
    .i32(ACCESS.read)
    .op('i32.eq')
    .if(() => {
      hasBit(walk, PTE.R);
      hasBit(walk, PTE.X);
      slot64(code, context.hart, csrSlot('mstatus'));
      if (stage === 'guest') slot64(code, context.hart, csrSlot('vsstatus')).op('i64.or');
      code.i64(MSTATUS.MXR).op('i64.and').i64(0).op('i64.ne', 'i32.and');
      code.op('i32.or', 'i32.eqz').brIf(pageFault);
    });
}

/** A superpage's page number is aligned to its size. */
function emitAlignmentCheck({ code, shift, table, pageFault }: Walk): void {
  code.get(table).i64(1).get(shift).op('i64.extend_i32_u', 'i64.shl').i64(1).op('i64.sub', 'i64.and');
  code.i64(0).op('i64.ne').brIf(pageFault);
}
