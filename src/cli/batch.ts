import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { mostSevere, runScript, type Script, type ScriptOptions, type Session } from '../monitor/index.ts';
import type { Invocation } from './invocation.ts';

/**
 * Runs what was given without a terminal: the `-c` commands, then the `-f` files, or else stdin.
 * Returns the exit code.
 */
export async function runBatch(
  session: Session,
  invocation: Invocation,
  stdin: Readable,
  options: ScriptOptions,
): Promise<number> {
  let exitCode = 0;
  for (const script of scripts(invocation, stdin)) {
    const status = await runOne(session, script, options);
    exitCode = mostSevere(exitCode, status);
    if (session.quitting || exitCode === 3 || (options.stopAtError && exitCode !== 0)) break;
  }
  return exitCode;
}

async function runOne(session: Session, script: Script, options: ScriptOptions): Promise<number> {
  try {
    return (await runScript(session, script, options)).exitCode;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    await options.error(`${script.name}: ${code === 'ENOENT' ? 'No such file or directory' : message}\n`);
    return 1;
  }
}

function* scripts(invocation: Invocation, stdin: Readable): Generator<Script> {
  if (invocation.commands.length === 0 && invocation.files.length === 0) {
    yield { lines: linesOf(stdin) };
    return;
  }
  if (invocation.commands.length > 0) yield { lines: invocation.commands };
  for (const file of invocation.files) {
    if (file === '-') yield { lines: linesOf(stdin) };
    else yield { lines: linesOf(createReadStream(file)), name: file };
  }
}

async function* linesOf(input: Readable): AsyncGenerator<string> {
  // readline does not pass its input's error on: without this a missing file would end the program
  const failed = new Promise<never>((_, reject) => input.once('error', reject));
  failed.catch(() => {});
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([lines.next(), failed]);
    if (next.done) return;
    yield next.value;
  }
}
