/** A command failed: its text is the answer, as it is. */
export class TesterError extends Error {
  override readonly name = 'TesterError';
}

/** A command was used wrongly: its syntax is shown, behind the text if there is one. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Why a request failed, in the words of the system. */
export function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return 'Cannot allocate memory';
  const { code, message } = error as Error & { code?: string };
  const isSystems = code !== undefined || /^E[A-Z]+: /.test(message);
  if (!isSystems) return message;
  return `${code ?? message}`.startsWith('ENOSPC') ? 'No space left on device' : 'Input/output error';
}
