import type { LoadOp, PlainOp, StoreOp } from '../wasm/index.ts';
import { type AccessSize, type Alias, alias, type Emitter, type Instruction, instruction } from './row.ts';

/** RV64I, by the unprivileged specification's chapters RV32I and RV64I. */

const register = (op: PlainOp) => (e: Emitter) =>
  e.writeRd(() => {
    e.rs1();
    e.rs2();
    e.code.op(op);
  });
const immediate = (op: PlainOp) => (e: Emitter) =>
  e.writeRd(() => {
    e.rs1();
    e.imm();
    e.code.op(op);
  });
const compare = (op: PlainOp, operand: 'rs2' | 'imm') => (e: Emitter) =>
  e.writeRd(() => {
    e.rs1();
    e[operand]();
    e.code.op(op, 'i64.extend_i32_u');
  });
/** 32-bit operation, sign-extended to 64 bits. */
const word = (op: PlainOp, operand: 'rs2' | 'imm') => (e: Emitter) =>
  e.writeRd(() => {
    e.rs1();
    e.code.op('i32.wrap_i64');
    e[operand]();
    e.code.op('i32.wrap_i64', op, 'i64.extend_i32_s');
  });
const branchIf = (op: PlainOp) => (e: Emitter) =>
  e.branch(() => {
    e.rs1();
    e.rs2();
    e.code.op(op);
  });

const op = (name: string, funct7: string, funct3: string, emit: (e: Emitter) => void, aliases?: Alias[]) =>
  instruction('I', name, `${funct7} rs2 rs1 ${funct3} rd 0110011`, 'rd,rs1,rs2', emit, aliases);
const op32 = (name: string, funct7: string, funct3: string, wasm: PlainOp, aliases?: Alias[]) =>
  instruction('I', name, `${funct7} rs2 rs1 ${funct3} rd 0111011`, 'rd,rs1,rs2', word(wasm, 'rs2'), aliases);
const opImm = (name: string, funct3: string, emit: (e: Emitter) => void, aliases?: Alias[]) =>
  instruction('I', name, `imm[11:0] rs1 ${funct3} rd 0010011`, 'rd,rs1,imm', emit, aliases);
const shift = (name: string, funct6: string, funct3: string, wasm: PlainOp) =>
  instruction('I', name, `${funct6} uimm[5:0] rs1 ${funct3} rd 0010011`, 'rd,rs1,imm', immediate(wasm));
const shift32 = (name: string, funct7: string, funct3: string, wasm: PlainOp) =>
  instruction('I', name, `${funct7} uimm[4:0] rs1 ${funct3} rd 0011011`, 'rd,rs1,imm', word(wasm, 'imm'));
const branch = (name: string, funct3: string, wasm: PlainOp, aliases: Alias[]) =>
  instruction(
    'I',
    name,
    `imm[12|10:5] rs2 rs1 ${funct3} imm[4:1|11] 1100011`,
    'rs1,rs2,offset',
    branchIf(wasm),
    aliases,
  );
const load = (name: string, funct3: string, wasm: LoadOp, size: AccessSize) =>
  instruction('I', name, `imm[11:0] rs1 ${funct3} rd 0000011`, 'rd,imm(rs1)', e => e.load(wasm, size));
const store = (name: string, funct3: string, wasm: StoreOp, size: AccessSize) =>
  instruction('I', name, `imm[11:5] rs2 rs1 ${funct3} imm[4:0] 0100011`, 'rs2,imm(rs1)', e =>
    e.store(wasm, size),
  );
const system = (name: string, word: string, action: 'ecall' | 'ebreak') =>
  instruction('I', name, `${word} 00000 000 00000 1110011`, '', e => e.system(action));

export const BASE: readonly Instruction[] = [
  instruction('I', 'lui', 'imm[31:12] rd 0110111', 'rd,imm', e => e.writeRd(() => e.imm())),
  instruction('I', 'auipc', 'imm[31:12] rd 0010111', 'rd,offset', e =>
    e.writeRd(() => {
      e.pc();
      e.imm();
      e.code.op('i64.add');
    }),
  ),
  instruction('I', 'jal', 'imm[20|10:1|11|19:12] rd 1101111', 'rd,offset', e => e.jumpRelative(), [
    alias('j', 'offset', { rd: 0 }),
  ]),
  instruction(
    'I',
    'jalr',
    'imm[11:0] rs1 000 rd 1100111',
    'rd,rs1,imm',
    e =>
      e.jumpAbsolute(() => {
        e.rs1();
        e.imm();
        e.code.op('i64.add').i64(-2).op('i64.and');
      }),
    [alias('ret', '', { rd: 0, rs1: 1, imm: 0 }), alias('jr', 'rs1', { rd: 0, imm: 0 })],
  ),
  branch('beq', '000', 'i64.eq', [alias('beqz', 'rs1,offset', { rs2: 0 })]),
  branch('bne', '001', 'i64.ne', [alias('bnez', 'rs1,offset', { rs2: 0 })]),
  branch('blt', '100', 'i64.lt_s', [
    alias('bltz', 'rs1,offset', { rs2: 0 }),
    alias('bgtz', 'rs2,offset', { rs1: 0 }),
    alias('bgt', 'rs2,rs1,offset', {}),
  ]),
  branch('bge', '101', 'i64.ge_s', [
    alias('blez', 'rs2,offset', { rs1: 0 }),
    alias('bgez', 'rs1,offset', { rs2: 0 }),
    alias('ble', 'rs2,rs1,offset', {}),
  ]),
  branch('bltu', '110', 'i64.lt_u', [alias('bgtu', 'rs2,rs1,offset', {})]),
  branch('bgeu', '111', 'i64.ge_u', [alias('bleu', 'rs2,rs1,offset', {})]),
  load('lb', '000', 'i64.load8_s', 1),
  load('lh', '001', 'i64.load16_s', 2),
  load('lw', '010', 'i64.load32_s', 4),
  load('ld', '011', 'i64.load', 8),
  load('lbu', '100', 'i64.load8_u', 1),
  load('lhu', '101', 'i64.load16_u', 2),
  load('lwu', '110', 'i64.load32_u', 4),
  store('sb', '000', 'i64.store8', 1),
  store('sh', '001', 'i64.store16', 2),
  store('sw', '010', 'i64.store32', 4),
  store('sd', '011', 'i64.store', 8),
  opImm('addi', '000', immediate('i64.add'), [
    alias('nop', '', { rd: 0, rs1: 0, imm: 0 }),
    alias('mv', 'rd,rs1', { imm: 0 }),
  ]),
  opImm('slti', '010', compare('i64.lt_s', 'imm')),
  opImm('sltiu', '011', compare('i64.lt_u', 'imm'), [alias('seqz', 'rd,rs1', { imm: 1 })]),
  opImm('xori', '100', immediate('i64.xor'), [alias('not', 'rd,rs1', { imm: -1 })]),
  opImm('ori', '110', immediate('i64.or')),
  opImm('andi', '111', immediate('i64.and')),
  shift('slli', '000000', '001', 'i64.shl'),
  shift('srli', '000000', '101', 'i64.shr_u'),
  shift('srai', '010000', '101', 'i64.shr_s'),
  op('add', '0000000', '000', register('i64.add')),
  op('sub', '0100000', '000', register('i64.sub'), [alias('neg', 'rd,rs2', { rs1: 0 })]),
  op('sll', '0000000', '001', register('i64.shl')),
  op('slt', '0000000', '010', compare('i64.lt_s', 'rs2'), [
    alias('sltz', 'rd,rs1', { rs2: 0 }),
    alias('sgtz', 'rd,rs2', { rs1: 0 }),
  ]),
  op('sltu', '0000000', '011', compare('i64.lt_u', 'rs2'), [alias('snez', 'rd,rs2', { rs1: 0 })]),
  op('xor', '0000000', '100', register('i64.xor')),
  op('srl', '0000000', '101', register('i64.shr_u')),
  op('sra', '0100000', '101', register('i64.shr_s')),
  op('or', '0000000', '110', register('i64.or')),
  op('and', '0000000', '111', register('i64.and')),
  instruction('I', 'addiw', 'imm[11:0] rs1 000 rd 0011011', 'rd,rs1,imm', word('i32.add', 'imm'), [
    alias('sext.w', 'rd,rs1', { imm: 0 }),
  ]),
  shift32('slliw', '0000000', '001', 'i32.shl'),
  shift32('srliw', '0000000', '101', 'i32.shr_u'),
  shift32('sraiw', '0100000', '101', 'i32.shr_s'),
  op32('addw', '0000000', '000', 'i32.add'),
  op32('subw', '0100000', '000', 'i32.sub', [alias('negw', 'rd,rs2', { rs1: 0 })]),
  op32('sllw', '0000000', '001', 'i32.shl'),
  op32('srlw', '0000000', '101', 'i32.shr_u'),
  op32('sraw', '0100000', '101', 'i32.shr_s'),
  // One hart runs at a time and the host's memory is coherent, so ordering costs nothing.
  instruction('I', 'fence', 'uimm[11:0] rs1 000 rd 0001111', 'pred,succ', () => {}),
  system('ecall', '000000000000', 'ecall'),
  system('ebreak', '000000000001', 'ebreak'),
];
