/** What a sized integer type holds, and its name in an error message. */
interface IntegerRange {
  readonly min: bigint;
  readonly max: bigint;
  readonly label: string;
}

/** The types that are numbers in TypeScript; the 64-bit ones are bigints. */
const SMALL: Readonly<Record<string, IntegerRange>> = {
  int8: signed(8),
  int16: signed(16),
  int32: signed(32),
  uint8: unsigned(8),
  uint16: unsigned(16),
  uint32: unsigned(32),
};

const INT64 = signed(64);
const TWO_64 = 1n << 64n;

function signed(bits: number): IntegerRange {
  const half = 1n << BigInt(bits - 1);
  return { min: -half, max: half - 1n, label: `int${bits}_t` };
}

function unsigned(bits: number): IntegerRange {
  return { min: 0n, max: (1n << BigInt(bits)) - 1n, label: `uint${bits}_t` };
}

export type IntegerResult = { value: bigint | number } | { problem: 'type' } | { problem: string };

export function isUnsigned(type: string): boolean {
  return type === 'size' || type.startsWith('uint');
}

/**
 * Converts to the canonical form of an integer type.
 * As in QEMU a negative integer where a uint64 is due stands for its two's complement.
 * `problem` is 'type' where the value is no integer of 64 bits, else the name of the type it exceeds.
 */
export function toInteger(type: string, value: unknown): IntegerResult {
  const wide = toWide(value, isUnsigned(type));
  if (wide === undefined) return { problem: 'type' };
  const range = SMALL[type];
  if (range === undefined) return { value: wide };
  if (wide < range.min || wide > range.max) return { problem: range.label };
  return { value: Number(wide) };
}

function toWide(value: unknown, positive: boolean): bigint | undefined {
  const integer =
    typeof value === 'bigint'
      ? value
      : typeof value === 'number' && Number.isInteger(value)
        ? BigInt(value)
        : undefined;
  if (integer === undefined || integer < INT64.min) return undefined;
  if (integer > (positive ? TWO_64 - 1n : INT64.max)) return undefined;
  return positive ? BigInt.asUintN(64, integer) : integer;
}
