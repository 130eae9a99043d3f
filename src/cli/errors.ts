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

/** The command line is wrong; the message names the option and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode = EXIT.failed;
}
