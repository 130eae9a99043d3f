import { createInterface } from 'node:readline';
import type { ConnectionChange } from '../qmp/attached-client.ts';
import { eventLine } from './event-line.ts';
import { PROMPT } from './layout/input-rows.ts';
import { printable } from './layout/text.ts';
import { handleSignals } from './signals.ts';
import { EXIT_LOST } from './terminal-ui.ts';
import type { TuiDeps } from './types.ts';

/**
 * The monitor on a terminal that can do nothing but print (TERM=dumb): the terminal's own line editing, a prompt,
 * no escape sequence. The serial console is not shown here.
 */
export function runPlainPrompt(deps: TuiDeps): Promise<number> {
  return new Promise(resolve => new PlainPrompt(deps, resolve).start());
}

function connectionLine(change: ConnectionChange): string {
  return change.kind === 'lost' ? `hmp: ${printable(change.reason)}; connecting again` : 'connected again';
}

class PlainPrompt {
  private readonly deps: TuiDeps;
  private readonly resolve: (exitCode: number) => void;
  private readonly stops: (() => void)[] = [];
  private queue: string[] = [];
  private running: AbortController | null = null;
  private ended = false;

  constructor(deps: TuiDeps, resolve: (exitCode: number) => void) {
    this.deps = deps;
    this.resolve = resolve;
  }

  start(): void {
    const { qmp, stdin, version } = this.deps;
    const lines = createInterface({ input: stdin, terminal: false });
    lines.on('line', line => {
      this.queue.push(line);
      if (!this.running) void this.drain();
    });
    lines.on('close', () => this.finish(0));
    this.stops.push(
      () => lines.close(),
      qmp.onEvent(event => this.event(eventLine(event))),
      qmp.onClose(error => this.closed(error)),
      this.deps.onConnection?.(change => this.event(connectionLine(change))) ?? (() => {}),
      handleSignals({
        interrupt: () => this.interrupt(),
        terminate: exitCode => this.finish(exitCode),
        continued: () => this.prompt(),
      }),
    );
    this.print(`hmp ${version} monitor - type 'help' for more information\n`);
    this.prompt();
  }

  private async drain(): Promise<void> {
    for (let line = this.queue.shift(); line !== undefined && !this.ended; line = this.queue.shift()) {
      await this.runLine(line);
    }
    this.prompt();
  }

  private async runLine(line: string): Promise<void> {
    const { session } = this.deps;
    if (line.trim() === '') return;
    session.addHistory(line);
    this.running = new AbortController();
    try {
      const result = await session.run(line, this.running.signal, text => this.printPiece(text));
      this.print(printable(result.text));
      if (result.quit) this.finish(session.exitCode ?? 0);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!this.running.signal.aborted) this.print(`Error: ${printable(message)}\n`);
    } finally {
      this.running = null;
    }
  }

  private interrupt(): void {
    this.queue = [];
    this.print('\n');
    if (this.running) this.running.abort();
    else this.prompt();
  }

  private event(line: string): void {
    this.print(`\n${line}\n`);
    if (!this.running) this.prompt();
  }

  private closed(error: Error | null): void {
    if (error) this.print(`\nhmp: connection to the machine lost: ${printable(error.message)}\n`);
    const farewell = error ? null : this.deps.farewell?.();
    if (farewell) this.print(`\n${printable(farewell)}\n`);
    this.finish(error ? EXIT_LOST : (this.deps.session.exitCode ?? 0));
  }

  private prompt(): void {
    if (!this.ended) this.print(PROMPT);
  }

  private async printPiece(text: string): Promise<void> {
    const { stdout } = this.deps;
    if (!stdout.write(printable(text))) await new Promise(resolve => stdout.once('drain', resolve));
  }

  private print(text: string): void {
    this.deps.stdout.write(text);
  }

  private finish(exitCode: number): void {
    if (this.ended) return;
    this.ended = true;
    for (const stop of this.stops) stop();
    this.deps.stdin.pause();
    this.resolve(exitCode);
  }
}
