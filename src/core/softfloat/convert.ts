import {
  DOUBLE,
  FLAG,
  type FloatBody,
  type Format,
  LEADING_BIT,
  ROUND,
  type RoutineBuilder,
  SINGLE,
  type Unpacked,
} from './format.ts';

/**
 * toint.F(a, rounding, least, most): an integer of magnitude `least` at most when negative and
 * `most` when not (both unsigned). Out of range and NaN: invalid, and the nearest end; NaN counts as positive.
 */
export function defineToInteger(routines: RoutineBuilder, format: Format): void {
  const parameters = ['i64', 'i32', 'i64', 'i64'] as const;
  routines.define(`toint.${format.suffix}`, parameters, 'i64', (f, [operand, rounding, least, most]) => {
    const a = f.unboxed(operand!, format);
    f.if(f.isNan(a, format), () => {
      f.raise(FLAG.invalid);
      f.return(most!);
    });
    const x = f.unpack(a, format);
    const limit = f.i64(least!.when(x.sign, most!));
    const outOfRange = () => {
      f.raise(FLAG.invalid);
      f.return(f.constant('i64', 0).sub(limit).when(x.sign, limit));
    };
    f.if(x.exponent.gt(format.bias + 63), outOfRange);
    const { magnitude, fraction } = emitParts(f, x, format);
    const half = 1n << 63n;
    const increment = f.i32(fraction.geU(half));
    f.if(rounding!.isZero(), () => {
      increment.set(increment.and(fraction.ne(half).or(magnitude.low32().and(1))));
    });
    f.if(rounding!.and(3), () => {
      const away = rounding!.eq(f.constant('i32', ROUND.up).sub(x.sign));
      increment.set(away.and(fraction.ne(0)));
    });
    magnitude.set(magnitude.add(increment.unsigned64()));
    f.if(magnitude.gtU(limit), outOfRange);
    f.if(fraction.ne(0), () => f.raise(FLAG.inexact));
    return f.constant('i64', 0).sub(magnitude).when(x.sign, magnitude);
  });
}

/** The whole part of a number below 2^64, and what is behind the point in units of 2^-64. */
function emitParts(f: FloatBody, { exponent, sig }: Unpacked, { bias }: Format) {
  const magnitude = f.i64(sig.shl(1));
  const fraction = f.i64(0);
  const shift = f.i32(f.constant('i32', bias + LEADING_BIT).sub(exponent));
  f.if(shift.ge(0), () => {
    f.if(
      shift.ge(64),
      () => {
        magnitude.set(0);
        fraction.set(sig.ne(0).unsigned64());
      },
      () => {
        magnitude.set(sig.shr(shift.unsigned64()));
        const back = f.constant('i32', 64).sub(shift).unsigned64();
        f.if(shift, () => fraction.set(sig.shl(back)));
      },
    );
  });
  return { magnitude, fraction };
}

/** fromsigned.F and fromunsigned.F(value, rounding). */
export function defineFromInteger(routines: RoutineBuilder, format: Format): void {
  for (const name of ['fromsigned', 'fromunsigned'] as const) {
    routines.define(`${name}.${format.suffix}`, ['i64', 'i32'], 'i64', (f, [value, rounding]) => {
      const magnitude = f.i64(value!);
      const sign = f.i32(0);
      if (name === 'fromsigned') {
        sign.set(magnitude.lt(0n));
        f.if(sign, () => magnitude.set(f.constant('i64', 0).sub(magnitude)));
      }
      f.if(magnitude.isZero(), () => f.return(f.boxed(magnitude, format)));
      const exponent = f.i32(format.bias + LEADING_BIT);
      f.if(
        magnitude.lt(0n),
        () => {
          exponent.set(exponent.add(1));
          magnitude.set(magnitude.shr(1).or(magnitude.and(1)));
        },
        () => {
          const shift = f.i32(
            magnitude
              .clz()
              .low32()
              .sub(63 - LEADING_BIT),
          );
          magnitude.set(magnitude.shl(shift.unsigned64()));
          exponent.set(exponent.sub(shift));
        },
      );
      return f.invoke(`round.${format.suffix}`, 'i64', sign, exponent, magnitude, rounding!);
    });
  }
}

/** convert.F.G(a, rounding): from format G to format F. */
export function defineConvert(routines: RoutineBuilder, to: Format): void {
  const from = to === SINGLE ? DOUBLE : SINGLE;
  routines.define(`convert.${to.suffix}.${from.suffix}`, ['i64', 'i32'], 'i64', (f, [operand, rounding]) => {
    const a = f.unboxed(operand!, from);
    f.if(f.isNan(a, from), () => {
      f.if(f.isSignalling(a, from), () => f.raise(FLAG.invalid));
      f.return(f.nan(to));
    });
    f.if(f.isInfinite(a, from), () => f.return(f.infinity(f.sign(a, from), to)));
    f.if(f.isZero(a, from), () => f.return(f.zero(f.sign(a, from), to)));
    const x = f.unpack(a, from);
    const exponent = x.exponent.add(to.bias - from.bias);
    return f.invoke(`round.${to.suffix}`, 'i64', x.sign, exponent, x.sig, rounding!);
  });
}
