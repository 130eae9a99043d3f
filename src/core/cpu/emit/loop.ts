import type { SystemAction } from '../../isa/index.ts';
import type { FloatRoutine } from '../../softfloat/index.ts';
import type { Label } from '../../wasm/index.ts';
import type { MemoryFunctions, ModuleContext } from './context.ts';
import type { CsrFunctions } from './direct-csrs.ts';
import type { ReturnFunctions } from './returns.ts';

/**
 * Codes of system actions on the way to TypeScript; ecall and ebreak are plain traps and need
 * none. An instruction that turned out to be illegal is one more.
 */
export const SYSTEM_ACTIONS: readonly (SystemAction | 'illegal')[] = [
  'ecall',
  'ebreak',
  'mret',
  'sret',
  'wfi',
  'sfence.vma',
  'illegal',
  'sinval.vma',
  'sfence.w.inval',
  'sfence.inval.ir',
  'cbo.inval',
  'cbo.clean',
  'cbo.flush',
  'cbo.zero',
  'pause',
  'wrs.nto',
  'wrs.sto',
  'hlv.b',
  'hlv.bu',
  'hlv.h',
  'hlv.hu',
  'hlvx.hu',
  'hlv.w',
  'hlv.wu',
  'hlvx.wu',
  'hlv.d',
  'hsv.b',
  'hsv.h',
  'hsv.w',
  'hsv.d',
  'hfence.vvma',
  'hfence.gvma',
  'hinval.vvma',
  'hinval.gvma',
];

export const CSR_OPERATIONS = ['write', 'set', 'clear'] as const;

/** Locals of the interpreter's loop. */
export interface LoopLocals {
  /** Address of the current record. */
  readonly ip: number;
  /** Budget left; counts the current instruction as done. */
  readonly left: number;
  readonly pc: number;
  readonly dataTlb: number;
  readonly recordBase: number;
  /** pc less the record's address / 8, for records of the current page. */
  readonly bias: number;
  readonly va: number;
  readonly entry: number;
  readonly host: number;
  readonly target: number;
  readonly value: number;
}

/** Where an instruction can go. */
export interface LoopLabels {
  /** Next record, with ip set. */
  readonly dispatch: Label;
  /** A branch arrived within the page, with ip set. */
  readonly target: Label;
  /** Another page or an event: pc is set. */
  readonly lookup: Label;
  /** The hart's state in memory says how to go on. */
  readonly resume: Label;
  /** The current instruction must not execute in this state of the hart. */
  readonly illegal: Label;
}

/** What the emitters of instructions refer to. */
export interface Wiring {
  readonly context: ModuleContext;
  readonly memory: MemoryFunctions;
  readonly raise: number;
  readonly float: (routine: FloatRoutine) => number;
  readonly csrs: CsrFunctions;
  readonly returns: ReturnFunctions;
  readonly fencePage: number;
  readonly locals: LoopLocals;
  readonly labels: LoopLabels;
}
