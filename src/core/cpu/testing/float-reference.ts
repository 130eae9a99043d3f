/**
 * Floating-point arithmetic with exact rationals, as the specifications word it and with no
 * thought of speed: what the tests compare the generated routines with.
 */

export interface FloatFormat {
  readonly width: 32 | 64;
  readonly fractionBits: bigint;
  readonly bias: bigint;
}

export const SINGLE: FloatFormat = { width: 32, fractionBits: 23n, bias: 127n };
export const DOUBLE: FloatFormat = { width: 64, fractionBits: 52n, bias: 1023n };

const INEXACT = 1;
const UNDERFLOW = 2;
const OVERFLOW = 4;
const DIVIDE_BY_ZERO = 8;
const INVALID = 16;

/** A result's encoding (or integer) and the flags that it raises. */
export interface Outcome {
  readonly bits: bigint;
  readonly flags: number;
}

/** numerator / denominator; the denominator is positive. */
interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

interface Decoded {
  readonly kind: 'finite' | 'infinite' | 'quiet' | 'signalling';
  readonly negative: boolean;
  readonly value: Rational;
}

const bitLength = (value: bigint) => value.toString(2).length;
const magnitude = (value: bigint) => (value < 0n ? -value : value);
const power = (exponent: bigint): Rational =>
  exponent >= 0n ? { n: 1n << exponent, d: 1n } : { n: 1n, d: 1n << -exponent };
const product = (a: Rational, b: Rational): Rational => ({ n: a.n * b.n, d: a.d * b.d });
const sum = (a: Rational, b: Rational): Rational => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d });

export function decodeFloat(bits: bigint, { width, fractionBits, bias }: FloatFormat): Decoded {
  const negative = bits >> BigInt(width - 1) === 1n;
  const unit = 1n << fractionBits;
  const fraction = bits & (unit - 1n);
  const exponent = (bits >> fractionBits) & (2n * bias + 1n);
  const special = exponent === 2n * bias + 1n;
  if (special && fraction === 0n) return { kind: 'infinite', negative, value: { n: 0n, d: 1n } };
  if (special) {
    const kind = fraction >= unit / 2n ? 'quiet' : 'signalling';
    return { kind, negative, value: { n: 0n, d: 1n } };
  }
  const significand = exponent === 0n ? fraction : fraction + unit;
  const scale = power((exponent === 0n ? 1n : exponent) - bias - fractionBits);
  const value = product({ n: negative ? -significand : significand, d: 1n }, scale);
  return { kind: 'finite', negative, value };
}

export const canonicalNan = ({ fractionBits, bias }: FloatFormat) =>
  ((2n * bias + 1n) << fractionBits) | (1n << (fractionBits - 1n));
const infinity = (negative: boolean, { width, fractionBits, bias }: FloatFormat) =>
  (BigInt(negative) << BigInt(width - 1)) | ((2n * bias + 1n) << fractionBits);
const zero = (negative: boolean, { width }: FloatFormat) => BigInt(negative) << BigInt(width - 1);

/** Rounds n / d (not negative) to an integer; `negative` is the sign of what it stands for. */
function toInteger({ n, d }: Rational, mode: number, negative: boolean): bigint {
  const floor = n / d;
  const rest = n % d;
  const half = 2n * rest - d; // above, at or below
  const up = [
    half > 0n || (half === 0n && floor % 2n === 1n),
    false,
    negative && rest > 0n,
    !negative && rest > 0n,
    half >= 0n,
  ][mode];
  return up ? floor + 1n : floor;
}

/** Rounds to `precision` bits at the exponent of `value`, or at `least` when that is greater. */
function quantise(value: Rational, precision: bigint, least: bigint, mode: number, negative: boolean) {
  let exponent = BigInt(bitLength(value.n) - bitLength(value.d));
  const unit = power(exponent);
  if (value.n * unit.d < unit.n * value.d) exponent--;
  const quantum = (exponent > least ? exponent : least) - precision + 1n;
  const scaled = product(value, power(-quantum));
  const significand = toInteger(scaled, mode, negative);
  return { significand, quantum, exact: significand * scaled.d === scaled.n };
}

/** Rounds a rational that is not zero to the format. */
export function roundFloat(exact: Rational, format: FloatFormat, mode: number): Outcome {
  const { width, fractionBits, bias } = format;
  const negative = exact.n < 0n;
  const value = { n: magnitude(exact.n), d: exact.d };
  const precision = fractionBits + 1n;
  const least = 1n - bias;
  const { significand, quantum, exact: isExact } = quantise(value, precision, least, mode, negative);
  const free = quantise(value, precision, -100_000n, mode, negative);
  const tiny = free.quantum + BigInt(bitLength(free.significand)) - 1n < least;
  const carries = significand === 1n << precision;
  const top = quantum + precision - 1n + (carries ? 1n : 0n);
  const sign = zero(negative, format);
  if (significand >= 1n << fractionBits && top > bias) {
    const away = mode === 0 || mode === 4 || mode === (negative ? 2 : 3);
    return { bits: infinity(negative, format) - (away ? 0n : 1n), flags: OVERFLOW | INEXACT };
  }
  const flags = isExact ? 0 : INEXACT | (tiny ? UNDERFLOW : 0);
  if (significand < 1n << fractionBits) return { bits: sign | significand, flags };
  const fraction = (carries ? significand / 2n : significand) - (1n << fractionBits);
  return { bits: BigInt.asUintN(width, sign | ((top + bias) << fractionBits) | fraction), flags };
}

function nanOutcome(format: FloatFormat, operands: readonly Decoded[]): Outcome | undefined {
  if (operands.every(({ kind }) => kind === 'finite' || kind === 'infinite')) return undefined;
  const signalling = operands.some(({ kind }) => kind === 'signalling');
  return { bits: canonicalNan(format), flags: signalling ? INVALID : 0 };
}

const invalid = (format: FloatFormat): Outcome => ({ bits: canonicalNan(format), flags: INVALID });
const exactly = (bits: bigint): Outcome => ({ bits, flags: 0 });
const isZero = ({ kind, value }: Decoded) => kind === 'finite' && value.n === 0n;
const isInfinite = ({ kind }: Decoded) => kind === 'infinite';

export function fma(a: bigint, b: bigint, c: bigint, format: FloatFormat, mode: number): Outcome {
  const [x, y, z] = [decodeFloat(a, format), decodeFloat(b, format), decodeFloat(c, format)] as const;
  if ((isZero(x) && isInfinite(y)) || (isInfinite(x) && isZero(y))) return invalid(format);
  const nan = nanOutcome(format, [x, y, z]);
  if (nan) return nan;
  const negative = x.negative !== y.negative;
  if (isInfinite(x) || isInfinite(y)) {
    if (isInfinite(z) && z.negative !== negative) return invalid(format);
    return exactly(infinity(negative, format));
  }
  if (isInfinite(z)) return exactly(c);
  const total = sum(product(x.value, y.value), z.value);
  if (total.n !== 0n) return roundFloat(total, format, mode);
  return exactly(zero(negative === z.negative ? negative : mode === 2, format));
}

export function add(a: bigint, b: bigint, format: FloatFormat, mode: number): Outcome {
  const [x, y] = [decodeFloat(a, format), decodeFloat(b, format)];
  const nan = nanOutcome(format, [x, y]);
  if (nan) return nan;
  if (isInfinite(x) && isInfinite(y) && x.negative !== y.negative) return invalid(format);
  if (isInfinite(x)) return exactly(a);
  if (isInfinite(y)) return exactly(b);
  const total = sum(x.value, y.value);
  if (total.n !== 0n) return roundFloat(total, format, mode);
  return exactly(zero(x.negative === y.negative ? x.negative : mode === 2, format));
}

export function multiply(a: bigint, b: bigint, format: FloatFormat, mode: number): Outcome {
  const [x, y] = [decodeFloat(a, format), decodeFloat(b, format)];
  const nan = nanOutcome(format, [x, y]);
  if (nan) return nan;
  const negative = x.negative !== y.negative;
  if ((isZero(x) && isInfinite(y)) || (isInfinite(x) && isZero(y))) return invalid(format);
  if (isInfinite(x) || isInfinite(y)) return exactly(infinity(negative, format));
  if (isZero(x) || isZero(y)) return exactly(zero(negative, format));
  return roundFloat(product(x.value, y.value), format, mode);
}

export function divide(a: bigint, b: bigint, format: FloatFormat, mode: number): Outcome {
  const [x, y] = [decodeFloat(a, format), decodeFloat(b, format)];
  const nan = nanOutcome(format, [x, y]);
  if (nan) return nan;
  const negative = x.negative !== y.negative;
  if ((isInfinite(x) && isInfinite(y)) || (isZero(x) && isZero(y))) return invalid(format);
  if (isInfinite(x)) return exactly(infinity(negative, format));
  if (isInfinite(y) || isZero(x)) return exactly(zero(negative, format));
  if (isZero(y)) return { bits: infinity(negative, format), flags: DIVIDE_BY_ZERO };
  const n = x.value.n * y.value.d;
  const d = x.value.d * y.value.n;
  return roundFloat({ n: d < 0n ? -n : n, d: magnitude(d) }, format, mode);
}

function integerRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(bitLength(value) / 2));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}

export function squareRoot(a: bigint, format: FloatFormat, mode: number): Outcome {
  const x = decodeFloat(a, format);
  const nan = nanOutcome(format, [x]);
  if (nan) return nan;
  if (isZero(x)) return exactly(a);
  if (x.negative) return invalid(format);
  if (isInfinite(x)) return exactly(a);
  // sqrt(n / d) = sqrt(n * d) / d, to so many bits that a trailing one stands for what is cut off
  const scale = 400n;
  const radicand = (x.value.n * x.value.d) << (2n * scale);
  const root = integerRoot(radicand);
  const sticky = root * root === radicand ? 0n : 1n;
  return roundFloat({ n: 2n * root + sticky, d: x.value.d << (scale + 1n) }, format, mode);
}

/** Conversion to an integer between `least` and `most`; bits is the integer. */
export function toInt(
  a: bigint,
  format: FloatFormat,
  mode: number,
  range: { least: bigint; most: bigint },
): Outcome {
  const x = decodeFloat(a, format);
  const { least, most } = range;
  if (x.kind !== 'finite') {
    const low = x.kind === 'infinite' && x.negative;
    return { bits: low ? least : most, flags: INVALID };
  }
  const value = { n: magnitude(x.value.n), d: x.value.d };
  const size = toInteger(value, mode, x.negative);
  const rounded = x.negative ? -size : size;
  if (rounded < least || rounded > most) return { bits: x.negative ? least : most, flags: INVALID };
  return { bits: rounded, flags: size * value.d === value.n ? 0 : INEXACT };
}

export function fromInt(value: bigint, format: FloatFormat, mode: number): Outcome {
  return value === 0n ? exactly(0n) : roundFloat({ n: value, d: 1n }, format, mode);
}

export function convert(a: bigint, from: FloatFormat, to: FloatFormat, mode: number): Outcome {
  const x = decodeFloat(a, from);
  const nan = nanOutcome(to, [x]);
  if (nan) return nan;
  if (isInfinite(x)) return exactly(infinity(x.negative, to));
  if (isZero(x)) return exactly(zero(x.negative, to));
  return roundFloat(x.value, to, mode);
}

/** -1, 0 or 1 by the order of numbers; infinities beyond all. Undefined with a NaN. */
function order(x: Decoded, y: Decoded): number | undefined {
  if ([x, y].some(({ kind }) => kind === 'quiet' || kind === 'signalling')) return undefined;
  const rank = (z: Decoded) => (isInfinite(z) ? (z.negative ? -1 : 1) : 0);
  if (rank(x) !== 0 || rank(y) !== 0) return Math.sign(rank(x) - rank(y));
  const difference = x.value.n * y.value.d - y.value.n * x.value.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function compare(a: bigint, b: bigint, format: FloatFormat, kind: 'eq' | 'lt' | 'le'): Outcome {
  const [x, y] = [decodeFloat(a, format), decodeFloat(b, format)];
  const relation = order(x, y);
  if (relation === undefined) {
    const signalling = x.kind === 'signalling' || y.kind === 'signalling';
    return { bits: 0n, flags: kind !== 'eq' || signalling ? INVALID : 0 };
  }
  const holds = kind === 'eq' ? relation === 0 : kind === 'lt' ? relation < 0 : relation <= 0;
  return exactly(BigInt(holds));
}

export function extreme(a: bigint, b: bigint, format: FloatFormat, kind: 'min' | 'max'): Outcome {
  const [x, y] = [decodeFloat(a, format), decodeFloat(b, format)];
  const flags = x.kind === 'signalling' || y.kind === 'signalling' ? INVALID : 0;
  const isNan = ({ kind }: Decoded) => kind === 'quiet' || kind === 'signalling';
  if (isNan(x)) return { bits: isNan(y) ? canonicalNan(format) : b, flags };
  if (isNan(y)) return { bits: a, flags };
  const relation = order(x, y) || Number(y.negative) - Number(x.negative);
  return { bits: relation < 0 === (kind === 'min') ? a : b, flags };
}

export function classify(a: bigint, format: FloatFormat): bigint {
  const { kind, negative, value } = decodeFloat(a, format);
  if (kind === 'signalling') return 1n << 8n;
  if (kind === 'quiet') return 1n << 9n;
  const unit = power(1n - format.bias);
  const normal = magnitude(value.n) * unit.d >= unit.n * value.d;
  const size = kind === 'infinite' ? 3n : value.n === 0n ? 0n : normal ? 2n : 1n;
  return 1n << (negative ? 3n - size : 4n + size);
}
