import { FLAG, type Format, LEADING_BIT, type RoutineBuilder } from './format.ts';

/** Significands of division have 53 bits: all that either format holds. */
const DIVIDE_SHIFT = LEADING_BIT - 52;
/** Quotient bits after the first, in steps whose dividends fit 64 bits. */
const QUOTIENT_STEPS = [11, 11, 11, 11, 11, 7];

/** div.F(a, b, rounding). */
export function defineDivide(routines: RoutineBuilder, format: Format): void {
  routines.define(`div.${format.suffix}`, ['i64', 'i64', 'i32'], 'i64', (f, [left, right, rounding]) => {
    const a = f.unboxed(left!, format);
    const b = f.unboxed(right!, format);
    f.fastPath(format, rounding!, f.native(a, format).div(f.native(b, format)));
    f.returnNan(format, a, b);
    const sign = f.i32(f.sign(a.xor(b), format));
    f.if(f.isInfinite(a, format), () => {
      f.if(f.isInfinite(b, format), () => f.returnInvalid(format));
      f.return(f.infinity(sign, format));
    });
    f.if(f.isInfinite(b, format), () => f.return(f.zero(sign, format)));
    f.if(f.isZero(b, format), () => {
      f.if(f.isZero(a, format), () => f.returnInvalid(format));
      f.raise(FLAG.divideByZero);
      f.return(f.infinity(sign, format));
    });
    f.if(f.isZero(a, format), () => f.return(f.zero(sign, format)));
    const x = f.unpack(a, format);
    const y = f.unpack(b, format);
    const exponent = f.i32(x.exponent.sub(y.exponent).add(format.bias));
    const rest = f.i64(x.sig.shr(DIVIDE_SHIFT));
    const divisor = f.i64(y.sig.shr(DIVIDE_SHIFT));
    f.if(rest.ltU(divisor), () => {
      rest.set(rest.shl(1));
      exponent.set(exponent.sub(1));
    });
    const quotient = f.i64(1);
    const digits = f.i64();
    rest.set(rest.sub(divisor));
    for (const bits of QUOTIENT_STEPS) {
      rest.set(rest.shl(bits));
      digits.set(rest.div(divisor));
      rest.set(rest.sub(digits.mul(divisor)));
      quotient.set(quotient.shl(bits).or(digits));
    }
    const sig = quotient.or(rest.ne(0).unsigned64());
    return f.invoke(`round.${format.suffix}`, 'i64', sign, exponent, sig, rounding!);
  });
}

/** Result bits of the square root: a double's 53, one to round by and more. The rest is sticky. */
const ROOT_BITS = 57;

/** sqrt.F(a, rounding): digit by digit, one bit of the root from two of the radicand. */
export function defineSquareRoot(routines: RoutineBuilder, format: Format): void {
  routines.define(`sqrt.${format.suffix}`, ['i64', 'i32'], 'i64', (f, [operand, rounding]) => {
    const a = f.unboxed(operand!, format);
    f.fastPath(format, rounding!, f.native(a, format).sqrt());
    f.returnNan(format, a);
    f.if(f.isZero(a, format), () => f.return(f.boxed(a, format)));
    f.if(f.sign(a, format), () => f.returnInvalid(format));
    f.if(f.isInfinite(a, format), () => f.return(f.boxed(a, format)));
    const x = f.unpack(a, format);
    x.exponent.set(x.exponent.sub(format.bias));
    f.if(x.exponent.and(1), () => x.sig.set(x.sig.shl(1)));
    const exponent = f.i32(x.exponent.sar(1).add(format.bias));
    const rest = f.i64(0);
    const root = f.i64(0);
    const trial = f.i64();
    const count = f.i32(ROOT_BITS);
    f.repeat(count, () => {
      rest.set(rest.shl(2).or(x.sig.shr(62)));
      x.sig.set(x.sig.shl(2));
      trial.set(root.shl(2).or(1));
      root.set(root.shl(1));
      f.if(rest.geU(trial), () => {
        rest.set(rest.sub(trial));
        root.set(root.or(1));
      });
    });
    const sig = root.shl(LEADING_BIT + 1 - ROOT_BITS).or(rest.ne(0).unsigned64());
    return f.invoke(`round.${format.suffix}`, 'i64', x.sign, exponent, sig, rounding!);
  });
}
