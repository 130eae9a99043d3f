import type { PlainOp } from '../wasm/index.ts';
import type { Extension } from './extensions.ts';
import { type Emitter, type Form, type Instruction, instruction } from './row.ts';

/** Zba, Zbb and Zbs (address generation, basic bits, single bits) and Zicond (conditional zero). */

type Emit = (e: Emitter) => void;

const LOW32 = 0xffff_ffffn;

const row = (extension: Extension, name: string, pattern: string, form: Form, value: Emit) =>
  instruction(extension, name, pattern, form, e => e.writeRd(() => value(e)));
const op = (extension: Extension, name: string, funct7: string, funct3: string, value: Emit) =>
  row(extension, name, `${funct7} rs2 rs1 ${funct3} rd 0110011`, 'rd,rs1,rs2', value);
const op32 = (extension: Extension, name: string, funct7: string, funct3: string, value: Emit) =>
  row(extension, name, `${funct7} rs2 rs1 ${funct3} rd 0111011`, 'rd,rs1,rs2', value);
const shift = (extension: Extension, name: string, funct6: string, funct3: string, value: Emit) =>
  row(extension, name, `${funct6} uimm[5:0] rs1 ${funct3} rd 0010011`, 'rd,rs1,imm', value);
const unary = (name: string, funct12: string, funct3: string, opcode: string, value: Emit) =>
  row('Zbb', name, `${funct12} rs1 ${funct3} rd ${opcode}`, 'rd,rs1', value);
const OP_IMM = '0010011';
const OP_IMM_32 = '0011011';

const shiftAdd =
  (bits: number, word: boolean): Emit =>
  e => {
    e.rs1();
    if (word) e.code.i64(LOW32).op('i64.and');
    if (bits > 0) e.code.i64(bits).op('i64.shl');
    e.rs2();
    e.code.op('i64.add');
  };

const ADDRESS: readonly Instruction[] = [
  op('Zba', 'sh1add', '0010000', '010', shiftAdd(1, false)),
  op('Zba', 'sh2add', '0010000', '100', shiftAdd(2, false)),
  op('Zba', 'sh3add', '0010000', '110', shiftAdd(3, false)),
  op32('Zba', 'add.uw', '0000100', '000', shiftAdd(0, true)),
  op32('Zba', 'sh1add.uw', '0010000', '010', shiftAdd(1, true)),
  op32('Zba', 'sh2add.uw', '0010000', '100', shiftAdd(2, true)),
  op32('Zba', 'sh3add.uw', '0010000', '110', shiftAdd(3, true)),
  row('Zba', 'slli.uw', '000010 uimm[5:0] rs1 001 rd 0011011', 'rd,rs1,imm', e => {
    e.rs1();
    e.code.i64(LOW32).op('i64.and');
    e.imm();
    e.code.op('i64.shl');
  }),
];

const withInverted =
  (wasm: PlainOp): Emit =>
  e => {
    e.rs1();
    e.rs2();
    e.code.i64(-1).op('i64.xor', wasm);
  };

/** The one of rs1 and rs2 for which `wasm` holds between them. */
const choose =
  (wasm: PlainOp): Emit =>
  e => {
    e.rs1();
    e.rs2();
    e.rs1();
    e.rs2();
    e.code.op(wasm, 'select');
  };

const rotate =
  (wasm: PlainOp, operand: 'rs2' | 'imm'): Emit =>
  e => {
    e.rs1();
    e[operand]();
    e.code.op(wasm);
  };

const rotateWord =
  (wasm: PlainOp, operand: 'rs2' | 'imm'): Emit =>
  e => {
    e.rs1();
    e.code.op('i32.wrap_i64');
    e[operand]();
    e.code.op('i32.wrap_i64', wasm, 'i64.extend_i32_s');
  };

const count =
  (wasm: PlainOp): Emit =>
  e => {
    e.rs1();
    e.code.op(wasm);
  };

const countWord =
  (wasm: PlainOp): Emit =>
  e => {
    e.rs1();
    e.code.op('i32.wrap_i64', wasm, 'i64.extend_i32_u');
  };

/** Swaps neighbouring groups of `bits` bits of the value on the stack; `mask` selects the lower of each pair. */
function swapGroups(e: Emitter, value: () => void, bits: number, mask: bigint): void {
  value();
  e.code.i64(mask).op('i64.and').i64(bits).op('i64.shl');
  value();
  e.code.i64(bits).op('i64.shr_u').i64(mask).op('i64.and', 'i64.or');
}

const reverseBytes: Emit = e => {
  const bytes = () => swapGroups(e, () => e.rs1(), 8, 0x00ff_00ff_00ff_00ffn);
  const halves = () => swapGroups(e, bytes, 16, 0x0000_ffff_0000_ffffn);
  halves();
  e.code.i64(32).op('i64.rotl');
};

/** Every byte becomes all ones where a bit of it is set. */
const combineBytes: Emit = e => {
  // the low seven bits carry into the eighth unless they are zero
  const low = 0x7f7f_7f7f_7f7f_7f7fn;
  const marks = () => {
    e.rs1();
    e.code.i64(low).op('i64.and').i64(low).op('i64.add');
    e.rs1();
    e.code.op('i64.or').i64(~low).op('i64.and').i64(7).op('i64.shr_u');
  };
  marks();
  e.code.i64(0xff).op('i64.mul');
};

const BASIC: readonly Instruction[] = [
  op('Zbb', 'andn', '0100000', '111', withInverted('i64.and')),
  op('Zbb', 'orn', '0100000', '110', withInverted('i64.or')),
  op('Zbb', 'xnor', '0100000', '100', withInverted('i64.xor')),
  unary('clz', '011000000000', '001', OP_IMM, count('i64.clz')),
  unary('ctz', '011000000001', '001', OP_IMM, count('i64.ctz')),
  unary('cpop', '011000000010', '001', OP_IMM, count('i64.popcnt')),
  unary('clzw', '011000000000', '001', OP_IMM_32, countWord('i32.clz')),
  unary('ctzw', '011000000001', '001', OP_IMM_32, countWord('i32.ctz')),
  unary('cpopw', '011000000010', '001', OP_IMM_32, countWord('i32.popcnt')),
  unary('sext.b', '011000000100', '001', OP_IMM, count('i64.extend8_s')),
  unary('sext.h', '011000000101', '001', OP_IMM, count('i64.extend16_s')),
  row('Zbb', 'zext.h', '0000100 00000 rs1 100 rd 0111011', 'rd,rs1', e => {
    e.rs1();
    e.code.i64(0xffff).op('i64.and');
  }),
  op('Zbb', 'min', '0000101', '100', choose('i64.lt_s')),
  op('Zbb', 'minu', '0000101', '101', choose('i64.lt_u')),
  op('Zbb', 'max', '0000101', '110', choose('i64.gt_s')),
  op('Zbb', 'maxu', '0000101', '111', choose('i64.gt_u')),
  op('Zbb', 'rol', '0110000', '001', rotate('i64.rotl', 'rs2')),
  op('Zbb', 'ror', '0110000', '101', rotate('i64.rotr', 'rs2')),
  shift('Zbb', 'rori', '011000', '101', rotate('i64.rotr', 'imm')),
  op32('Zbb', 'rolw', '0110000', '001', rotateWord('i32.rotl', 'rs2')),
  op32('Zbb', 'rorw', '0110000', '101', rotateWord('i32.rotr', 'rs2')),
  row('Zbb', 'roriw', '0110000 uimm[4:0] rs1 101 rd 0011011', 'rd,rs1,imm', rotateWord('i32.rotr', 'imm')),
  unary('orc.b', '001010000111', '101', OP_IMM, combineBytes),
  unary('rev8', '011010111000', '101', OP_IMM, reverseBytes),
];

/** Pushes a one at the bit that the operand numbers. */
function bit(e: Emitter, operand: 'rs2' | 'imm'): void {
  e.code.i64(1);
  e[operand]();
  e.code.op('i64.shl');
}

const SINGLE_BIT: readonly [string, string, string, (e: Emitter, operand: 'rs2' | 'imm') => void][] = [
  [
    'bclr',
    '010010',
    '001',
    (e, operand) => {
      e.rs1();
      bit(e, operand);
      e.code.i64(-1).op('i64.xor', 'i64.and');
    },
  ],
  [
    'bext',
    '010010',
    '101',
    (e, operand) => {
      e.rs1();
      e[operand]();
      e.code.op('i64.shr_u').i64(1).op('i64.and');
    },
  ],
  [
    'binv',
    '011010',
    '001',
    (e, operand) => {
      e.rs1();
      bit(e, operand);
      e.code.op('i64.xor');
    },
  ],
  [
    'bset',
    '001010',
    '001',
    (e, operand) => {
      e.rs1();
      bit(e, operand);
      e.code.op('i64.or');
    },
  ],
];

const SINGLE: readonly Instruction[] = SINGLE_BIT.flatMap(([name, funct6, funct3, value]) => [
  op('Zbs', name, `${funct6}0`, funct3, e => value(e, 'rs2')),
  shift('Zbs', `${name}i`, funct6, funct3, e => value(e, 'imm')),
]);

const zeroWhen =
  (wasm: 'i64.eq' | 'i64.ne'): Emit =>
  e => {
    e.code.i64(0);
    e.rs1();
    e.rs2();
    e.code.i64(0).op(wasm, 'select');
  };

const ventana = (name: string, funct3: string, emit: Emit) =>
  instruction('XVentanaCondOps', name, `0000000 rs2 rs1 ${funct3} rd 1111011`, 'rd,rs1,rs2', e =>
    e.writeRd(() => emit(e)),
  );

const CONDITIONAL: readonly Instruction[] = [
  op('Zicond', 'czero.eqz', '0000111', '101', zeroWhen('i64.eq')),
  op('Zicond', 'czero.nez', '0000111', '111', zeroWhen('i64.ne')),
  ventana('vt.maskc', '110', zeroWhen('i64.eq')),
  ventana('vt.maskcn', '111', zeroWhen('i64.ne')),
];

export const BIT_MANIPULATION: readonly Instruction[] = [...ADDRESS, ...BASIC, ...SINGLE, ...CONDITIONAL];
