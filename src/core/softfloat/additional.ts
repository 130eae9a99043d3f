import type { Local, Value } from '../wasm/index.ts';
import { orderKey } from './compare.ts';
import {
  canonicalNan,
  DOUBLE,
  FLAG,
  type FloatBody,
  type Format,
  infinityBits,
  ROUND,
  type RoutineBuilder,
  signBit,
} from './format.ts';

/** What fli loads, by its index; the least normal number, infinity and the NaN depend on the format. */
const CONSTANTS: readonly (number | 'min' | 'nan')[] = [
  -1, 'min', 2 ** -16, 2 ** -15, 2 ** -8, 2 ** -7, 0.0625, 0.125, 0.25, 0.3125, 0.375, 0.4375, 0.5, 0.625,
  0.75, 0.875, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 8, 16, 128, 256, 2 ** 15, 2 ** 16, Infinity, 'nan',
]; // biome-ignore format: a table

function encodingOf(value: number | 'min' | 'nan', format: Format): bigint {
  if (value === 'nan') return canonicalNan(format);
  if (value === 'min') return 1n << BigInt(format.fractionBits);
  const view = new DataView(new ArrayBuffer(8));
  if (format.width === 64) view.setFloat64(0, value);
  else view.setFloat32(4, value);
  return view.getBigUint64(0);
}

/** constant.F(index): the number that fli loads. */
export function defineConstants(routines: RoutineBuilder, format: Format): void {
  routines.define(`constant.${format.suffix}`, ['i64'], 'i64', (f, [index]) => {
    CONSTANTS.forEach((value, position) => {
      const result = f.boxed(f.constant('i64', encodingOf(value, format)), format);
      f.if(index!.eq(position), () => f.return(result));
    });
    return f.nan(format);
  });
}

/** minm.F and maxm.F(a, b): IEEE 754-2019 minimum and maximum, where a NaN wins. */
export function defineNanExtremes(routines: RoutineBuilder, format: Format): void {
  for (const name of ['minm', 'maxm'] as const) {
    routines.define(`${name}.${format.suffix}`, ['i64', 'i64'], 'i64', (f, [left, right]) => {
      const a = f.unboxed(left!, format);
      const b = f.unboxed(right!, format);
      f.returnNan(format, a, b);
      const below = orderKey(a, format).lt(orderKey(b, format));
      const [lesser, greater] = [f.boxed(a, format), f.boxed(b, format)];
      return name === 'minm' ? lesser.when(below, greater) : greater.when(below, lesser);
    });
  }
}

/** leq.F and ltq.F(a, b) -> 1 or 0: order without invalid for quiet NaNs. */
export function defineQuietComparisons(routines: RoutineBuilder, format: Format): void {
  const kinds = [
    ['leq', (a: Value, b: Value) => a.le(b)],
    ['ltq', (a: Value, b: Value) => a.lt(b)],
  ] as const;
  for (const [name, compare] of kinds) {
    routines.define(`${name}.${format.suffix}`, ['i64', 'i64'], 'i64', (f, [left, right]) => {
      const a = f.unboxed(left!, format);
      const b = f.unboxed(right!, format);
      f.if(f.isSignalling(a, format).or(f.isSignalling(b, format)), () => f.raise(FLAG.invalid));
      // the host's comparison is false with a NaN
      return compare(f.native(a, format), f.native(b, format)).unsigned64();
    });
  }
}

/** integral.F and integralnx.F(a, rounding): the nearest integer in the format; the latter raises inexact. */
export function defineIntegral(routines: RoutineBuilder, format: Format): void {
  for (const name of ['integral', 'integralnx'] as const) {
    routines.define(`${name}.${format.suffix}`, ['i64', 'i32'], 'i64', (f, [operand, rounding]) => {
      const a = f.unboxed(operand!, format);
      f.returnNan(format, a);
      const exponent = f.i32(a.shr(format.fractionBits).low32().and(format.exponentMax));
      const whole = exponent.ge(format.bias + format.fractionBits);
      f.if(whole.or(f.isZero(a, format)), () => f.return(f.boxed(a, format)));
      const result = f.i64(a);
      f.if(
        exponent.lt(format.bias),
        () => roundFraction(f, format, { a, result, exponent, rounding: rounding! }),
        () => roundMixed(f, format, { a, result, exponent, rounding: rounding! }),
      );
      if (name === 'integralnx') f.if(result.ne(a), () => f.raise(FLAG.inexact));
      return f.boxed(result, format);
    });
  }
}

interface Rounding {
  readonly a: Local;
  readonly result: Local;
  readonly exponent: Local;
  readonly rounding: Local;
}

/** i32: the mode goes away from zero, toward the infinity on the number's side. */
function goesAway(f: FloatBody, format: Format, { a, rounding }: Rounding): Value {
  return rounding.eq(f.constant('i32', ROUND.up).sub(f.sign(a, format)));
}

/** Below one: zero or one with the number's sign. */
function roundFraction(f: FloatBody, format: Format, parts: Rounding): void {
  const { a, result, exponent, rounding } = parts;
  const half = BigInt(format.bias - 1) << BigInt(format.fractionBits);
  const one = BigInt(format.bias) << BigInt(format.fractionBits);
  const up = f.i32(goesAway(f, format, parts));
  f.if(rounding.isZero(), () => up.set(f.magnitude(a, format).gtU(half)));
  f.if(rounding.eq(ROUND.nearestMaxMagnitude), () => up.set(exponent.eq(format.bias - 1)));
  result.set(a.and(signBit(format)).or(f.constant('i64', one).when(up, 0n)));
}

/** From one on: the bits below the unit go; a carry out of the fraction is the next exponent, as it should be. */
function roundMixed(f: FloatBody, format: Format, parts: Rounding): void {
  const { result, exponent, rounding } = parts;
  const shift = f.constant('i32', format.bias + format.fractionBits).sub(exponent);
  const unit = f.i64(f.constant('i64', 1).shl(shift.unsigned64()));
  const below = f.i64(unit.sub(1));
  const nearest = rounding.isZero().or(rounding.eq(ROUND.nearestMaxMagnitude));
  f.if(nearest, () => result.set(result.add(unit.shr(1))));
  const tie = rounding.isZero().and(result.and(below).isZero());
  f.if(tie, () => result.set(result.and(unit.xor(-1n))));
  f.if(goesAway(f, format, parts), () => result.set(result.add(below)));
  result.set(result.and(below.xor(-1n)));
}

/** modular.d(a): toward zero, modulo 2^32, sign-extended; invalid where an int32 does not hold the number. */
export function defineModular(routines: RoutineBuilder): void {
  const { fractionBits, bias, exponentMax } = DOUBLE;
  routines.define('modular.d', ['i64'], 'i64', (f, [operand]) => {
    const a = f.i64(operand!);
    const exponent = f.i32(a.shr(fractionBits).low32().and(exponentMax));
    f.if(exponent.eq(exponentMax), () => {
      f.raise(FLAG.invalid);
      f.return(f.constant('i64', 0));
    });
    f.if(f.isZero(a, DOUBLE), () => f.return(f.constant('i64', 0)));
    f.if(exponent.lt(bias), () => {
      f.raise(FLAG.inexact);
      f.return(f.constant('i64', 0));
    });
    const sig = f.i64(a.and(infinityBits(DOUBLE) ^ (signBit(DOUBLE) - 1n)).or(1n << BigInt(fractionBits)));
    const magnitude = f.i64(0);
    const lost = f.i32(0);
    const shift = f.i32(exponent.sub(bias + fractionBits));
    f.if(
      shift.lt(0),
      () => {
        const down = f.constant('i32', 0).sub(shift).unsigned64();
        magnitude.set(sig.shr(down));
        lost.set(magnitude.shl(down).ne(sig));
      },
      () => f.if(shift.lt(32), () => magnitude.set(sig.shl(shift.unsigned64()))),
    );
    const limit = f.constant('i64', 2n ** 31n - 1n).add(f.sign(a, DOUBLE).unsigned64());
    const outside = exponent.ge(bias + 32).or(magnitude.gtU(limit));
    f.if(
      outside,
      () => f.raise(FLAG.invalid),
      () => f.if(lost, () => f.raise(FLAG.inexact)),
    );
    const value = f.i64(f.constant('i64', 0).sub(magnitude).when(f.sign(a, DOUBLE), magnitude));
    return value.low32().signed64();
  });
}
