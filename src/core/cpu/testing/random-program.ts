import {
  COMPRESSED_INSTRUCTIONS,
  type Encoded,
  encode,
  extractOperands,
  INSTRUCTIONS,
  type Instruction,
  type Operands,
} from '../../isa/index.ts';

/** Marsaglia's xorshift32: the same programs on every run. */
export function randomSource(seed: number): (below: number) => number {
  let state = seed | 1;
  return below => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Points at the middle of the data page throughout a program; ADDRESS is scratch for atomics. */
export const BASE_REGISTER = 31;
const ADDRESS_REGISTER = 30;
const FREE_REGISTERS = 30;

const CONTROL = new Set([
  'jal',
  'jalr',
  'ecall',
  'ebreak',
  'auipc',
  'mret',
  'sret',
  'wfi',
  'sfence.vma',
  'c.ebreak',
]);
/** The peer counts on into the upper word. */
const MISTAKEN = new Set(['ctzw']);
const MEMORY_FORMS = new Set(['rd,imm(rs1)', 'rs2,imm(rs1)', 'fd,imm(rs1)', 'fs2,imm(rs1)']);
const ROUNDING_MODES = [0, 1, 2, 3, 4, 7];
const FRM = 2;
const FCSR = 3;

const FLOAT = INSTRUCTIONS.filter(row => row.extension === 'F' || row.extension === 'D');
/** Csrs differ in user mode, as may cache blocks; the others are younger than the peer. */
const LEFT_OUT = new Set([
  'Zicsr',
  'Zicbom',
  'Zicboz',
  'Zicond',
  'Zawrs',
  'Zfa',
  'Svinval',
  'H',
  'XVentanaCondOps',
]);
const PLAIN = INSTRUCTIONS.filter(
  row =>
    !CONTROL.has(row.name) && !MISTAKEN.has(row.name) && !LEFT_OUT.has(row.extension) && !FLOAT.includes(row),
);
const COMPRESSED = COMPRESSED_INSTRUCTIONS.filter(
  row =>
    !CONTROL.has(row.name) &&
    !['jal', 'jalr', 'beq', 'bne', 'lw', 'ld', 'sw', 'sd', 'fld', 'fsd'].includes(row.expandsTo),
);

/** About `count` random instructions that stay inside the program and the data page. */
export function randomInstructions(count: number, random: (below: number) => number): Encoded[] {
  const lines: Encoded[] = [];
  while (lines.length < count) {
    if (random(4) === 0) pushCompressed(lines, random);
    else if (random(2) === 0) pushFloat(lines, random);
    else pushBase(lines, PLAIN[random(PLAIN.length)]!, random);
  }
  return lines;
}

/** A floating-point instruction, often with a fresh operand: results alone soon are all NaNs. */
function pushFloat(lines: Encoded[], random: (below: number) => number): void {
  const row = FLOAT[random(FLOAT.length)]!;
  const operands: Operands = {
    ...extractOperands(row.pattern, (random(65536) << 16) | random(65536)),
    rd: random(row.form.includes('fd') ? 32 : FREE_REGISTERS),
    rs1: random(32),
    rs2: random(32),
  };
  if (row.form.startsWith('rm')) {
    operands.imm = (operands.imm & 0xf8) | ROUNDING_MODES[random(ROUNDING_MODES.length)]!;
  }
  if (MEMORY_FORMS.has(row.form)) operands.rs1 = BASE_REGISTER;
  else if (row.form.includes('fs1')) {
    const imm = (random(511) - 255) * 8;
    const load = row.extension === 'F' && random(4) !== 0 ? 'flw' : 'fld';
    lines.push(encode(load, { rd: operands.rs1, rs1: BASE_REGISTER, imm }));
  }
  if (random(16) === 0) {
    lines.push(encode('csrrwi', { rd: random(FREE_REGISTERS), rs1: random(5), imm: FRM }));
    lines.push(encode('csrrci', { rd: random(FREE_REGISTERS), rs1: random(32), imm: FCSR }));
  }
  lines.push(encode(row.name, operandsOf(row, operands)));
}

/** Fields that the encoding lacks are zero. */
function operandsOf(row: Instruction, operands: Operands): Partial<Operands> {
  const fields = new Set(row.pattern.pieces.map(piece => piece.field));
  return Object.fromEntries(
    Object.entries(operands).filter(([field]) => fields.has(field as keyof Operands)),
  );
}

function pushBase(lines: Encoded[], row: Instruction, random: (below: number) => number): void {
  const operands: Operands = {
    ...extractOperands(row.pattern, (random(65536) << 16) | random(65536)),
    rd: random(FREE_REGISTERS),
    rs1: random(32),
    rs2: row.name.startsWith('lr') ? 0 : random(32),
  };
  if (MEMORY_FORMS.has(row.form)) operands.rs1 = BASE_REGISTER;
  if (row.form === 'rs1,rs2,offset') operands.imm = 8; // over the next instruction, which has four bytes
  if (row.extension === 'A') {
    // words and doublewords apart: the peer's sc.w after lr.d stores and reports that it did not
    const imm = random(120) * 16 + (row.name.endsWith('.w') ? 8 : 0);
    lines.push(encode('addi', { rd: ADDRESS_REGISTER, rs1: BASE_REGISTER, imm }));
    operands.rs1 = ADDRESS_REGISTER;
  }
  if (row.name === 'fence.i') operands.rd = operands.rs1 = 0;
  lines.push(encode(row.name, operands));
  if (row.form === 'rs1,rs2,offset')
    lines.push(encode('addi', { rd: operands.rs2 % FREE_REGISTERS, rs1: operands.rs1, imm: 1 }));
}

function pushCompressed(lines: Encoded[], random: (below: number) => number): void {
  const row = COMPRESSED[random(COMPRESSED.length)]!;
  const bits = (row.pattern.match | (random(65536) & ~row.pattern.mask & 0xffff)) >>> 0;
  const operands = extractOperands(row.pattern, bits);
  const hint = operands.rd === 0 || operands.imm === 0;
  if (operands.rd >= FREE_REGISTERS || hint || !row.when(operands)) return;
  lines.push({ bits, size: 2 });
}
