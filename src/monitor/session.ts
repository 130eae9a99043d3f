import type { HxEntry, HxTable } from '../hx/model.ts';
import { resolveTable } from '../hx/table.ts';
import type { EventName } from '../qapi/generated/types.ts';
import type { QmpClient, QmpEvent } from '../qmp/client.ts';
import { readArguments } from './arguments.ts';
import { findCommand, isAllowed } from './command-line.ts';
import { CommandOutput, type OutputSink } from './command-output.ts';
import { Completion, type DirectoryLister } from './completion.ts';
import { ArgumentError, CommandError, UnknownCommandError } from './errors.ts';
import { helpText } from './help.ts';
import { History } from './history.ts';
import { LineReader } from './line-reader.ts';
import { initialFormat } from './memory-format.ts';
import { cancellation, failure, type Outcome, success } from './outcome.ts';
import { humanReadableText, lookupSymbol, NEVER, readRegister, withSignal } from './qmp-scope.ts';
import { RecentEvents } from './recent-events.ts';
import { type Needs, RemoteMonitor } from './remote.ts';
import type {
  CommandTables,
  Completers,
  CompletionResult,
  Handler,
  Handlers,
  MonitorSession,
  Result,
} from './types.ts';

export interface SessionOptions {
  /** the root table, and the tables that `.sub_table` names */
  tables: { root: HxTable; sub: ReadonlyMap<string, HxTable> };
  handlers: Handlers;
  qmp: QmpClient;
  completers?: Completers;
  /** symbols that `#if` in the tables may test */
  defines?: Iterable<string>;
  history?: History;
  /** lists a directory for file name completion */
  listDirectory?: DirectoryLister;
  /** true until the machine is initialised: only commands with flag 'p' run */
  isPreconfig?: () => boolean;
  /** the connection leads to a machine that is not ours: what handlers need of it */
  attached?: Needs;
}

export interface RunOptions {
  /** keep the line in the history; default true */
  record?: boolean;
  /** takes long output piece by piece; without it all of it is in the outcome */
  output?: OutputSink;
}

/** A command that no table here has. */
const THEIRS = Symbol('theirs');

function resolveTables(tables: SessionOptions['tables'], defines: Iterable<string>): CommandTables {
  const symbols = new Set(defines);
  const sub = [...tables.sub].map(([name, table]) => [name, resolveTable(table, symbols)] as const);
  return { root: resolveTable(tables.root, symbols), sub: new Map(sub) };
}

/** One user's dialogue: it runs lines, completes them, and keeps what commands remember between lines. */
export class Session implements MonitorSession {
  currentCpu = 0;
  quitting = false;
  readonly historyLines: History;
  readonly #tables: CommandTables;
  readonly #remote: RemoteMonitor | null;
  readonly #options: SessionOptions;
  readonly #format = initialFormat();
  readonly #events: RecentEvents;
  /** Whether `exit_preconfig` was run here. */
  #initialized = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#tables = resolveTables(options.tables, options.defines ?? []);
    const { attached: needs, handlers, qmp } = options;
    this.#remote = needs ? new RemoteMonitor(qmp, needs, handlers, this.#tables) : null;
    this.#events = new RecentEvents(options.qmp);
    this.historyLines = options.history ?? new History();
  }

  get history(): readonly string[] {
    return this.historyLines.lines;
  }

  takeEvent(name: EventName): QmpEvent | undefined {
    return this.#events.take(name);
  }

  get preconfig(): boolean {
    return !this.#initialized && (this.#options.isPreconfig?.() ?? false);
  }

  get tables(): CommandTables {
    return this.#remote?.tables ?? this.#tables;
  }

  get attached(): boolean {
    return this.#remote !== null;
  }

  /** There is a new connection, perhaps to another machine: what was learned of the one before is forgotten. */
  reconnected(): void {
    this.currentCpu = 0;
    this.#remote?.forget();
  }

  async help(topic = ''): Promise<string> {
    const remote = this.#remote;
    await remote?.load();
    return helpText(this.tables, topic, {
      isListed: entry => isAllowed(entry, this.preconfig) && !remote?.isMissing(entry),
      note: entry => (remote?.runsThere(entry) ? ' (remote)' : ''),
    });
  }

  isAvailable(entry: HxEntry): boolean {
    if (this.#remote) return !this.#remote.isMissing(entry);
    if (entry.cmdInfoHrt !== undefined) return this.#options.qmp.supports(entry.cmdInfoHrt);
    return entry.cmd !== undefined && Object.hasOwn(this.#options.handlers, entry.cmd);
  }

  /** Runs one line. Never rejects: what goes wrong is in the outcome. */
  async run(line: string, signal: AbortSignal = NEVER, options: RunOptions = {}): Promise<Outcome> {
    const output = new CommandOutput(options.output, signal);
    try {
      signal.throwIfAborted();
      this.#events.commandBegins();
      if (options.record !== false) await this.historyLines.add(line);
      return success(line, await this.#execute(line, signal, output), output.kept);
    } catch (error) {
      return signal.aborted ? cancellation(line) : failure(line, error, output.kept);
    }
  }

  /** What could stand at the cursor. Never rejects: what cannot be found out is left out. */
  async complete(line: string, cursor = line.length, signal: AbortSignal = NEVER): Promise<CompletionResult> {
    await this.#remote?.load();
    const qmp = withSignal(this.#options.qmp, signal);
    const { completers = {}, listDirectory } = this.#options;
    return new Completion({ session: this, qmp, signal, completers, listDirectory }).complete(line, cursor);
  }

  async #execute(text: string, signal: AbortSignal, output: CommandOutput): Promise<Result | undefined> {
    const line = new LineReader(text);
    const qmp = withSignal(this.#options.qmp, signal);
    const entry = this.#find(line);
    if (entry === undefined) return undefined;
    if (entry === THEIRS || (await this.#remote?.takes(entry, text))) {
      return this.#remote?.run(qmp, text, this.currentCpu);
    }
    const typed = text.slice(0, line.position).trimEnd();
    if (!this.isAvailable(entry)) throw new CommandError(`Command "${typed}" is not available.`);
    const args = await this.#readArguments(entry, line, typed, qmp);
    if (entry.cmdInfoHrt !== undefined) {
      return { kind: 'text', text: await humanReadableText(qmp, entry.cmdInfoHrt) };
    }
    const handler = this.#options.handlers[entry.cmd ?? ''] as unknown as Handler;
    const result = await handler({ qmp, session: this, signal, write: output.write }, args);
    if (entry.name === 'exit_preconfig') this.#initialized = true;
    return result ?? undefined;
  }

  /** The command of a line, undefined for a blank one. What our tables do not have the other monitor may know. */
  #find(line: LineReader): HxEntry | typeof THEIRS | undefined {
    try {
      return findCommand(this.tables, line, { preconfig: this.preconfig });
    } catch (error) {
      if (this.#remote && error instanceof UnknownCommandError) return THEIRS;
      throw error;
    }
  }

  async #readArguments(entry: HxEntry, line: LineReader, typed: string, qmp: QmpClient) {
    try {
      return await readArguments(entry, line, {
        resolve: name => readRegister(qmp, name, this.currentCpu),
        symbol: name => lookupSymbol(qmp, name),
        format: this.#format,
      });
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      throw new ArgumentError(`${error.message}\nTry "help ${typed}" for more information`);
    }
  }
}

/** Starts a session over tables, handlers and a QMP connection. */
export function createSession(options: SessionOptions): Session {
  return new Session(options);
}
