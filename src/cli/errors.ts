import { QmpError } from '../qapi/errors.ts';

/** Exit codes of the program; scripts rely on them. */
export const EXIT = {
  ok: 0,
  /** A command failed, or the command line was wrong. */
  failed: 1,
  /** The VM or the connection to it was lost. */
  lost: 3,
  /** A wait timed out. */
  timedOut: 4,
} as const;

/** The command line is wrong; the message names what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode = EXIT.failed;
  /** Whether the message tells what part of the command line, or of which file, it is about. */
  readonly located: boolean;

  /** @param where the option with its argument, or file and line: stands before the message */
  constructor(message: string, where?: string) {
    super(where === undefined ? message : `${where}: ${message}`);
    this.located = where !== undefined;
  }
}

/** Runs a part of the parsing whose errors are about `where`. @throws UsageError */
export function locating<T>(where: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const known = (error instanceof UsageError && !error.located) || error instanceof QmpError;
    throw known ? new UsageError(error.message, where) : error;
  }
}
