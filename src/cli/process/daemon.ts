import { spawn } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { EXIT } from '../errors.ts';

/** Set for the process that goes on in the background. */
const MARK = 'HMP_DAEMON';
const STDERR = 2;
const READY = '\0';

export function isDaemon(): boolean {
  return process.env[MARK] === '1';
}

/** Starts the program anew in the background. Resolves to the exit code when its machine is there, or cannot be had. */
export function daemonize(argv: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...argv], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, [MARK]: '1' },
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      process.stderr.write(text.replaceAll(READY, ''));
      if (!text.includes(READY)) return;
      child.unref();
      child.stderr.destroy();
      resolve(EXIT.ok);
    });
    child.on('close', code => resolve(code ?? EXIT.failed));
  });
}

/** Lets the process that started this one end, and what it was started from go. */
export function detach(): void {
  delete process.env[MARK];
  process.chdir('/');
  writeSync(STDERR, READY);
  closeSync(STDERR);
  openSync('/dev/null', 'r+'); // takes the number that is free
}
