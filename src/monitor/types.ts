import type { HxEntry, HxTable } from '../hx/model.ts';
import type { EventName } from '../qapi/generated/types.ts';
import type { QmpValue } from '../qapi/value.ts';
import type { QmpClient, QmpEvent } from '../qmp/client.ts';

/** Value of `fmt:/`, what `/4xw` says; what is left out repeats the format used last. */
export interface MemoryFormat {
  /** items; 1 when not given */
  count: number;
  /** one of x d u o c i */
  format: 'x' | 'd' | 'u' | 'o' | 'c' | 'i';
  /** bytes an item: 1, 2, 4 or 8; -1 for instructions without a size */
  size: number;
}

/**
 * One argument by its args_type letter: F B s S -> string; O -> Record<string, string>; i l o M . -> bigint;
 * T -> number (seconds); / -> MemoryFormat; b -> boolean; -x -> boolean, or string for `-xs`.
 */
export type ArgValue = string | bigint | number | boolean | MemoryFormat | Record<string, string>;

/** Arguments by their names in args_type; optional ones that were not given are absent. */
export type Args = Record<string, ArgValue>;

/** The command tables of a session: the root table and the sub tables by their `.sub_table` name. */
export interface CommandTables {
  readonly root: HxTable;
  readonly sub: ReadonlyMap<string, HxTable>;
}

/** What handlers see of the session they run in. */
export interface MonitorSession {
  /** index of the current CPU; commands like `x` and `info registers` work on it */
  currentCpu: number;
  /** lines given so far, oldest first, the current one included */
  readonly history: readonly string[];
  readonly tables: CommandTables;
  /** help text as `help [topic...]` prints it; '' and undefined list every command. Throws CommandError. */
  help(topic?: string): Promise<string>;
  /** a command of these names exists, is enabled and has a handler */
  isAvailable(entry: HxEntry): boolean;
  /** the oldest event of this name since the previous command began; it counts once */
  takeEvent(name: EventName): QmpEvent | undefined;
  /** the machine is another program's, and lives on without this one */
  readonly attached: boolean;
  /** set when `quit` was run: the session's owner ends after this command */
  quitting: boolean;
}

export interface CommandContext {
  readonly qmp: QmpClient;
  readonly session: MonitorSession;
  readonly signal: AbortSignal;
  /** Prints a piece of an answer that is too long to be held as a whole; resolves when the next may come. */
  write(text: string): Promise<void>;
}

export type Result =
  /** printed as it is; ends with '\n' unless empty */
  | { kind: 'text'; text: string }
  /** `text` for people, `data` for JSON output */
  | { kind: 'data'; data: QmpValue; text: string }
  /** clears the screen */
  | { kind: 'clear' };

// biome-ignore lint/suspicious/noConfusingVoidType: a handler that prints nothing may end without return
export type Handler<A = Args> = (ctx: CommandContext, args: A) => Promise<Result | undefined | void>;

/** Handlers by their `.cmd` name. `never` lets each handler state its own argument type. */
export type Handlers = Readonly<Record<string, Handler<never>>>;

/** One completion: the whole word that replaces what was typed, and a hint about it. */
export interface Candidate {
  text: string;
  help?: string;
}

/** What a completer is asked. */
export interface CompletionRequest {
  readonly qmp: QmpClient;
  readonly session: MonitorSession;
  readonly signal: AbortSignal;
  /** the words of the line, the command's own name first (after `info` for its sub commands) */
  readonly words: readonly string[];
  /** which argument of the command is completed, counted from 1, flags not counted */
  readonly index: number;
  /** what is typed of it, '' at the start of a word */
  readonly prefix: string;
}

/** What could stand at the cursor of a line. */
export interface CompletionResult {
  /** the candidates replace the line from `start` to `end` (the cursor) */
  start: number;
  end: number;
  candidates: readonly Candidate[];
  /** the parameters that may still follow, from `.params`, '' when none do */
  hint: string;
}

/** Answers candidates; those that do not start with the prefix are dropped. Errors count as no candidates. */
export type Completer = (request: CompletionRequest) => Promise<readonly (Candidate | string)[]>;

export type Completers = Readonly<Record<string, Completer>>;

/** Builds a result that is printed as it is. */
export function text(value: string): Result {
  return { kind: 'text', text: value };
}

/** Builds a result with a structured value, such as a QMP reply, and its text form. */
export function data(value: QmpValue | object, textForm: string): Result {
  return { kind: 'data', data: value as QmpValue, text: textForm };
}

export { CommandError } from './errors.ts';
