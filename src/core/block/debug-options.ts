import { QmpError } from '../../qapi/errors.ts';
import type { BlkdebugInjectErrorOptions } from '../../qapi/generated/types.ts';
import type { OptionValues } from '../config.ts';
import { debugRule } from './debug-file.ts';

/** How an image with errors is named where a file is expected: `blkdebug:RULES:IMAGE`. */
export const DEBUG_PREFIX = 'blkdebug:';
const IMAGE_PREFIX = 'image.';
const RULE = /^inject-error\.(\d+)\.(.+)$/;
const MOST_ALIGNMENT = 2 ** 31 - 1;

/** The parts of `blkdebug:RULES:IMAGE`; the file of rules may be left out. @throws QmpError */
export function splitDebugName(name: string): { config?: string; image: string } {
  const [, config = '', image] = /^blkdebug:([^:]*):(.*)$/s.exec(name) ?? [];
  if (image === undefined) throw new QmpError('blkdebug requires both config file and image path');
  return { ...(config === '' ? {} : { config }), image };
}

/** What is said of a `blkdebug` node, apart from what is said of the image below it. */
export interface DebugOptions {
  readonly config?: string | undefined;
  readonly rules: readonly BlkdebugInjectErrorOptions[];
  /** Bytes that each request is rounded to; 0: it is left alone. */
  readonly align?: number;
}

/** Sorts the options of a `blkdebug` node: its errors, those of the image, the rest. @throws QmpError */
export function sortDebugOptions(own: OptionValues): {
  rules: BlkdebugInjectErrorOptions[];
  image: OptionValues;
  rest: OptionValues;
} {
  const rules = new Map<number, Record<string, string>>();
  const image: Record<string, string> = {};
  const rest: Record<string, string> = {};
  for (const [key, value] of Object.entries(own)) {
    const [, index, member] = RULE.exec(key) ?? [];
    if (member !== undefined) {
      const number = Number(index);
      rules.set(number, { ...rules.get(number), [member]: value });
    } else if (key.startsWith(IMAGE_PREFIX)) image[key.slice(IMAGE_PREFIX.length)] = value;
    else rest[key] = value;
  }
  const inOrder = [...rules].sort(([a], [b]) => a - b).map(([, rule]) => debugRule(rule));
  return { rules: inOrder, image, rest };
}

/** @throws QmpError for bytes that requests cannot be rounded to */
export function checkAlignment(align: number): void {
  const isPowerOfTwo = Number.isInteger(Math.log2(align));
  if (align === 0 || (align < MOST_ALIGNMENT && isPowerOfTwo)) return;
  throw new QmpError(`Cannot meet constraints with align ${align}`);
}
