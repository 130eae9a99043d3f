import { InkScreen } from './ink-screen.tsx';
import { Outbox } from './outbox.ts';
import { Store } from './store.ts';
import { Terminal } from './terminal.ts';
import { TerminalUi } from './terminal-ui.ts';
import { themeFor } from './theme.ts';
import type { TuiDeps } from './types.ts';

/** Runs the full terminal interface. */
export async function runInk(deps: TuiDeps): Promise<number> {
  const store = new Store(deps.session.history, deps.name ?? (await vmName(deps)));
  const outbox = new Outbox();
  const terminal = new Terminal(deps.stdin, deps.stdout);
  const screen = new InkScreen(store, outbox, terminal, themeFor(process.env));
  return new TerminalUi(deps, store, outbox, terminal, screen).run();
}

/** Name that the machine was given, undefined when it has none. */
async function vmName({ qmp }: TuiDeps): Promise<string | undefined> {
  if (!qmp.supports('query-name')) return undefined;
  try {
    return (await qmp.execute('query-name')).name;
  } catch {
    // The status line does without it.
    return undefined;
  }
}
