import { TesterError } from './errors.ts';

const INT64_MAX = (1n << 63n) - 1n;
const UNITS = 'bkmgtpe';
const SIZE = /^\+?(?:(0x[0-9a-f]+)|(?=\.?\d)(\d*)(?:\.(\d*))?([bkmgtpe])?)$/i;
const INTEGER = /^([+-]?)(0x[0-9a-f]+|\d+)$/i;
/** Bytes of the largest request: whole sectors, below 2 GiB. */
export const MOST_BYTES = 2_147_483_136n;

/** Bytes: decimal, with a fraction and a unit (powers of 1024) if wanted, or hexadecimal. @throws TesterError */
export function parseSize(text: string): bigint {
  const [, hex, whole = '', fraction = '', unit = 'b'] = SIZE.exec(text) ?? [];
  if (hex === undefined && whole === '' && fraction === '') throw notANumber(text);
  const shift = 10n * BigInt(UNITS.indexOf(unit.toLowerCase()));
  if (shift === 0n && /[1-9]/.test(fraction)) throw notANumber(text); // a part of a byte
  const part = (BigInt(fraction || '0') << shift) / 10n ** BigInt(fraction.length);
  const size = hex === undefined ? (BigInt(whole || '0') << shift) + part : BigInt(hex);
  if (size > INT64_MAX) throw new TesterError(`Parsing error: argument too large -- ${text}`);
  return size;
}

function notANumber(text: string): TesterError {
  return new TesterError(`Parsing error: non-numeric argument, or extraneous/unrecognized suffix -- ${text}`);
}

/** Of one request that must not be larger than a request can be. @throws TesterError */
export function parseLength(text: string, otherwise = ''): bigint {
  const length = parseSize(text);
  if (length <= MOST_BYTES) return length;
  throw new TesterError(`length cannot exceed ${MOST_BYTES}${otherwise}, given ${text}`);
}

/** Bytes of all pieces of a request. @throws TesterError */
export function parseLengths(texts: readonly string[]): bigint {
  let total = 0n;
  for (const text of texts) {
    const length = parseSize(text);
    if (length > MOST_BYTES) {
      throw new TesterError(`Argument '${text}' exceeds maximum size ${MOST_BYTES}`);
    }
    total += length;
    if (total > MOST_BYTES) {
      throw new TesterError(`The total number of bytes exceed the maximum size ${MOST_BYTES}`);
    }
  }
  return total;
}

/** The byte that a buffer is filled or compared with. @throws TesterError */
export function parsePattern(text: string): number {
  const value = integerOf(text);
  if (value === undefined || value < 0n || value > 255n) {
    throw new TesterError(`${text} is not a valid pattern byte`);
  }
  return Number(value);
}

/** @throws TesterError unless a timer can wait that long */
export function parseMilliseconds(text: string): number {
  const value = integerOf(text);
  if (value === undefined || value < 0n || value >= 1n << 31n) {
    throw new TesterError(`${text} is not a valid number`);
  }
  return Number(value);
}

/** As C writes them: a leading zero means octal. */
function integerOf(text: string): bigint | undefined {
  const [, sign, digits = ''] = INTEGER.exec(text) ?? [];
  const isOctal = /^0\d/.test(digits);
  if (digits === '' || (isOctal && /[89]/.test(digits))) return undefined;
  const value = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
  return sign === '-' ? -value : value;
}
