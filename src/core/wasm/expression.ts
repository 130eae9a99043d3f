import type { CodeBuilder } from './code.ts';
import type { PlainOp, ValueType } from './opcodes.ts';

/** What an operation takes beside its receiver; numbers become constants of the receiver's type. */
export type Operand = Value | number | bigint;

/**
 * An expression without side effects, written out as often as it is used: keep what is used
 * twice in a local.
 */
export class Value {
  readonly type: ValueType;
  readonly push: () => void;
  protected readonly code: CodeBuilder;

  constructor(code: CodeBuilder, type: ValueType, push: () => void) {
    this.code = code;
    this.type = type;
    this.push = push;
  }

  add(other: Operand): Value {
    return this.#binary('add', other);
  }
  sub(other: Operand): Value {
    return this.#binary('sub', other);
  }
  mul(other: Operand): Value {
    return this.#binary('mul', other);
  }
  div(other: Operand): Value {
    return this.#binary(this.type === 'i64' || this.type === 'i32' ? 'div_u' : 'div', other);
  }
  and(other: Operand): Value {
    return this.#binary('and', other);
  }
  or(other: Operand): Value {
    return this.#binary('or', other);
  }
  xor(other: Operand): Value {
    return this.#binary('xor', other);
  }
  shl(other: Operand): Value {
    return this.#binary('shl', other);
  }
  /** Logical shift. */
  shr(other: Operand): Value {
    return this.#binary('shr_u', other);
  }
  sar(other: Operand): Value {
    return this.#binary('shr_s', other);
  }

  eq(other: Operand): Value {
    return this.#binary('eq', other, 'i32');
  }
  ne(other: Operand): Value {
    return this.#binary('ne', other, 'i32');
  }
  /** Signed, or of floating-point numbers. */
  lt(other: Operand): Value {
    return this.#binary(this.#isFloat ? 'lt' : 'lt_s', other, 'i32');
  }
  le(other: Operand): Value {
    return this.#binary(this.#isFloat ? 'le' : 'le_s', other, 'i32');
  }
  gt(other: Operand): Value {
    return this.#binary('gt_s', other, 'i32');
  }
  ge(other: Operand): Value {
    return this.#binary('ge_s', other, 'i32');
  }
  ltU(other: Operand): Value {
    return this.#binary('lt_u', other, 'i32');
  }
  gtU(other: Operand): Value {
    return this.#binary('gt_u', other, 'i32');
  }
  geU(other: Operand): Value {
    return this.#binary('ge_u', other, 'i32');
  }
  isZero(): Value {
    return this.#unary('eqz', 'i32');
  }

  clz(): Value {
    return this.#unary('clz');
  }
  sqrt(): Value {
    return this.#unary('sqrt');
  }
  low32(): Value {
    return this.#convert('i32.wrap_i64', 'i32');
  }
  signed64(): Value {
    return this.#convert('i64.extend_i32_s', 'i64');
  }
  unsigned64(): Value {
    return this.#convert('i64.extend_i32_u', 'i64');
  }
  /** The number whose encoding this is. */
  asF64(): Value {
    return this.#convert('f64.reinterpret_i64', 'f64');
  }
  asF32(): Value {
    return this.#convert('f32.reinterpret_i32', 'f32');
  }
  /** The encoding of this number. */
  bits(): Value {
    return this.type === 'f64'
      ? this.#convert('i64.reinterpret_f64', 'i64')
      : this.#convert('i32.reinterpret_f32', 'i32');
  }

  /** This where `condition` (an i32) holds, else `other`. Both are evaluated. */
  when(condition: Value, other: Operand): Value {
    return new Value(this.code, this.type, () => {
      this.push();
      this.#operand(other);
      condition.push();
      this.code.op('select');
    });
  }

  get #isFloat(): boolean {
    return this.type === 'f64' || this.type === 'f32';
  }

  #operand(other: Operand): void {
    if (other instanceof Value) other.push();
    else if (this.type === 'i64') this.code.i64(other);
    else this.code.i32(Number(other));
  }

  #binary(name: string, other: Operand, result: ValueType = this.type): Value {
    return new Value(this.code, result, () => {
      this.push();
      this.#operand(other);
      this.code.op(`${this.type}.${name}` as PlainOp);
    });
  }

  #unary(name: string, result: ValueType = this.type): Value {
    return this.#convert(`${this.type}.${name}` as PlainOp, result);
  }

  #convert(op: PlainOp, result: ValueType): Value {
    return new Value(this.code, result, () => {
      this.push();
      this.code.op(op);
    });
  }
}

/** A variable of the function. */
export class Local extends Value {
  readonly #index: number;

  constructor(code: CodeBuilder, type: ValueType, index: number) {
    super(code, type, () => code.get(index));
    this.#index = index;
  }

  set(value: Operand): void {
    if (value instanceof Value) value.push();
    else if (this.type === 'i64') this.code.i64(value);
    else this.code.i32(Number(value));
    this.code.set(this.#index);
  }
}

/** Writes a function's body as statements over expressions. */
export class Body {
  readonly code: CodeBuilder;

  constructor(code: CodeBuilder) {
    this.code = code;
  }

  parameter(type: ValueType, index: number): Local {
    return new Local(this.code, type, index);
  }

  i32(value?: Operand): Local {
    return this.#local('i32', value);
  }

  i64(value?: Operand): Local {
    return this.#local('i64', value);
  }

  f64(value: Value): Local {
    return this.#local('f64', value);
  }

  f32(value: Value): Local {
    return this.#local('f32', value);
  }

  constant(type: 'i32' | 'i64', value: number | bigint): Value {
    return new Value(this.code, type, () =>
      type === 'i64' ? this.code.i64(value) : this.code.i32(Number(value)),
    );
  }

  /** The i64 at an offset from a base address. */
  slot(base: Value, offset: number): Value {
    return new Value(this.code, 'i64', () => {
      base.push();
      this.code.load('i64.load', offset);
    });
  }

  setSlot(base: Value, offset: number, value: Value): void {
    base.push();
    value.push();
    this.code.store('i64.store', offset);
  }

  call(functionIndex: number, result: ValueType, ...values: Value[]): Value {
    return new Value(this.code, result, () => {
      for (const value of values) value.push();
      this.code.call(functionIndex);
    });
  }

  if(condition: Value, then: () => void, otherwise?: () => void): void {
    condition.push();
    this.code.if(then, otherwise);
  }

  return(value: Value): void {
    value.push();
    this.code.op('return');
  }

  /** Repeats `body` as often as `count` says; its value ends at zero. */
  repeat(count: Local, body: () => void): void {
    const again = this.code.open('loop');
    body();
    count.set(count.sub(1));
    count.push();
    this.code.brIf(again).end();
  }

  #local(type: ValueType, value?: Operand): Local {
    const local = new Local(this.code, type, this.code.local(type));
    if (value !== undefined) local.set(value);
    return local;
  }
}
