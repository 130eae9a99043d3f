import type { CommandRunner } from './command-runner.ts';
import { PROMPT, promptText } from './layout/input-rows.ts';
import { printable } from './layout/text.ts';
import type { Outbox } from './outbox.ts';
import type { PromptHooks, PromptKeys } from './prompt-keys.ts';
import type { Screen } from './screen.ts';
import type { Store } from './store.ts';
import type { RunResult, TuiSession } from './types.ts';

const bold = (text: string) => `\x1b[1m${text}\x1b[22m`;
const dim = (text: string) => `\x1b[2m${text}\x1b[22m`;

export interface MonitorViewDeps {
  readonly session: TuiSession;
  readonly store: Store;
  readonly outbox: Outbox;
  readonly screen: Screen;
  readonly runner: () => CommandRunner;
  readonly keys: () => PromptKeys;
  /** the command that the end of input stands for */
  readonly endOfInput: string | undefined;
}

/** What the monitor's view prints and does about lines, results and interrupts. */
export class MonitorView implements Pick<PromptHooks, 'submit' | 'interrupt' | 'endOfInput' | 'clearScreen'> {
  private readonly deps: MonitorViewDeps;

  constructor(deps: MonitorViewDeps) {
    this.deps = deps;
  }

  submit(line: string): void {
    const { session, runner, keys, outbox } = this.deps;
    if (line.trim() === '') {
      outbox.add(bold(PROMPT) + line);
      keys().edit({ type: 'reset' });
      return;
    }
    session.addHistory(line);
    keys().edit({ type: 'reset', history: [...session.history] });
    if (!runner().enqueue(line)) this.notice(`too many lines are waiting, not run: ${line}`);
  }

  /** Stops the running command, otherwise what is still being printed, otherwise drops the line. */
  interrupt(): void {
    const { runner, outbox, store, keys } = this.deps;
    const cut = outbox.discardBacklog();
    const running = runner().interrupt();
    if (running || cut) {
      outbox.add('^C');
      return;
    }
    const { editor } = store.get();
    outbox.add(`${bold(promptText(editor))}${editor.text}^C`);
    keys().edit({ type: 'reset' });
  }

  endOfInput(): void {
    const { endOfInput } = this.deps;
    if (endOfInput === undefined) this.notice("type 'quit' to leave");
    else this.submit(endOfInput);
  }

  clearScreen(): void {
    this.deps.outbox.flush();
    this.deps.screen.clear();
  }

  /** A line begins to run: it becomes part of the scrollback. */
  started(line: string): void {
    this.deps.outbox.add(bold(PROMPT) + line);
  }

  /** A piece of a long answer. */
  output(text: string): Promise<void> {
    this.deps.outbox.add(printable(text));
    return this.deps.outbox.ready();
  }

  result(result: RunResult): void {
    if (result.clear) this.clearScreen();
    this.deps.outbox.add(printable(result.text));
  }

  /** A dim line of the monitor's own. */
  notice(line: string): void {
    this.deps.outbox.add(dim(printable(line)));
  }

  /** A line that must be seen. */
  error(line: string): void {
    this.deps.outbox.add(bold(printable(line)));
  }
}
