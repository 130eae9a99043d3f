import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built program; `npm test` builds it first. */
export const PROGRAM = fileURLToPath(new URL('../../dist/hmp.js', import.meta.url));

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
}

export interface RunOptions {
  /** What is piped to stdin; nothing if left out. */
  readonly input?: string;
  /** Leaves stdin open behind the input: the program has to end by itself. */
  readonly keepOpen?: boolean;
  readonly cwd?: string;
  readonly env?: Record<string, string>;
}

/** Longest run, milliseconds: what hangs is ended by a signal, and shows as such. */
const PATIENCE = 25_000;

/** Runs the program to its end, as a script would. */
export function hmp(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: PATIENCE,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', code => resolve({ stdout, stderr, code }));
    child.stdin.on('error', () => {}); // the program may end before it read everything
    child.stdin.write(options.input ?? '');
    if (options.keepOpen !== true) child.stdin.end();
  });
}
