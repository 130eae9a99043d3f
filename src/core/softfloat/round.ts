import { FLAG, type Format, infinityBits, LEADING_BIT, ROUND, type RoutineBuilder } from './format.ts';

/**
 * round.F(sign, exponent, sig, rounding): rounds to the format with overflow, underflow and
 * inexact. Tininess is detected after rounding, as RISC-V asks (unprivileged specification,
 * chapter "F", section "Floating-Point Control and Status Register").
 */
export function defineRound(routines: RoutineBuilder, format: Format): void {
  const { fractionBits, exponentMax } = format;
  const roundBits = BigInt(LEADING_BIT - fractionBits);
  const mask = (1n << roundBits) - 1n;
  const half = 1n << (roundBits - 1n);
  routines.define(`round.${format.suffix}`, ['i32', 'i32', 'i64', 'i32'], 'i64', (f, parameters) => {
    type Parameter = (typeof parameters)[0];
    const [sign, exponent, sig, rounding] = parameters as [Parameter, Parameter, Parameter, Parameter];
    const flags = f.i32(0);
    const count = f.i32();
    const packed = f.i64();
    const increment = f.i64(half);
    // to nearest adds a half; away from zero all but one; toward zero nothing
    f.if(rounding.and(3), () => {
      const away = rounding.eq(f.constant('i32', ROUND.up).sub(sign));
      increment.set(f.constant('i64', mask).when(away, 0n));
    });
    const overflow = () => {
      f.raise(FLAG.overflow | FLAG.inexact);
      const largest = f.constant('i64', infinityBits(format)).sub(increment.isZero().unsigned64());
      f.return(f.boxed(f.signMask(sign, format).or(largest), format));
    };
    f.if(exponent.ge(exponentMax), overflow);
    f.if(exponent.le(0), () => {
      const staysBelow = sig.add(increment).ge(0n);
      flags.set(f.constant('i32', FLAG.underflow).when(exponent.lt(0).or(staysBelow), 0));
      count.set(f.constant('i32', 1).sub(exponent));
      f.jam(sig, count);
      exponent.set(1);
    });
    packed.set(sig.add(increment).shr(roundBits));
    // a tie goes to the even neighbour
    const tie = rounding.isZero().and(sig.and(mask).eq(half));
    packed.set(packed.and(f.constant('i64', -1).sub(tie.unsigned64())));
    // a significand that reached two, or a subnormal one that reached one, carries into the exponent
    packed.set(packed.add(exponent.sub(1).unsigned64().shl(fractionBits)));
    f.if(packed.geU(infinityBits(format)), overflow);
    f.if(sig.and(mask).ne(0), () => f.raise(flags.or(FLAG.inexact)));
    return f.boxed(f.signMask(sign, format).or(packed), format);
  });
}
