import { constants } from 'node:os';

export interface SignalHooks {
  /** SIGINT from outside; the key itself arrives as a byte */
  interrupt(): void;
  /** SIGTERM, SIGHUP: exit code 128 plus the signal's number, as shells report it */
  terminate(exitCode: number): void;
  /** SIGCONT: the process runs again, the terminal may have changed */
  continued(): void;
}

/** Installs the handlers; the returned function removes them. */
export function handleSignals(hooks: SignalHooks): () => void {
  const handlers: [NodeJS.Signals, () => void][] = [
    ['SIGINT', () => hooks.interrupt()],
    ['SIGTERM', () => hooks.terminate(128 + constants.signals.SIGTERM)],
    ['SIGHUP', () => hooks.terminate(128 + constants.signals.SIGHUP)],
    ['SIGCONT', () => hooks.continued()],
  ];
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}

/** Time after which a stop that did not happen is given up, milliseconds: an orphaned group cannot stop. */
const STOP_PATIENCE = 50;

/** Stops the foreground process group as the terminal's own Ctrl-Z would; `resumed` runs once it goes on. */
export function suspendGroup(resumed: () => void): void {
  process.kill(0, 'SIGTSTP');
  setTimeout(resumed, STOP_PATIENCE);
}
