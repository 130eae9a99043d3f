import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { systemErrorText } from '../host/system-error.ts';
import { mostSevere, runScript, type Script, type ScriptOptions, type Session } from '../monitor/index.ts';
import type { Invocation } from './invocation.ts';

/**
 * Runs what was given without a terminal: the `-c` commands, then the `-f` files, or else stdin.
 * Returns the exit code. Once the machine is `gone` no more lines are read. What was read of stdin is closed at the end:
 * it would keep the program alive.
 */
export async function runBatch(session: Session, invocation: Invocation, gone: AbortSignal): Promise<number> {
  let exitCode = 0;
  const options: ScriptOptions = {
    output: writeOut,
    error: text => void process.stderr.write(text),
    stopAtError: invocation.stopAtError,
    json: invocation.output === 'json',
  };
  const input = new StandardInput(gone);
  for (const script of scripts(invocation, input, gone)) {
    const status = await runOne(session, script, options);
    exitCode = mostSevere(exitCode, status);
    if (session.quitting || exitCode === 3 || (options.stopAtError && exitCode !== 0)) break;
  }
  input.close();
  return exitCode;
}

async function runOne(session: Session, script: Script, options: ScriptOptions): Promise<number> {
  try {
    return (await runScript(session, script, options)).exitCode;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    await options.error(`${script.name}: ${systemErrorText(error)}\n`);
    return 1;
  }
}

function* scripts(invocation: Invocation, stdin: StandardInput, gone: AbortSignal): Generator<Script> {
  if (invocation.commands.length === 0 && invocation.files.length === 0) {
    yield { lines: stdin.lines() };
    return;
  }
  if (invocation.commands.length > 0) yield { lines: invocation.commands };
  for (const file of invocation.files) {
    if (file === '-') yield { lines: stdin.lines() };
    else yield { lines: linesOf(createReadStream(file), gone), name: file };
  }
}

/** Opened only where it is read: a stream on it takes longer to make than most commands. */
class StandardInput {
  readonly #gone: AbortSignal;
  #opened = false;

  constructor(gone: AbortSignal) {
    this.#gone = gone;
  }

  lines(): AsyncGenerator<string> {
    this.#opened = true;
    return linesOf(process.stdin, this.#gone);
  }

  close(): void {
    if (this.#opened) process.stdin.destroy();
  }
}

async function* linesOf(input: Readable, gone: AbortSignal): AsyncGenerator<string> {
  // readline does not pass its input's error on: without this a missing file would end the program
  const failed = new Promise<never>((_, reject) => input.once('error', reject));
  failed.catch(() => {});
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  const end = new Promise<null>(resolve =>
    gone.addEventListener('abort', () => resolve(null), { once: true }),
  );
  while (!gone.aborted) {
    const next = await Promise.race([lines.next(), failed, end]);
    if (!next || next.done) return;
    yield next.value;
  }
}

/** Waits while whoever reads is slower than we are: a long dump must not pile up. */
async function writeOut(text: string): Promise<void> {
  if (!process.stdout.write(text)) await new Promise(resolve => process.stdout.once('drain', resolve));
}
