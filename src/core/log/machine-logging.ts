import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { Board } from '../board/board.ts';
import { ConfigError, type LogConfig } from '../config.ts';
import type { RunStateMachine } from '../run-state.ts';
import type { Tracer } from '../trace.ts';
import { ExecutionLog } from './execution-log.ts';
import { parseLogItems } from './items.ts';
import { MachineLog } from './log.ts';
import { MachineObserver } from './machine-observer.ts';

/** The machine's log: what goes into it, and where it goes. */
export class MachineLogging {
  readonly log: MachineLog;
  readonly trace: Tracer;
  readonly execution: ExecutionLog;
  readonly #observer: MachineObserver;

  constructor(host: Host, board: Board, state: RunStateMachine) {
    this.log = new MachineLog(host);
    this.execution = new ExecutionLog(this.log);
    this.trace = board.trace;
    this.trace.sink = line => this.log.write(line);
    this.#observer = new MachineObserver({ board, state, log: this.log, trace: this.trace });
  }

  /** `-d`, `-D` and `-trace`. @throws ConfigError */
  configure({ items, file, patterns }: LogConfig): void {
    try {
      if (file !== null) this.log.setFile(file);
    } catch (error) {
      throw new ConfigError((error as Error).message);
    }
    if (items !== null && this.setItems(items) === null)
      throw new ConfigError(`-d ${items}: no such log item`);
    for (const pattern of patterns) {
      if (!this.enable(pattern)) this.log.write(`warning: trace event '${pattern}' does not exist\n`);
    }
  }

  /** Answers the trace patterns that nothing fits, or null when an item is not known. */
  setItems(text: string): string[] | null {
    const request = parseLogItems(text);
    if (!request) return null;
    this.log.items = request.items;
    this.execution.update();
    const unknown = request.patterns.filter(pattern => !this.enable(pattern));
    this.#observer.update();
    return unknown;
  }

  /** Switches the events that a name or pattern means. @throws QmpError for a name that is not known */
  setEvents(pattern: string, on: boolean): void {
    this.trace.set(this.trace.find(pattern), on);
    this.#observer.update();
  }

  /** Enables events; a pattern that begins with `-` disables them. False when there is none of the name. */
  enable(pattern: string): boolean {
    const off = pattern.startsWith('-');
    try {
      this.setEvents(off ? pattern.slice(1) : pattern, !off);
      return true;
    } catch (error) {
      if (error instanceof QmpError) return false;
      throw error;
    }
  }

  beforeReset(): void {
    this.#observer.beforeReset();
  }
}
