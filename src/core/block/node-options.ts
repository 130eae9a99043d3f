import type { BlockdevDetectZeroesOptions } from '../../qapi/generated/types.ts';
import { ConfigError, type OptionValues } from '../config.ts';
import { parseSwitch, parseWord } from './option-values.ts';

const ENGINES = ['threads', 'native', 'io_uring'] as const;
const DISCARDS = ['ignore', 'off', 'unmap', 'on'] as const;
const DETECTIONS: readonly BlockdevDetectZeroesOptions[] = ['off', 'on', 'unmap'];
const LOCKINGS = ['auto', 'on', 'off'] as const;

/** Keys of `-drive` for the node on top. */
export const NODE_KEYS: readonly string[] = [
  'aio',
  'discard',
  'detect-zeroes',
  'copy-on-read',
  'force-share',
  'auto-read-only',
  'node-name',
];

/** Keys of `file.` that any driver takes. */
export const CHILD_KEYS: readonly string[] = [
  'driver',
  'filename',
  'node-name',
  'read-only',
  'auto-read-only',
  'force-share',
  'discard',
  'detect-zeroes',
  'cache.direct',
  'cache.no-flush',
];

/** What `-drive` says of a file of the host, `file.KEY`. */
export const FILE_KEYS: readonly string[] = ['locking', 'aio', 'aio-max-batch', 'drop-cache'];

/** What of the host's ways a file is opened with; the ways themselves are Node's. */
interface Access {
  readonly aio?: string | undefined;
  readonly locking?: string | undefined;
  readonly direct: boolean;
}

/** Refuses what a file cannot have. @returns why, if it cannot */
export function accessProblem({ aio, locking, direct }: Access): string | undefined {
  if (aio === 'native' && !direct) {
    return 'aio=native was specified, but it requires cache.direct=on, which was not specified.';
  }
  return locking === 'on' ? 'locking=on: there are no file locks here, only locking=auto and off' : undefined;
}

/** A node that others may use as they like is one that never writes. @returns what is wrong */
export function sharingProblem(forceShare: boolean, readOnly: boolean): string | undefined {
  return forceShare && !readOnly ? 'force-share=on can only be used with read-only images' : undefined;
}

/** What becomes of zeroes. @throws ConfigError for anything that is said of the node on top and cannot be */
export function parseNode(
  options: OptionValues,
  readOnly: boolean,
  direct: boolean,
): BlockdevDetectZeroesOptions {
  const { aio, discard = 'ignore', 'detect-zeroes': detection = 'off' } = options;
  parseSwitch('copy-on-read', options['copy-on-read'] ?? 'off'); // a raw image has nothing below it to copy
  parseSwitch('auto-read-only', options['auto-read-only'] ?? 'on'); // who cannot write is told either way
  if (aio !== undefined) parseWord(ENGINES, aio, 'invalid aio option');
  parseWord(DISCARDS, discard, 'Invalid discard option');
  const detect = parseWord(DETECTIONS, detection, `invalid parameter value: ${detection}`);
  refuse(sharingProblem(parseSwitch('force-share', options['force-share'] ?? 'off'), readOnly));
  refuse(accessProblem({ aio, direct }));
  return detect;
}

/** Reads what is said of the file below, without `file.` before the keys. @throws ConfigError */
export function checkFileOptions(options: OptionValues, readOnly: boolean, direct: boolean): void {
  const { aio, locking } = options;
  const switches = ['drop-cache', 'read-only', 'auto-read-only', 'force-share', 'cache.no-flush'];
  for (const name of [...switches, 'cache.direct']) {
    if (options[name] !== undefined) parseSwitch(name, options[name]);
  }
  if (aio !== undefined) parseWord(ENGINES, aio, `invalid parameter value: ${aio}`);
  if (locking !== undefined) parseWord(LOCKINGS, locking, `invalid parameter value: ${locking}`);
  refuse(sharingProblem(options['force-share'] === 'on', readOnly));
  const own = options['cache.direct'];
  refuse(accessProblem({ aio, locking, direct: own === undefined ? direct : own === 'on' }));
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new ConfigError(problem);
}
