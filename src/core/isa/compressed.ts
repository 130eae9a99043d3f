import type { Operands } from './pattern.ts';
import { type CompressedInstruction, lazyPattern } from './row.ts';

/** The C extension of RV64. Reserved encodings match no row. */

const ZERO = 0;
const RA = 1;
const SP = 2;

type When = (operands: Operands) => boolean;
const always: When = () => true;
const hasRd: When = o => o.rd !== 0;
const hasRs1: When = o => o.rs1 !== 0;
const hasImmediate: When = o => o.imm !== 0;

function c(
  name: string,
  pattern: string,
  expandsTo: string,
  mapping: CompressedInstruction['mapping'],
  when: When = always,
): CompressedInstruction {
  const parsed = lazyPattern(pattern);
  return {
    name,
    get pattern() {
      return parsed();
    },
    extension: 'C',
    expandsTo,
    mapping,
    when,
  };
}

const load = { rd: 'rd', rs1: 'rs1', imm: 'imm' } as const;
const store = { rs1: 'rs1', rs2: 'rs2', imm: 'imm' } as const;
const inPlaceImm = { rd: 'rd', rs1: 'rd', imm: 'imm' } as const;
const inPlaceReg = { rd: 'rd', rs1: 'rd', rs2: 'rs2' } as const;

export const COMPRESSED: readonly CompressedInstruction[] = [
  c('c.addi4spn', "000 uimm[5:4|9:6|2|3] rd' 00", 'addi', { rd: 'rd', rs1: SP, imm: 'imm' }, hasImmediate),
  c('c.fld', "001 uimm[5:3] rs1' uimm[7:6] rd' 00", 'fld', load),
  c('c.lw', "010 uimm[5:3] rs1' uimm[2|6] rd' 00", 'lw', load),
  c('c.ld', "011 uimm[5:3] rs1' uimm[7:6] rd' 00", 'ld', load),
  c('c.fsd', "101 uimm[5:3] rs1' uimm[7:6] rs2' 00", 'fsd', store),
  c('c.sw', "110 uimm[5:3] rs1' uimm[2|6] rs2' 00", 'sw', store),
  c('c.sd', "111 uimm[5:3] rs1' uimm[7:6] rs2' 00", 'sd', store),
  c('c.addi', '000 imm[5] rd imm[4:0] 01', 'addi', inPlaceImm),
  c('c.addiw', '001 imm[5] rd imm[4:0] 01', 'addiw', inPlaceImm, hasRd),
  c('c.li', '010 imm[5] rd imm[4:0] 01', 'addi', { rd: 'rd', rs1: ZERO, imm: 'imm' }),
  c(
    'c.addi16sp',
    '011 imm[9] 00010 imm[4|6|8:7|5] 01',
    'addi',
    { rd: SP, rs1: SP, imm: 'imm' },
    hasImmediate,
  ),
  c(
    'c.lui',
    '011 imm[17] rd imm[16:12] 01',
    'lui',
    { rd: 'rd', imm: 'imm' },
    o => o.imm !== 0 && o.rd !== SP,
  ),
  c('c.srli', "100 uimm[5] 00 rd' uimm[4:0] 01", 'srli', inPlaceImm),
  c('c.srai', "100 uimm[5] 01 rd' uimm[4:0] 01", 'srai', inPlaceImm),
  c('c.andi', "100 imm[5] 10 rd' imm[4:0] 01", 'andi', inPlaceImm),
  c('c.sub', "100 0 11 rd' 00 rs2' 01", 'sub', inPlaceReg),
  c('c.xor', "100 0 11 rd' 01 rs2' 01", 'xor', inPlaceReg),
  c('c.or', "100 0 11 rd' 10 rs2' 01", 'or', inPlaceReg),
  c('c.and', "100 0 11 rd' 11 rs2' 01", 'and', inPlaceReg),
  c('c.subw', "100 1 11 rd' 00 rs2' 01", 'subw', inPlaceReg),
  c('c.addw', "100 1 11 rd' 01 rs2' 01", 'addw', inPlaceReg),
  c('c.j', '101 imm[11|4|9:8|10|6|7|3:1|5] 01', 'jal', { rd: ZERO, imm: 'imm' }),
  c('c.beqz', "110 imm[8|4:3] rs1' imm[7:6|2:1|5] 01", 'beq', { rs1: 'rs1', rs2: ZERO, imm: 'imm' }),
  c('c.bnez', "111 imm[8|4:3] rs1' imm[7:6|2:1|5] 01", 'bne', { rs1: 'rs1', rs2: ZERO, imm: 'imm' }),
  c('c.slli', '000 uimm[5] rd uimm[4:0] 10', 'slli', inPlaceImm),
  c('c.fldsp', '001 uimm[5] rd uimm[4:3|8:6] 10', 'fld', { rd: 'rd', rs1: SP, imm: 'imm' }),
  c('c.lwsp', '010 uimm[5] rd uimm[4:2|7:6] 10', 'lw', { rd: 'rd', rs1: SP, imm: 'imm' }, hasRd),
  c('c.ldsp', '011 uimm[5] rd uimm[4:3|8:6] 10', 'ld', { rd: 'rd', rs1: SP, imm: 'imm' }, hasRd),
  c('c.jr', '100 0 rs1 00000 10', 'jalr', { rd: ZERO, rs1: 'rs1' }, hasRs1),
  c('c.mv', '100 0 rd rs2 10', 'addi', { rd: 'rd', rs1: 'rs2' }, o => o.rs2 !== 0),
  c('c.ebreak', '100 1 00000 00000 10', 'ebreak', {}),
  c('c.jalr', '100 1 rs1 00000 10', 'jalr', { rd: RA, rs1: 'rs1' }, hasRs1),
  c('c.add', '100 1 rd rs2 10', 'add', inPlaceReg, o => o.rs2 !== 0),
  c('c.fsdsp', '101 uimm[5:3|8:6] rs2 10', 'fsd', { rs1: SP, rs2: 'rs2', imm: 'imm' }),
  c('c.swsp', '110 uimm[5:2|7:6] rs2 10', 'sw', { rs1: SP, rs2: 'rs2', imm: 'imm' }),
  c('c.sdsp', '111 uimm[5:3|8:6] rs2 10', 'sd', { rs1: SP, rs2: 'rs2', imm: 'imm' }),
];
