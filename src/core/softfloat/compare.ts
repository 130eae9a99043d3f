import type { Value } from '../wasm/index.ts';
import { FLAG, type Format, infinityBits, quietBit, type RoutineBuilder, signBit } from './format.ts';

/** eq.F, lt.F and le.F(a, b) -> 1 or 0. Equality is quiet, order is signalling. */
export function defineComparisons(routines: RoutineBuilder, format: Format): void {
  const kinds = [
    ['eq', (a: Value, b: Value) => a.eq(b)],
    ['lt', (a: Value, b: Value) => a.lt(b)],
    ['le', (a: Value, b: Value) => a.le(b)],
  ] as const;
  for (const [name, compare] of kinds) {
    routines.define(`${name}.${format.suffix}`, ['i64', 'i64'], 'i64', (f, [left, right]) => {
      const a = f.unboxed(left!, format);
      const b = f.unboxed(right!, format);
      f.if(f.isNan(a, format).or(f.isNan(b, format)), () => {
        const signalling = f.isSignalling(a, format).or(f.isSignalling(b, format));
        f.if(name === 'eq' ? signalling : f.constant('i32', 1), () => f.raise(FLAG.invalid));
        f.return(f.constant('i64', 0));
      });
      return compare(f.native(a, format), f.native(b, format)).unsigned64();
    });
  }
}

/** min.F and max.F(a, b): IEEE 754-2019 minimumNumber and maximumNumber, with -0 below +0. */
export function defineExtremes(routines: RoutineBuilder, format: Format): void {
  for (const name of ['min', 'max'] as const) {
    routines.define(`${name}.${format.suffix}`, ['i64', 'i64'], 'i64', (f, [left, right]) => {
      const a = f.unboxed(left!, format);
      const b = f.unboxed(right!, format);
      f.if(f.isSignalling(a, format).or(f.isSignalling(b, format)), () => f.raise(FLAG.invalid));
      f.if(f.isNan(a, format), () => f.return(f.nan(format).when(f.isNan(b, format), f.boxed(b, format))));
      f.if(f.isNan(b, format), () => f.return(f.boxed(a, format)));
      const below = orderKey(a, format).lt(orderKey(b, format));
      const [lesser, greater] = [f.boxed(a, format), f.boxed(b, format)];
      return name === 'min' ? lesser.when(below, greater) : greater.when(below, lesser);
    });
  }
}

/** An i64 that orders as the numbers do, -0 below +0: negative ones have their magnitude inverted. */
export function orderKey(bits: Value, format: Format): Value {
  const wide = bits.shl(64 - format.width);
  return wide.xor(wide.sar(63).and(signBit({ ...format, width: 64 }) - 1n));
}

/** class.F(a): the ten-bit mask of fclass. */
export function defineClassify(routines: RoutineBuilder, format: Format): void {
  routines.define(`class.${format.suffix}`, ['i64'], 'i64', (f, [operand]) => {
    const a = f.unboxed(operand!, format);
    const magnitude = f.i64(f.magnitude(a, format));
    const negative = f.i32(f.sign(a, format));
    f.if(magnitude.gtU(infinityBits(format)), () => {
      const quiet = f.constant('i64', 1 << 9);
      f.return(quiet.when(a.and(quietBit(format)).ne(0), 1n << 8n));
    });
    // bits 0..3 go from -infinity up to -0, bits 4..7 from +0 up to +infinity
    const size = f.i32(0);
    for (const least of [1n, 1n << BigInt(format.fractionBits), infinityBits(format)]) {
      size.set(size.add(magnitude.geU(least)));
    }
    const index = f.constant('i32', 3).sub(size).when(negative, size.add(4));
    return f.constant('i64', 1).shl(index.unsigned64());
  });
}

/** sgnj.F, sgnjn.F and sgnjx.F(a, b): the magnitude of a with a sign made from both. */
export function defineSignInjection(routines: RoutineBuilder, format: Format): void {
  const kinds = [
    ['sgnj', (_: Value, b: Value) => b],
    ['sgnjn', (_: Value, b: Value) => b.xor(-1n)],
    ['sgnjx', (a: Value, b: Value) => a.xor(b)],
  ] as const;
  for (const [name, combine] of kinds) {
    routines.define(`${name}.${format.suffix}`, ['i64', 'i64'], 'i64', (f, [left, right]) => {
      const a = f.unboxed(left!, format);
      const b = f.unboxed(right!, format);
      return f.boxed(f.magnitude(a, format).or(combine(a, b).and(signBit(format))), format);
    });
  }
}
