import { ArgumentError } from './errors.ts';
import type { LineReader } from './line-reader.ts';

const INT64_MAX = (1n << 63n) - 1n;
const MEBIBYTE = 1n << 20n;
const SUFFIXES = 'bkmgtpe';

/**
 * Reads a size as args_type letter `o` means it: an integer, 0x hexadecimal or a decimal fraction, with suffix
 * b k M G T P E (powers of 1024, not behind hexadecimal), without one in MiB. Answers bytes. Throws ArgumentError('invalid size').
 */
export function readSize(line: LineReader): bigint {
  const digits = line.take(/0[xX][0-9a-fA-F]+|\d+(\.\d*)?|\.\d+/y);
  const isHex = /^0[xX]/.test(digits);
  const power = SUFFIXES.indexOf(line.peek().toLowerCase() || ' ');
  const hasExponent = digits.includes('.') && /^e[+-]?\d/i.test(line.text.slice(line.position));
  if ((isHex && power >= 0) || hasExponent) throw new ArgumentError('invalid size');
  if (power >= 0) line.position++;
  const unit = power >= 0 ? 1n << BigInt(10 * power) : MEBIBYTE;
  const [whole = '', fraction = ''] = isHex ? [digits] : digits.split('.');
  if (digits === '' || (unit === 1n && /[1-9]/.test(fraction))) throw new ArgumentError('invalid size');
  const scale = 10n ** BigInt(fraction.length);
  const bytes = BigInt(whole || '0') * unit + (BigInt(fraction || '0') * unit) / scale;
  if (bytes > INT64_MAX) throw new ArgumentError('invalid size');
  return bytes;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1e-3, us: 1e-6, ns: 1e-9 };

/** Reads a time in seconds, or with ms, us or ns behind the number. Answers seconds. Throws ArgumentError. */
export function readTime(line: LineReader): number {
  const digits = line.take(/[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|nan|inf(inity)?)/iy);
  if (digits === '') throw new ArgumentError('Number expected');
  const seconds = Number(digits);
  if (!Number.isFinite(seconds)) throw new ArgumentError('Bad number');
  const suffix = line.take(/[^ \t\n\v\f\r]*/y);
  const unit = suffix === '' ? 1 : UNITS[suffix];
  if (unit === undefined) throw new ArgumentError('Unknown unit suffix');
  return seconds * unit;
}
