/** A place in a schema file; line and column count from 1. */
export interface SourceLocation {
  file: string;
  line: number;
  column: number;
}

/** A schema is wrong. The message begins with `file:line:column:` and says what was expected. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
  readonly location: SourceLocation;
  /** The message without the place. */
  readonly reason: string;

  constructor(location: SourceLocation, reason: string) {
    super(`${location.file}:${location.line}:${location.column}: ${reason}`);
    this.location = location;
    this.reason = reason;
  }
}

/** An error in the usual form: what was due and what stands there instead. */
export function expected(location: SourceLocation, due: string, found: string): SchemaError {
  return new SchemaError(location, `expected ${due}, found ${found}`);
}
