import type { Local, Value } from '../wasm/index.ts';
import type { FloatBody, Format, RoutineBuilder, Unpacked } from './format.ts';

const LOW32 = 0xffff_ffffn;

/** high(a, b): the upper 64 bits of the unsigned 128-bit product, from 32-bit halves. */
export function defineHigh(routines: RoutineBuilder): void {
  routines.define('high', ['i64', 'i64'], 'i64', (f, [a, b]) => {
    const low = f.i64(a!.and(LOW32).mul(b!.and(LOW32)));
    // neither sum can overflow
    const cross = f.i64(a!.shr(32).mul(b!.and(LOW32)).add(low.shr(32)));
    const other = f.i64(a!.and(LOW32).mul(b!.shr(32)).add(cross.and(LOW32)));
    return a!.shr(32).mul(b!.shr(32)).add(cross.shr(32)).add(other.shr(32));
  });
}

/** The exact product of two finite numbers that are not zero; its leading one is at bit 126 or 127 of high:low. */
export interface Product {
  readonly high: Local;
  readonly low: Local;
  /** Exponent for a leading one at bit 126. */
  readonly exponent: Local;
}

export function multiplyExactly(f: FloatBody, x: Unpacked, y: Unpacked, format: Format): Product {
  const low = f.i64(x.sig.shl(1).mul(y.sig.shl(1)));
  const high = f.i64(f.invoke('high', 'i64', x.sig.shl(1), y.sig.shl(1)));
  const exponent = f.i32(x.exponent.add(y.exponent).sub(format.bias));
  f.if(high.lt(0n), () => {
    // both significands end in zeros, so nothing is lost
    low.set(low.shr(1).or(high.shl(63)));
    high.set(high.shr(1));
    exponent.set(exponent.add(1));
  });
  return { high, low, exponent };
}

/** i32: one operand is zero and the other infinite. */
export function zeroTimesInfinity(f: FloatBody, a: Value, b: Value, format: Format): Value {
  const one = f.isZero(a, format).and(f.isInfinite(b, format));
  return one.or(f.isInfinite(a, format).and(f.isZero(b, format)));
}

/** mul.F(a, b, rounding). */
export function defineMultiply(routines: RoutineBuilder, format: Format): void {
  routines.define(`mul.${format.suffix}`, ['i64', 'i64', 'i32'], 'i64', (f, [left, right, rounding]) => {
    const a = f.unboxed(left!, format);
    const b = f.unboxed(right!, format);
    f.fastPath(format, rounding!, f.native(a, format).mul(f.native(b, format)));
    f.returnNan(format, a, b);
    f.if(zeroTimesInfinity(f, a, b, format), () => f.returnInvalid(format));
    const sign = f.i32(f.sign(a.xor(b), format));
    f.if(f.isInfinite(a, format).or(f.isInfinite(b, format)), () => f.return(f.infinity(sign, format)));
    f.if(f.isZero(a, format).or(f.isZero(b, format)), () => f.return(f.zero(sign, format)));
    const product = multiplyExactly(f, f.unpack(a, format), f.unpack(b, format), format);
    const sig = product.high.or(product.low.ne(0).unsigned64());
    return f.invoke(`round.${format.suffix}`, 'i64', sign, product.exponent, sig, rounding!);
  });
}
