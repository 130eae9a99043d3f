import type { HxLocation } from './model.ts';

/** A .hx file does not follow the grammar. The message starts with `file:line:column: `. */
export class HxSyntaxError extends Error {
  readonly location: HxLocation;
  /** the process exits with this when the error ends it */
  readonly exitCode = 1;

  constructor(location: HxLocation, problem: string) {
    super(`${location.file}:${location.line}:${location.column}: ${problem}`);
    this.name = 'HxSyntaxError';
    this.location = location;
  }
}
