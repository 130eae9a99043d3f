import type { PlainOp } from '../wasm/index.ts';
import { type Emitter, type Instruction, instruction } from './row.ts';

/** The M extension. Division by zero and overflow give the specified values and never trap. */

type Emit = (e: Emitter) => void;

const op = (name: string, funct3: string, emit: Emit) =>
  instruction('M', name, `0000001 rs2 rs1 ${funct3} rd 0110011`, 'rd,rs1,rs2', emit);
const op32 = (name: string, funct3: string, emit: Emit) =>
  instruction('M', name, `0000001 rs2 rs1 ${funct3} rd 0111011`, 'rd,rs1,rs2', emit);

/** Pushes the high half of the unsigned 128-bit product, from four 32-bit partial products. */
function unsignedHigh(e: Emitter): void {
  const { code } = e;
  const low = (push: () => void) => {
    push();
    code.i64(0xffff_ffffn).op('i64.and');
  };
  const high = (push: () => void) => {
    push();
    code.i64(32).op('i64.shr_u');
  };
  const a = () => e.rs1();
  const b = () => e.rs2();
  const product = (left: () => void, right: () => void) => {
    left();
    right();
    code.op('i64.mul');
  };
  const cross = () => {
    // (lowA*lowB >> 32) + highA*lowB: cannot overflow
    product(
      () => low(a),
      () => low(b),
    );
    code.i64(32).op('i64.shr_u');
    product(
      () => high(a),
      () => low(b),
    );
    code.op('i64.add');
  };
  product(
    () => high(a),
    () => high(b),
  );
  cross();
  code.i64(32).op('i64.shr_u', 'i64.add');
  product(
    () => low(a),
    () => high(b),
  );
  low(cross);
  code.op('i64.add').i64(32).op('i64.shr_u', 'i64.add');
}

/** Subtracts (sign of `of`) & other: turns an unsigned high product into a signed one. */
function correctSign(e: Emitter, of: 'rs1' | 'rs2', other: 'rs1' | 'rs2'): void {
  e[of]();
  e.code.i64(63).op('i64.shr_s');
  e[other]();
  e.code.op('i64.and', 'i64.sub');
}

const multiplyHigh =
  (signed1: boolean, signed2: boolean): Emit =>
  e =>
    e.writeRd(() => {
      unsignedHigh(e);
      if (signed1) correctSign(e, 'rs1', 'rs2');
      if (signed2) correctSign(e, 'rs2', 'rs1');
    });

const divide =
  (kind: 'div' | 'rem', signed: boolean): Emit =>
  e =>
    e.writeRd(() => {
      const { code } = e;
      const apply = () => {
        e.rs1();
        e.rs2();
        code.op(`i64.${kind}_${signed ? 's' : 'u'}` as PlainOp);
      };
      const byZero = () => (kind === 'div' ? code.i64(-1) : e.rs1());
      // The most negative number over -1 overflows in WebAssembly's div_s; the negation wraps as specified.
      const guarded = () => {
        e.rs2();
        code.i64(-1).op('i64.eq');
        code.if(
          () => {
            code.i64(0);
            e.rs1();
            code.op('i64.sub');
          },
          apply,
          'i64',
        );
      };
      e.rs2();
      code.op('i64.eqz').if(byZero, kind === 'div' && signed ? guarded : apply, 'i64');
    });

const divideWord =
  (kind: 'div' | 'rem', signed: boolean): Emit =>
  e =>
    e.writeRd(() => {
      const { code } = e;
      const extend = () => (signed ? code.op('i64.extend32_s') : code.i64(0xffff_ffffn).op('i64.and'));
      e.rs2();
      code.op('i32.wrap_i64', 'i32.eqz').if(
        () => {
          if (kind === 'div') code.i64(-1);
          else e.rs1();
        },
        () => {
          // 64-bit operands make the overflow of the most negative word harmless.
          e.rs1();
          extend();
          e.rs2();
          extend();
          code.op(`i64.${kind}_${signed ? 's' : 'u'}` as PlainOp);
        },
        'i64',
      );
      code.op('i64.extend32_s');
    });

export const MULTIPLY: readonly Instruction[] = [
  op('mul', '000', e =>
    e.writeRd(() => {
      e.rs1();
      e.rs2();
      e.code.op('i64.mul');
    }),
  ),
  op('mulh', '001', multiplyHigh(true, true)),
  op('mulhsu', '010', multiplyHigh(true, false)),
  op('mulhu', '011', multiplyHigh(false, false)),
  op('div', '100', divide('div', true)),
  op('divu', '101', divide('div', false)),
  op('rem', '110', divide('rem', true)),
  op('remu', '111', divide('rem', false)),
  op32('mulw', '000', e =>
    e.writeRd(() => {
      e.rs1();
      e.rs2();
      e.code.op('i64.mul', 'i64.extend32_s');
    }),
  ),
  op32('divw', '100', divideWord('div', true)),
  op32('divuw', '101', divideWord('div', false)),
  op32('remw', '110', divideWord('rem', true)),
  op32('remuw', '111', divideWord('rem', false)),
];
