import type { RunResult, TuiSession } from './types.ts';

/** Lines that may wait behind the one that runs. */
const MAX_QUEUED = 10_000;
/** A command that takes longer than this is named in the status line, milliseconds. */
const SLOW = 200;

export interface RunnerHooks {
  /** a line begins to run */
  started(line: string): void;
  /** a piece of its output, before it ended; resolves when the next may come */
  output(text: string): Promise<void>;
  /** it ended; not called when it was interrupted */
  finished(result: RunResult): void;
  /** it failed in a way that is no result: the engine or the connection is gone */
  failed(error: unknown): void;
  /** the slow command that runs, null when none does */
  activity(activity: { line: string; queued: number } | null): void;
}

/** Runs lines one after the other, in the order they were given. */
export class CommandRunner {
  private readonly session: TuiSession;
  private readonly hooks: RunnerHooks;
  private queue: string[] = [];
  private current: { line: string; abort: AbortController; slow: boolean } | null = null;
  private draining = false;

  constructor(session: TuiSession, hooks: RunnerHooks) {
    this.session = session;
    this.hooks = hooks;
  }

  /** Runs the line now or after those before it. False when too many wait. */
  enqueue(line: string): boolean {
    if (this.queue.length >= MAX_QUEUED) return false;
    this.queue.push(line);
    if (this.draining) this.report();
    else void this.drain();
    return true;
  }

  /** Aborts the running command and forgets those behind it. False when none was running. */
  interrupt(): boolean {
    this.queue = [];
    if (!this.current) return false;
    this.current.abort.abort();
    return true;
  }

  private async drain(): Promise<void> {
    this.draining = true;
    for (let line = this.queue.shift(); line !== undefined; line = this.queue.shift()) {
      await this.runOne(line);
    }
    this.draining = false;
  }

  private async runOne(line: string): Promise<void> {
    const abort = new AbortController();
    const current = { line, abort, slow: false };
    this.current = current;
    const timer = setTimeout(() => {
      current.slow = true;
      this.report();
    }, SLOW);
    this.hooks.started(line);
    try {
      const output = async (text: string) => {
        if (!abort.signal.aborted) await this.hooks.output(text);
      };
      const run = this.session.run(line, abort.signal, output);
      const result = await Promise.race([run, aborted(abort.signal)]);
      if (result && !abort.signal.aborted) this.hooks.finished(result);
    } catch (error) {
      if (!abort.signal.aborted) this.hooks.failed(error);
    } finally {
      clearTimeout(timer);
      this.current = null;
      if (current.slow) this.hooks.activity(null);
    }
  }

  private report(): void {
    if (!this.current?.slow) return;
    this.hooks.activity({ line: this.current.line, queued: this.queue.length });
  }
}

/** Resolves when the signal fires, so that a command that ignores it does not hold the prompt. */
function aborted(signal: AbortSignal): Promise<null> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(null), { once: true }));
}
