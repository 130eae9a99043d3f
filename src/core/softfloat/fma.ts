import type { Local, Value } from '../wasm/index.ts';
import { zeroSumSign } from './add.ts';
import { type FloatBody, type Format, LEADING_BIT, ROUND, type RoutineBuilder } from './format.ts';
import { multiplyExactly, zeroTimesInfinity } from './multiply.ts';

/** A 128-bit significand with its leading one at bit 64 + LEADING_BIT. */
interface Wide {
  readonly high: Local;
  readonly low: Local;
  readonly exponent: Local;
  readonly sign: Local;
}

/** fma.F(a, b, c, rounding): a * b + c, rounded once. */
export function defineFma(routines: RoutineBuilder, format: Format): void {
  const parameters = ['i64', 'i64', 'i64', 'i32'] as const;
  routines.define(`fma.${format.suffix}`, parameters, 'i64', (f, [first, second, third, rounding]) => {
    const a = f.unboxed(first!, format);
    const b = f.unboxed(second!, format);
    const c = f.unboxed(third!, format);
    // invalid even where c is a quiet NaN (unprivileged specification, chapter "F")
    f.if(zeroTimesInfinity(f, a, b, format), () => f.returnInvalid(format));
    f.returnNan(format, a, b, c);
    const sign = f.i32(f.sign(a.xor(b), format));
    f.if(f.isInfinite(a, format).or(f.isInfinite(b, format)), () => {
      f.if(f.isInfinite(c, format).and(sign.ne(f.sign(c, format))), () => f.returnInvalid(format));
      f.return(f.infinity(sign, format));
    });
    f.if(f.isInfinite(c, format), () => f.return(f.boxed(c, format)));
    f.if(f.isZero(a, format).or(f.isZero(b, format)), () => {
      const bothZero = f.zero(zeroSumSign(f, sign, f.sign(c, format), rounding!), format);
      f.return(bothZero.when(f.isZero(c, format), f.boxed(c, format)));
    });
    const product = multiplyExactly(f, f.unpack(a, format), f.unpack(b, format), format);
    const x: Wide = { ...product, sign };
    const addend = f.unpack(c, format);
    const y: Wide = { high: addend.sig, low: f.i64(0), exponent: addend.exponent, sign: addend.sign };
    f.if(y.high.ne(0), () => addWide(f, format, x, y, rounding!));
    const sig = x.high.or(x.low.ne(0).unsigned64());
    return f.invoke(`round.${format.suffix}`, 'i64', x.sign, x.exponent, sig, rounding!);
  });
}

/** x += y for numbers that are not zero; returns from the routine when the sum is. */
function addWide(f: FloatBody, format: Format, x: Wide, y: Wide, rounding: Value): void {
  const count = f.i32(x.exponent.sub(y.exponent));
  f.if(
    count.lt(0),
    () => {
      count.set(f.constant('i32', 0).sub(count));
      jamWide(f, x, count);
      x.exponent.set(y.exponent);
    },
    () => jamWide(f, y, count),
  );
  f.if(
    x.sign.eq(y.sign),
    () => {
      x.low.set(x.low.add(y.low));
      x.high.set(x.high.add(y.high).add(x.low.ltU(y.low).unsigned64()));
    },
    () => {
      const smaller = x.high.ltU(y.high).or(x.high.eq(y.high).and(x.low.ltU(y.low)));
      f.if(
        smaller,
        () => {
          subtractWide(x, y, x);
          x.sign.set(y.sign);
        },
        () => subtractWide(x, x, y),
      );
      f.if(x.high.or(x.low).isZero(), () => f.return(f.zero(rounding.eq(ROUND.down), format)));
    },
  );
  normaliseWide(f, x, count);
}

/** x = a - b, where x is one of them and a is not below b. */
function subtractWide(x: Wide, a: Wide, b: Wide): void {
  x.high.set(a.high.sub(b.high).sub(a.low.ltU(b.low).unsigned64()));
  x.low.set(a.low.sub(b.low));
}

/** Shifts right by `count`, which it uses up, with a sticky lowest bit. */
function jamWide(f: FloatBody, { high, low }: Wide, count: Local): void {
  const lost = f.i64(0);
  f.if(count.gt(127), () => count.set(127));
  f.if(count.ge(64), () => {
    lost.set(low);
    low.set(high);
    high.set(0);
    count.set(count.sub(64));
  });
  f.if(count, () => {
    const back = f.constant('i32', 64).sub(count).unsigned64();
    lost.set(lost.or(low.shl(back)));
    low.set(low.shr(count.unsigned64()).or(high.shl(back)));
    high.set(high.shr(count.unsigned64()));
  });
  low.set(low.or(lost.ne(0).unsigned64()));
}

function normaliseWide(f: FloatBody, { high, low, exponent }: Wide, count: Local): void {
  f.if(high.isZero(), () => {
    high.set(low);
    low.set(0);
    exponent.set(exponent.sub(64));
  });
  f.if(
    high.lt(0n),
    () => {
      low.set(low.shr(1).or(high.shl(63)).or(low.and(1)));
      high.set(high.shr(1));
      exponent.set(exponent.add(1));
    },
    () => {
      count.set(
        high
          .clz()
          .low32()
          .sub(63 - LEADING_BIT),
      );
      f.if(count, () => {
        const over = low.shr(f.constant('i32', 64).sub(count).unsigned64());
        high.set(high.shl(count.unsigned64()).or(over));
        low.set(low.shl(count.unsigned64()));
        exponent.set(exponent.sub(count));
      });
    },
  );
}
