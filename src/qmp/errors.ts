/** The connection ended before the reply came. Ends the program with exit code 3. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
  readonly exitCode = 3;

  constructor(why = 'the connection to the machine was lost', options?: ErrorOptions) {
    super(why, options);
  }
}

/** No QMP server could be reached. Ends the program with exit code 3. */
export class AttachError extends Error {
  override readonly name = 'AttachError';
  readonly exitCode = 3;
}

/** What was waited for did not come in time. Ends the program with exit code 4. */
export class WaitTimeoutError extends Error {
  override readonly name = 'WaitTimeoutError';
  readonly exitCode = 4;

  /** `what` completes "timed out after N ms waiting for ...". */
  constructor(what: string, timeoutMs: number) {
    super(`timed out after ${timeoutMs} ms waiting for ${what}`);
  }
}
