import { type Outcome, outcomeToJson } from './outcome.ts';
import type { Session } from './session.ts';

/** Lines of a script and the name that its errors give: a file's name, or undefined for none. */
export interface Script {
  lines: AsyncIterable<string> | Iterable<string>;
  name?: string;
}

export interface ScriptOptions {
  /** receives what commands print */
  output: (text: string) => void | Promise<void>;
  /** receives messages of failed commands, with `name:line: ` before them */
  error: (text: string) => void | Promise<void>;
  /** ends at the first failure; otherwise goes on, and the status tells at the end */
  stopAtError?: boolean;
  /** prints one line of JSON a command, failures included */
  json?: boolean;
  signal?: AbortSignal;
}

export interface ScriptStatus {
  /** 0 when every command went well, otherwise that of the failure that weighs most */
  exitCode: number;
  commands: number;
  failures: number;
}

const LOST = 3;

function isComment(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

async function report(outcome: Outcome, where: string, options: ScriptOptions): Promise<void> {
  if (options.json) await options.output(outcomeToJson(outcome));
  else if (outcome.ok && outcome.text !== '') await options.output(outcome.text);
  if (!outcome.ok && outcome.text !== '') await options.error(`${where}${outcome.text}`);
}

/**
 * Runs a script line by line: blank lines and those that start with `#` are skipped. Ends at the end of the
 * lines, when a command quits, when the VM is lost, when the signal comes, or at a failure if so told.
 */
export async function runScript(
  session: Session,
  script: Script,
  options: ScriptOptions,
): Promise<ScriptStatus> {
  const status: ScriptStatus = { exitCode: 0, commands: 0, failures: 0 };
  let number = 0;
  for await (const line of script.lines) {
    number++;
    if (isComment(line)) continue;
    // JSON is one line a command: it needs the whole answer
    const sink = options.json ? {} : { output: options.output };
    const outcome = await session.run(line, options.signal, sink);
    status.commands++;
    await report(outcome, script.name === undefined ? '' : `${script.name}:${number}: `, options);
    if (!outcome.ok) {
      status.failures++;
      status.exitCode = mostSevere(status.exitCode, outcome.exitCode);
      if (options.stopAtError || outcome.cancelled || outcome.exitCode === LOST) break;
    }
    if (session.quitting) break;
  }
  return status;
}

/** The lost VM (3) outweighs a wait that timed out (4), and that a failed command (1). */
export function mostSevere(first: number, second: number): number {
  if (first === LOST || second === LOST) return LOST;
  return Math.max(first, second);
}
