import { type Extension, INSTRUCTIONS, MSTATUS } from '../../isa/index.ts';
import { emitFloatRoutines, type FloatRoutine } from '../../softfloat/index.ts';
import {
  type CodeBuilder,
  type Label,
  ModuleBuilder,
  type Relocation,
  type Signature,
} from '../../wasm/index.ts';
import {
  AREA,
  csrSlot,
  HART_SIZE,
  HEAT_REGION,
  MAX_REGIONS,
  PAGE_SIZE,
  RECORD,
  STATE,
  TLB_ADDEND,
} from '../layout.ts';
import { REGION_TYPE } from '../translator/region.ts';
import {
  declareImports,
  type MemoryFunctions,
  type ModuleContext,
  setSlot64,
  setState32,
  slot64,
  state32,
} from './context.ts';
import { type CsrFunctions, emitCsrFunctions } from './direct-csrs.ts';
import { emitFencePage, emitFlushPage } from './fences.ts';
import type { LoopLabels, LoopLocals } from './loop.ts';
import { emitMemoryFunctions } from './memory.ts';
import { RecordEmitter } from './record-emitter.ts';
import { emitReturns, type ReturnFunctions } from './returns.ts';
import { TLB_INDEX_MASK, TLB_INDEX_SHIFT } from './tlb-fill.ts';
import { emitPermitted, emitPhysical, emitTranslate } from './translate.ts';
import { emitRaise, emitUpdateMode } from './trap.ts';

/** Handlers that are no instruction's, in front of those of INSTRUCTIONS. */
export const HANDLER = { undecoded: 0, pageEnd: 1, crossing: 2, illegal: 3, first: 4 } as const;

/**
 * Stand-ins for the addresses of the hart's block and of the table of code pages, above all
 * other constants. As constants the real ones cost the interpreter nothing.
 */
const INTERPRETER_AREAS = [
  { base: 0x2000_0000, size: HART_SIZE },
  { base: 0x3000_0000, size: 1 },
] as const;

/** What the interpreter's code depends on. */
export interface InterpreterOptions {
  readonly translateAfter: number;
  readonly without: ReadonlySet<Extension>;
  /** Bytes that cbo.zero clears. */
  readonly zeroBlock: number;
}

/** The options as text: the same for the same code. */
export function interpreterKey({ translateAfter, without, zeroBlock }: InterpreterOptions): string {
  return [translateAfter, zeroBlock, ...[...without].sort()].join(' ');
}

/** A hart's module before it has its addresses, and the types of the floating-point routines that it exports. */
export interface InterpreterModule {
  readonly bytes: Uint8Array;
  /** The hart's block is area 0, the table of code pages area 1. */
  readonly relocations: readonly Relocation[];
  readonly routines: Readonly<Record<string, Signature>>;
}

/** Regions only stop at their loops: what is left of a small budget is counted out by the interpreter. */
const LEAST_BUDGET = 32;

/**
 * The interpreter of one hart: run(budget) executes pre-decoded records until the budget is
 * spent, an exit was requested or the hart waits, and returns the index in EXIT_REASONS.
 */
export function buildInterpreter({
  translateAfter,
  without,
  zeroBlock,
}: InterpreterOptions): InterpreterModule {
  const module = new ModuleBuilder(INTERPRETER_AREAS);
  const [hart, codePages] = INTERPRETER_AREAS;
  const context: ModuleContext = {
    module,
    hart: hart.base,
    codePages: codePages.base,
    without,
    zeroBlock,
    imports: declareImports(module),
  };
  const physical = emitPhysical(context);
  const permitted = emitPermitted(context, physical);
  const translate = emitTranslate(context, physical, permitted);
  const updateMode = emitUpdateMode(context);
  const raise = emitRaise(context, updateMode);
  const memory = emitMemoryFunctions({ ...context, physical, permitted, translate, raise });
  const float = emitFloatRoutines(module, {
    fcsr: STATE.fcsr,
    status: csrSlot('mstatus'),
    dirty: MSTATUS.FS,
  });
  module.importTable('regions', MAX_REGIONS);
  const csrs = emitCsrFunctions(context);
  const fencePage = emitFencePage(context, emitFlushPage(context));
  const returns = emitReturns(context, updateMode);
  emitRun(context, { memory, raise, float: float.index, csrs, returns, fencePage }, translateAfter);
  return { ...module.finishRelocatable(), routines: Object.fromEntries(float.signatures) };
}

/** What the loop calls. */
interface Functions {
  readonly memory: MemoryFunctions;
  readonly raise: number;
  readonly float: (routine: FloatRoutine) => number;
  readonly csrs: CsrFunctions;
  readonly returns: ReturnFunctions;
  readonly fencePage: number;
}

function emitRun(context: ModuleContext, functions: Functions, translateAfter: number): void {
  const { module, hart, imports } = context;
  const runRegions = emitRunRegions(context);
  const { code } = module.function(['i32'], ['i32'], 'run');
  const locals: LoopLocals = {
    left: 0,
    ip: code.local('i32'),
    dataTlb: code.local('i32'),
    recordBase: code.local('i32'),
    entry: code.local('i32'),
    host: code.local('i32'),
    target: code.local('i32'),
    pc: code.local('i64'),
    bias: code.local('i64'),
    va: code.local('i64'),
    value: code.local('i64'),
  };
  const { left, dataTlb, pc } = locals;
  const reason = code.local('i32');
  const leave = code.open('block');
  const resume = code.open('loop');
  slot64(code, hart, STATE.pc).set(pc);
  state32(code, hart, 'dataTlb').set(dataTlb);
  const lookup = code.open('loop');
  code.get(left);
  state32(code, hart, 'stop')
    .op('i32.le_s')
    .if(() => {
      setSlot64(code, hart, STATE.pc, () => code.get(pc));
      setState32(code, hart, 'left', () => code.get(left));
      code.call(imports.poll).tee(reason).i32(0).op('i32.ge_s').brIf(leave);
      code.br(resume);
    });
  emitLookup(context, functions.memory, code, locals, resume);
  const target = code.open('loop');
  emitTarget({ ...context, runRegions }, code, locals, { target, lookup }, translateAfter);
  const dispatch = code.open('loop');
  const illegal = code.open('block');
  const labels: LoopLabels = { dispatch, target, lookup, resume, illegal };
  const emitter = new RecordEmitter(code, { context, ...functions, locals, labels });
  emitHandlers(context, emitter, locals, labels);
  code.end();
  emitter.refused();
  code.end().end().end().end().end();
  code.get(reason);
}

/** Finds the record page of `pc` and points ip, recordBase and bias at it. */
function emitLookup(
  { hart }: ModuleContext,
  memory: MemoryFunctions,
  code: CodeBuilder,
  locals: LoopLocals,
  resume: Label,
): void {
  const { pc, entry, recordBase, left } = locals;
  state32(code, hart, 'fetchTlb');
  code
    .get(pc)
    .i64(TLB_INDEX_SHIFT)
    .op('i64.shr_u', 'i32.wrap_i64')
    .i32(TLB_INDEX_MASK)
    .op('i32.and', 'i32.add');
  code
    .tee(entry)
    .load('i64.load')
    .get(pc)
    .i64(-PAGE_SIZE)
    .op('i64.and', 'i64.eq')
    .if(
      () => code.get(entry).load('i32.load', TLB_ADDEND).set(recordBase),
      () => {
        setSlot64(code, hart, STATE.pc, () => code.get(pc));
        setState32(code, hart, 'left', () => code.get(left));
        code
          .get(pc)
          .call(memory.fetchPage)
          .tee(recordBase)
          .op('i32.eqz')
          .if(() => emitFetchFault(code, locals, resume));
      },
    );
  emitEnterPage(code, locals);
}

/**
 * Where branches arrive, with ip set: counts them, has the code here translated once it is hot,
 * and goes into the region that starts here.
 */
function emitTarget(
  { hart, imports, runRegions }: ModuleContext & { readonly runRegions: number },
  code: CodeBuilder,
  locals: LoopLocals,
  labels: Pick<LoopLabels, 'target' | 'lookup'>,
  translateAfter: number,
): void {
  const { ip, left, pc, bias, dataTlb } = locals;
  const heat = code.local('i32');
  const pushPc = () => code.get(bias).get(ip).i32(3).op('i32.shr_u', 'i64.extend_i32_u', 'i64.add');
  const enter = () => {
    code.get(left);
    pushPc().get(heat).i32(HEAT_REGION).op('i32.sub').call(runRegions).set(left);
    // regions switch data TLBs
    state32(code, hart, 'dataTlb').set(dataTlb);
    slot64(code, hart, STATE.pc).set(pc).br(labels.lookup);
  };
  const count = () => {
    code.get(ip).get(heat).i32(1).op('i32.add').tee(heat).store('i32.store16', RECORD.heat);
    code.get(heat).i32(translateAfter).op('i32.eq');
    code.if(() => {
      code.get(ip);
      pushPc().call(imports.translate).br(labels.target);
    });
  };
  state32(code, hart, 'interpret').if(
    () => setState32(code, hart, 'interpret', () => code.i32(0)),
    () => {
      code.get(ip).load('i32.load16_u', RECORD.heat).tee(heat).i32(HEAT_REGION).op('i32.ge_u');
      code.get(left).i32(LEAST_BUDGET).op('i32.gt_s', 'i32.and').if(enter);
      if (translateAfter > 0) code.get(heat).i32(translateAfter).op('i32.lt_u').if(count);
    },
  );
}

/**
 * runRegions(left, pc, index) -> what is left: runs the region at that index of the table, and
 * those that follow it, for as long as nothing but a jump ends them.
 */
function emitRunRegions({ module, hart }: ModuleContext): number {
  const { index, code } = module.function(['i32', 'i64', 'i32'], ['i32'], 'runRegions');
  const [left, pc, region] = [0, 1, 2];
  const entry = code.local('i32');
  const done = code.open('block');
  const next = code.open('loop');
  code.i32(hart).get(left).get(pc).get(region);
  code.callIndirect(module.typeIndex(REGION_TYPE.parameters, REGION_TYPE.results)).tee(left);
  state32(code, hart, 'stop').op('i32.le_s');
  state32(code, hart, 'interpret').op('i32.or').brIf(done);
  slot64(code, hart, STATE.pc).set(pc);
  state32(code, hart, 'fetchTlb');
  code.get(pc).i64(TLB_INDEX_SHIFT).op('i64.shr_u', 'i32.wrap_i64').i32(TLB_INDEX_MASK);
  code.op('i32.and', 'i32.add').tee(entry).load('i64.load');
  code.get(pc).i64(-PAGE_SIZE).op('i64.and', 'i64.ne').brIf(done);
  code.get(entry).load('i32.load', TLB_ADDEND);
  code
    .get(pc)
    .op('i32.wrap_i64')
    .i32(PAGE_SIZE - 2)
    .op('i32.and')
    .i32(3)
    .op('i32.shl', 'i32.add');
  code.load('i32.load16_u', RECORD.heat).i32(HEAT_REGION).op('i32.sub').tee(region);
  code.i32(0).op('i32.ge_s').brIf(next);
  code.end().end().get(left);
  return index;
}

/** A fetch that trapped costs budget: a vector that cannot be fetched either must not hang the host. */
function emitFetchFault(code: CodeBuilder, { left }: LoopLocals, resume: Label): void {
  code.get(left).i32(1).op('i32.sub').set(left).br(resume);
}

/** ip and bias from pc and recordBase. */
function emitEnterPage(code: CodeBuilder, { ip, pc, recordBase, bias }: LoopLocals): void {
  code
    .get(pc)
    .op('i32.wrap_i64')
    .i32(PAGE_SIZE - 2)
    .op('i32.and')
    .i32(3)
    .op('i32.shl');
  code.get(recordBase).op('i32.add').set(ip);
  code.get(pc).i64(-PAGE_SIZE).op('i64.and');
  code.get(recordBase).i32(3).op('i32.shr_u', 'i64.extend_i32_u', 'i64.sub').set(bias);
}

function emitHandlers(
  context: ModuleContext,
  emitter: RecordEmitter,
  locals: LoopLocals,
  labels: LoopLabels,
): void {
  const { code } = emitter;
  const { left, ip } = locals;
  code.get(left).i32(1).op('i32.sub').set(left);
  const handlers = HANDLER.first + INSTRUCTIONS.length;
  // innermost block first: the block of handler 0 ends right after the br_table
  const blocks = Array.from({ length: handlers }, () => code.open('block')).reverse();
  code.get(ip).load('i32.load16_u', RECORD.handler).brTable(blocks, blocks[HANDLER.illegal]!);
  code.end();
  emitUndecoded(context, emitter, locals, labels);
  code.end();
  emitPageEnd(emitter, locals, labels);
  code.end();
  emitCrossing(context, emitter, locals, labels);
  code.end();
  emitter.illegal();
  for (const row of INSTRUCTIONS) {
    code.end();
    row.emit(emitter);
    emitter.advance();
  }
}

/** Decodes the record in place and runs it; on the single-instruction page there is nothing to decode from. */
function emitUndecoded(
  { hart, imports }: ModuleContext,
  emitter: RecordEmitter,
  locals: LoopLocals,
  labels: LoopLabels,
): void {
  const { code } = emitter;
  emitter.uncount();
  code
    .get(locals.recordBase)
    .i32(hart + AREA.single)
    .op('i32.eq')
    .if(() => {
      emitter.pc();
      code.set(locals.pc).br(labels.lookup);
    });
  code.get(locals.ip).call(imports.decode).br(labels.dispatch);
}

/** Straight-line execution left the page. */
function emitPageEnd(emitter: RecordEmitter, { pc }: LoopLocals, { lookup }: LoopLabels): void {
  emitter.uncount();
  emitter.pc();
  emitter.code.set(pc).br(lookup);
}

/** The instruction's second half is on the next page: fetched anew each time, by virtual address. */
function emitCrossing(
  { imports }: ModuleContext,
  emitter: RecordEmitter,
  locals: LoopLocals,
  { dispatch, resume }: LoopLabels,
): void {
  const { code } = emitter;
  emitter.uncount();
  emitter.pc();
  code.set(locals.pc);
  emitter.spill();
  code
    .call(imports.single)
    .tee(locals.recordBase)
    .op('i32.eqz')
    .if(() => emitFetchFault(code, locals, resume));
  emitEnterPage(code, locals);
  code.br(dispatch);
}
