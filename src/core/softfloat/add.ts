import type { Local, Value } from '../wasm/index.ts';
import { type FloatBody, type Format, ROUND, type RoutineBuilder } from './format.ts';

/** i32: the sign of a sum that is exactly zero, of operands with these signs (IEEE 754, section 6.3). */
export function zeroSumSign(f: FloatBody, a: Value, b: Value, rounding: Value): Value {
  return a.when(a.eq(b), rounding.eq(f.constant('i32', ROUND.down)));
}

/** add.F(a, b, rounding). */
export function defineAdd(routines: RoutineBuilder, format: Format): void {
  routines.define(`add.${format.suffix}`, ['i64', 'i64', 'i32'], 'i64', (f, [left, right, rounding]) => {
    const a = f.unboxed(left!, format);
    const b = f.unboxed(right!, format);
    f.fastPath(format, rounding!, f.native(a, format).add(f.native(b, format)));
    f.returnNan(format, a, b);
    returnInfinity(f, format, a, b);
    // the operand of larger magnitude first
    const smaller = f.i64();
    f.if(f.magnitude(a, format).ltU(f.magnitude(b, format)), () => {
      smaller.set(a);
      a.set(b);
      b.set(smaller);
    });
    const x = f.unpack(a, format);
    const y = f.unpack(b, format);
    const count = f.i32(x.exponent.sub(y.exponent));
    f.jam(y.sig, count);
    f.if(
      x.sign.eq(y.sign),
      () => {
        x.sig.set(x.sig.add(y.sig));
        f.if(x.sig.lt(0n), () => {
          x.sig.set(x.sig.shr(1).or(x.sig.and(1)));
          x.exponent.set(x.exponent.add(1));
        });
      },
      () => {
        x.sig.set(x.sig.sub(y.sig));
        count.set(x.sig.clz().low32().sub(1));
        x.sig.set(x.sig.shl(count.unsigned64()));
        x.exponent.set(x.exponent.sub(count));
      },
    );
    f.if(x.sig.isZero(), () => f.return(f.zero(zeroSumSign(f, x.sign, y.sign, rounding!), format)));
    return f.invoke(`round.${format.suffix}`, 'i64', x.sign, x.exponent, x.sig, rounding!);
  });
}

/** Infinities of opposite sign have no sum; one infinity is the sum. */
function returnInfinity(f: FloatBody, format: Format, a: Local, b: Local): void {
  f.if(f.isInfinite(a, format), () => {
    f.if(f.isInfinite(b, format).and(a.ne(b)), () => f.returnInvalid(format));
    f.return(f.boxed(a, format));
  });
  f.if(f.isInfinite(b, format), () => f.return(f.boxed(b, format)));
}
