import {
  Body,
  type Local,
  type ModuleBuilder,
  type Signature,
  type Value,
  type ValueType,
} from '../wasm/index.ts';

/** A binary interchange format (IEEE 754-2019, table 3.5). */
export interface Format {
  readonly suffix: 's' | 'd';
  readonly width: 32 | 64;
  readonly fractionBits: number;
  readonly bias: number;
  /** Biased exponent of infinities and NaNs. */
  readonly exponentMax: number;
}

export const SINGLE: Format = { suffix: 's', width: 32, fractionBits: 23, bias: 127, exponentMax: 255 };
export const DOUBLE: Format = { suffix: 'd', width: 64, fractionBits: 52, bias: 1023, exponentMax: 2047 };

/** Bits of fflags. */
export const FLAG = { inexact: 1, underflow: 2, overflow: 4, divideByZero: 8, invalid: 16 } as const;

/** Values of the rounding mode operand, as in frm. */
export const ROUND = { nearestEven: 0, towardZero: 1, down: 2, up: 3, nearestMaxMagnitude: 4 } as const;

/** Where a hart keeps what the routines change: offsets from the address that they take as their last parameter. */
export interface FloatState {
  /** fcsr as a 64-bit slot. */
  readonly fcsr: number;
  /** mstatus, whose FS field becomes Dirty when flags are raised. */
  readonly status: number;
  readonly dirty: bigint;
}

/**
 * Significands are held in 64 bits with the leading one here, so that a sum of two does not
 * overflow; what does not fit below is kept as a sticky lowest bit.
 */
export const LEADING_BIT = 62;

const SIGN_BIT: Readonly<Record<32 | 64, bigint>> = { 32: 1n << 31n, 64: 1n << 63n };
const BOX = 0xffff_ffff_0000_0000n;

export const signBit = (format: Format) => SIGN_BIT[format.width];
export const infinityBits = (format: Format) => BigInt(format.exponentMax) << BigInt(format.fractionBits);
export const quietBit = (format: Format) => 1n << BigInt(format.fractionBits - 1);
export const canonicalNan = (format: Format) => infinityBits(format) | quietBit(format);

/** Adds routines to a module; each takes and gives f registers' contents, single ones boxed in NaNs. */
export class RoutineBuilder {
  readonly module: ModuleBuilder;
  readonly state: FloatState;
  readonly #indices = new Map<string, number>();
  /** Types of the routines, for modules that import them. */
  readonly signatures = new Map<string, Signature>();

  constructor(module: ModuleBuilder, state: FloatState) {
    this.module = module;
    this.state = state;
  }

  get indices(): ReadonlyMap<string, number> {
    return this.#indices;
  }

  /** Defines the routine `name`; `write` leaves the result by return or as its value. */
  define(
    name: string,
    parameters: readonly ValueType[],
    result: ValueType,
    write: (body: FloatBody, parameters: Local[]) => Value,
  ): void {
    const signature = { parameters: [...parameters, 'i32'] as const, results: [result] };
    const { index, code } = this.module.function(signature.parameters, signature.results, name);
    this.signatures.set(name, signature);
    this.#indices.set(name, index);
    const body = new FloatBody(code, this, parameters.length);
    write(
      body,
      parameters.map((type, position) => body.parameter(type, position)),
    ).push();
  }

  index(name: string): number {
    const index = this.#indices.get(name);
    if (index === undefined) throw new RangeError(`no floating-point routine '${name}'`);
    return index;
  }
}

/** A number taken apart: sig / 2^LEADING_BIT * 2^(exponent - bias). Zero has sig 0 and the least exponent. */
export interface Unpacked {
  readonly sign: Local; // i32
  readonly exponent: Local; // i32, biased
  readonly sig: Local; // i64
}

/** Statements that the routines share. */
export class FloatBody extends Body {
  readonly routines: RoutineBuilder;
  readonly #hart: Local;

  /** @param hart index of the parameter that holds the hart's address */
  constructor(code: Body['code'], routines: RoutineBuilder, hart: number) {
    super(code);
    this.routines = routines;
    this.#hart = this.parameter('i32', hart);
  }

  /** Raises exception flags: an i32 value or constant bits. */
  raise(flags: Value | number): void {
    const { fcsr, status, dirty } = this.routines.state;
    const bits = typeof flags === 'number' ? this.constant('i64', flags) : flags.unsigned64();
    this.setSlot(this.#hart, fcsr, this.slot(this.#hart, fcsr).or(bits));
    this.setSlot(this.#hart, status, this.slot(this.#hart, status).or(dirty));
  }

  invoke(name: string, result: ValueType, ...values: Value[]): Value {
    return this.call(this.routines.index(name), result, ...values, this.#hart);
  }

  /** The encoding in a register: single ones must be boxed, or they count as the canonical NaN. */
  unboxed(register: Value, format: Format): Local {
    const bits = this.i64(register);
    if (format.width === 32) {
      bits.set(bits.and(0xffff_ffffn).when(bits.sar(32).eq(-1n), canonicalNan(format)));
    }
    return bits;
  }

  boxed(bits: Value, format: Format): Value {
    return format.width === 32 ? bits.or(BOX) : bits;
  }

  nan(format: Format): Value {
    return this.boxed(this.constant('i64', canonicalNan(format)), format);
  }

  magnitude(bits: Value, format: Format): Value {
    return bits.and(signBit(format) - 1n);
  }

  isNan(bits: Value, format: Format): Value {
    return this.magnitude(bits, format).gtU(infinityBits(format));
  }

  /** i32: bits are a NaN without the quiet bit. */
  isSignalling(bits: Value, format: Format): Value {
    return this.isNan(bits, format).and(bits.and(quietBit(format)).isZero());
  }

  isInfinite(bits: Value, format: Format): Value {
    return this.magnitude(bits, format).eq(infinityBits(format));
  }

  isZero(bits: Value, format: Format): Value {
    return this.magnitude(bits, format).isZero();
  }

  sign(bits: Value, format: Format): Value {
    return bits.shr(format.width - 1).low32();
  }

  /** i64 with only the sign bit, from an i32 of 0 or 1. */
  signMask(sign: Value, format: Format): Value {
    return sign.unsigned64().shl(format.width - 1);
  }

  infinity(sign: Value, format: Format): Value {
    return this.boxed(this.signMask(sign, format).or(infinityBits(format)), format);
  }

  zero(sign: Value, format: Format): Value {
    return this.boxed(this.signMask(sign, format), format);
  }

  /** Returns the canonical NaN, with invalid for signalling ones, when an operand is a NaN. */
  returnNan(format: Format, ...operands: Value[]): void {
    const [first, ...rest] = operands.map(bits => this.isNan(bits, format));
    const any = rest.reduce((all, one) => all.or(one), first!);
    this.if(any, () => {
      const [one, ...others] = operands.map(bits => this.isSignalling(bits, format));
      this.if(
        others.reduce((all, other) => all.or(other), one!),
        () => this.raise(FLAG.invalid),
      );
      this.return(this.nan(format));
    });
  }

  returnInvalid(format: Format): void {
    this.raise(FLAG.invalid);
    this.return(this.nan(format));
  }

  /** Takes a finite number apart and normalises it. */
  unpack(bits: Value, format: Format): Unpacked {
    const { fractionBits, exponentMax } = format;
    const sign = this.i32(this.sign(bits, format));
    const exponent = this.i32(bits.shr(fractionBits).low32().and(exponentMax));
    const sig = this.i64(bits.and((1n << BigInt(fractionBits)) - 1n));
    const shift = this.i32();
    this.if(
      exponent.isZero(),
      () => {
        shift.set(sig.clz().low32().sub(1));
        sig.set(sig.shl(shift.unsigned64()));
        exponent.set(this.constant('i32', 1 + LEADING_BIT - fractionBits).sub(shift));
      },
      () => sig.set(sig.or(1n << BigInt(fractionBits)).shl(LEADING_BIT - fractionBits)),
    );
    return { sign, exponent, sig };
  }

  /** Shifts right by an i32 count of 0 or more, keeping what falls out as a sticky bit. */
  jam(sig: Local, count: Local): void {
    this.if(count, () => {
      this.if(
        count.gt(63),
        () => sig.set(sig.ne(0).unsigned64()),
        () => {
          const out = sig.shl(this.constant('i32', 64).sub(count).unsigned64());
          sig.set(sig.shr(count.unsigned64()).or(out.ne(0).unsigned64()));
        },
      );
    });
  }

  /**
   * Returns the result of the host's own operation where it must be right with its flags: to
   * nearest even with inexact raised already, and a result that is finite and safely normal.
   * Operands need no look, as none that is special gives such a result.
   */
  fastPath(format: Format, rounding: Value, native: Value): void {
    const settled = this.slot(this.#hart, this.routines.state.fcsr).low32().and(FLAG.inexact);
    this.if(rounding.isZero().and(settled), () => {
      const wide = format.width === 64;
      const result = this.i64(wide ? native.bits() : native.bits().unsigned64());
      const exponent = result.shr(format.fractionBits).low32().and(format.exponentMax);
      this.if(exponent.sub(2).ltU(format.exponentMax - 2), () => this.return(this.boxed(result, format)));
    });
  }

  /** The host's number for an encoding. */
  native(bits: Value, format: Format): Value {
    return format.width === 64 ? bits.asF64() : bits.low32().asF32();
  }
}
