/** Encodings at the borders of what floating-point instructions distinguish, in both signs. */
function edges(width: number, fractionBits: number): bigint[] {
  const exponentMax = (1n << BigInt(width - 1 - fractionBits)) - 1n;
  const bias = exponentMax >> 1n;
  const unit = 1n << BigInt(fractionBits);
  const at = (exponent: bigint, fraction: bigint) => exponent * unit + fraction;
  const last = unit - 1n;
  const positive = [
    at(0n, 0n),
    at(0n, 1n), // least subnormal
    at(0n, 3n),
    at(0n, unit >> 1n),
    at(0n, last), // greatest subnormal
    at(1n, 0n), // least normal
    at(1n, 1n),
    at(2n, last),
    at(bias - 2n, 0n), // a quarter
    at(bias - 1n, 0n), // a half
    at(bias - 1n, last),
    at(bias, 0n), // one
    at(bias, 1n),
    at(bias, unit >> 1n), // 1.5
    at(bias, last),
    at(bias + 1n, unit >> 2n), // 2.5
    at(bias + BigInt(fractionBits), 1n), // an odd integer, the spacing is one
    at(bias + BigInt(fractionBits) + 1n, 1n),
    at(bias + 30n, last),
    at(bias + 31n, 0n), // 2^31
    at(bias + 32n, 0n),
    at(bias + 62n, last),
    at(bias + 63n, 0n),
    at(bias + 64n, 0n),
    at(exponentMax - 1n, last), // greatest finite
    at(exponentMax, 0n), // infinity
    at(exponentMax, 1n), // signalling NaN
    at(exponentMax, unit >> 1n), // canonical NaN
    at(exponentMax, last),
  ];
  return positive.flatMap(bits => [bits, bits | (1n << BigInt(width - 1))]);
}

export const SINGLE_EDGES: readonly bigint[] = edges(32, 23);
export const DOUBLE_EDGES: readonly bigint[] = edges(64, 52);
