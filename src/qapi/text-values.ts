import { QmpError } from './errors.ts';

const TRUE_WORDS = ['on', 'yes', 'true', 'y'];
const FALSE_WORDS = ['off', 'no', 'false', 'n'];
const SUFFIXES = 'bkmgtpe';

/** A boolean as options write it. @throws QmpError */
export function booleanOf(name: string, text: string): boolean {
  if (TRUE_WORDS.includes(text)) return true;
  if (FALSE_WORDS.includes(text)) return false;
  throw new QmpError(`Parameter '${name}' expects 'on' or 'off'`);
}

/** A whole number in decimal or hexadecimal; undefined for anything else. */
export function integerOf(text: string): bigint | undefined {
  return /^[-+]?(\d+|0x[0-9a-f]+)$/i.test(text)
    ? BigInt(text.replace(/^[-+]/, '')) * (text.startsWith('-') ? -1n : 1n)
    : undefined;
}

/** A size such as 512M, 1.5G or 4096 in bytes; undefined for anything else. */
export function sizeOf(text: string): bigint | undefined {
  const match = /^(0x[0-9a-f]+|\d{1,20}(?:\.\d{1,20})?)([bkmgtpe])?$/i.exec(text);
  if (!match) return undefined;
  const [, digits = '', suffix = 'b'] = match;
  const shift = 10 * SUFFIXES.indexOf(suffix.toLowerCase());
  const size = digits.includes('.')
    ? BigInt(Math.round(Number(digits) * 2 ** shift))
    : BigInt(digits) << BigInt(shift);
  return size < 1n << 64n ? size : undefined;
}
