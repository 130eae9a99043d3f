import type { TuiDeps } from './types.ts';

export type {
  RunResult,
  TuiCandidate,
  TuiCompletion,
  TuiDeps,
  TuiSerial,
  TuiSession,
} from './types.ts';

/** Variables by which Ink and chalk decide, when they are loaded, to draw nothing or without colours. */
const CI_VARIABLES = ['CI', 'CONTINUOUS_INTEGRATION'];

/** Loads the Ink part as on a terminal that a person looks at: whoever calls made sure that it is one. */
async function loadInk(): Promise<typeof import('./run-ink.ts')> {
  const kept = CI_VARIABLES.map(name => [name, process.env[name]] as const);
  for (const name of CI_VARIABLES) delete process.env[name];
  try {
    return await import('./run-ink.ts');
  } finally {
    for (const [name, value] of kept) if (value !== undefined) process.env[name] = value;
  }
}

/**
 * Runs the monitor on a terminal until it ends, and gives the terminal back. Resolves with the exit code: the
 * session's after `quit`, 3 when the connection is lost, 128 plus the signal after SIGTERM and SIGHUP.
 */
export async function runTui(deps: TuiDeps): Promise<number> {
  if (process.env['TERM'] === 'dumb') {
    const { runPlainPrompt } = await import('./plain-prompt.ts');
    return runPlainPrompt(deps);
  }
  const { runInk } = await loadInk();
  return runInk(deps);
}
