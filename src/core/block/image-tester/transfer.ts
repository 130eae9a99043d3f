import type { Operation } from '../stats.ts';
import type { Call } from './command.ts';
import { reasonOf, TesterError } from './errors.ts';
import { machineReport, reportText } from './figures.ts';
import { hexDump } from './hex-dump.ts';
import { parsePattern } from './numbers.ts';

/** Bytes that can be shown: the machine stands still while their text is made. */
const MOST_SHOWN = 1n << 20n;
/** What is written where nobody says what. */
const FILLING = 0xcd;

export interface Range {
  readonly offset: bigint;
  readonly length: bigint;
}

/** Carries a request out. @param failing what its failure is called @throws TesterError @returns seconds that it took */
export async function timed(
  { around }: Call,
  failing: string,
  request: () => Promise<unknown>,
): Promise<number> {
  const began = around.now();
  try {
    await request();
  } catch (error) {
    throw new TesterError(`${failing} failed: ${reasonOf(error)}`);
  }
  return (around.now() - began) / 1e9;
}

/** The figures, as far as they are wanted: -q, -C. @param what e.g. `read` */
export function report({ options }: Call, what: string, range: Range, seconds: number): string {
  if (options.has('q')) return '';
  return options.has('C')
    ? machineReport({ what, ...range, seconds })
    : reportText({ what, ...range, seconds });
}

/** What was read, if somebody wants to see it. @throws TesterError if it is too much */
export function dump({ options }: Call, bytes: Uint8Array, offset: bigint): string {
  return options.has('v') && !options.has('q') ? hexDump(bytes, offset) : '';
}

/** @throws TesterError */
export function checkDump({ options }: Call, length: bigint): void {
  if (options.has('v') && !options.has('q') && length > MOST_SHOWN) {
    throw new TesterError(`no more than ${MOST_SHOWN} bytes can be shown at once`);
  }
}

/** The byte of -P. @throws TesterError */
export function patternOf({ options }: Call): number | undefined {
  const text = options.value('P');
  return text === undefined ? undefined : parsePattern(text);
}

/** What bytes that are not all of the pattern are said to be, or ''. @param offset of the first in the image */
export function verify(bytes: Uint8Array, pattern: number | undefined, offset: bigint): string {
  if (pattern === undefined || isFilledWith(bytes, pattern)) return '';
  return `Pattern verification failed at offset ${offset}, ${bytes.length} bytes\n`;
}

/** In a loop, which is several times as fast as `every`. */
function isFilledWith(bytes: Uint8Array, pattern: number): boolean {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== pattern) return false;
  return true;
}

/** @throws RangeError where there is no room for it */
export function filled(length: bigint, pattern = FILLING): Uint8Array {
  return new Uint8Array(Number(length)).fill(pattern);
}

/** Counts a request of a drive. @throws what it throws */
export async function counted(
  { image }: Call,
  operation: Operation,
  length: bigint,
  request: () => Promise<void>,
): Promise<void> {
  if (image.drive) await image.drive.stats.count(operation, Number(length), request);
  else await request();
}
