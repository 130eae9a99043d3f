import { csrNumber } from './csrs.ts';
import { encodeOperands, type Operands } from './pattern.ts';
import { FLI_NAMES, fRegisterIndex, ROUNDING_NAMES, xRegisterIndex } from './registers.ts';
import type { Form } from './row.ts';
import { COMPRESSED_INSTRUCTIONS, INSTRUCTIONS } from './table.ts';

/** Text that is no instruction of the table, or operands that do not fit. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
}

export interface Encoded {
  readonly size: 2 | 4;
  readonly bits: number;
}

/**
 * Encodes an instruction by its row: `assemble('c.addi', { rd: 10, imm: 3 })`. Operands are
 * the fields of that row's own pattern. Throws AssemblyError or PatternError.
 */
export function encode(name: string, operands: Partial<Operands>): Encoded {
  const row = [...INSTRUCTIONS, ...COMPRESSED_INSTRUCTIONS].find(candidate => candidate.name === name);
  if (row === undefined) throw new AssemblyError(`no instruction '${name}'`);
  return { size: row.pattern.size, bits: encodeOperands(row.pattern, operands) };
}

/**
 * Assembles one line of text: base instructions and the aliases of the table, operands in the
 * disassembler's form, offsets as numbers: `beqz a0, -8`, `ld a1, 8(sp)`, `csrrw a0, satp, t0`.
 */
export function assembleLine(text: string): Encoded {
  const [, mnemonic = '', rest = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(text) ?? [];
  const [, name, order] = /^(.*?)((?:\.aq)?(?:\.?rl)?)$/.exec(mnemonic) ?? ['', mnemonic, ''];
  for (const row of INSTRUCTIONS) {
    const ordered = row.extension === 'A';
    const base: Partial<Operands> = ordered
      ? { imm: (order?.includes('aq') ? 2 : 0) + (order?.includes('rl') ? 1 : 0) }
      : {};
    const wanted = ordered ? name : mnemonic;
    const spelling =
      row.name === wanted
        ? { form: row.form, when: {}, sameSources: false }
        : row.aliases.find(a => a.name === wanted);
    if (spelling === undefined) continue;
    const operands = { ...base, ...spelling.when, ...parseOperands(spelling.form, rest, text) };
    if (spelling.sameSources) operands.rs2 = operands.rs1 ?? 0;
    return { size: row.pattern.size, bits: encodeOperands(row.pattern, operands) };
  }
  throw new AssemblyError(`no instruction '${mnemonic}'`);
}

/** Assembles lines (text or already encoded) to little-endian bytes. */
export function assemble(lines: readonly (string | Encoded)[]): Uint8Array {
  const bytes: number[] = [];
  for (const line of lines) {
    const { size, bits } = typeof line === 'string' ? assembleLine(line) : line;
    for (let index = 0; index < size; index++) bytes.push((bits >>> (8 * index)) & 0xff);
  }
  return Uint8Array.from(bytes);
}

function parseOperands(form: Form, text: string, line: string): Partial<Operands> {
  const wanted = form.match(/[a-z]+\d?/g) ?? [];
  const given = text.match(/[^\s,()]+/g) ?? [];
  if (wanted.length !== given.length) throw new AssemblyError(`'${line}': want operands '${form}'`);
  const operands: Partial<Operands> = {};
  wanted.forEach((field, index) => {
    assignOperand(operands, field, given[index] ?? '', line);
  });
  return operands;
}

function assignOperand(operands: Partial<Operands>, field: string, text: string, line: string): void {
  if (field === 'rd' || field === 'rs1' || field === 'rs2') {
    operands[field] = xRegisterIndex(text) ?? fail(`'${line}': no register '${text}'`);
  } else if (field === 'fd' || field === 'fs1' || field === 'fs2') {
    operands[FLOAT_FIELD[field]] = floatRegister(text, line);
  } else if (field === 'fs3') operands.imm = (operands.imm ?? 0) | (floatRegister(text, line) << 3);
  else if (field === 'rm') operands.imm = (operands.imm ?? 0) | roundingMode(text, line);
  else if (field === 'fli') operands.imm = constantIndex(text, line);
  else if (field === 'csr') operands.imm = csrNumber(text) ?? number(text, line);
  else if (field === 'zimm') operands.rs1 = number(text, line);
  else if (field === 'pred') operands.imm = (operands.imm ?? 0) | (fenceBits(text) << 4);
  else if (field === 'succ') operands.imm = (operands.imm ?? 0) | fenceBits(text);
  else operands.imm = number(text, line);
}

const FLOAT_FIELD = { fd: 'rd', fs1: 'rs1', fs2: 'rs2' } as const;

function floatRegister(text: string, line: string): number {
  return fRegisterIndex(text) ?? fail(`'${line}': no register '${text}'`);
}

function roundingMode(text: string, line: string): number {
  const mode = ROUNDING_NAMES.indexOf(text);
  return mode >= 0 ? mode : fail(`'${line}': no rounding mode '${text}'`);
}

function constantIndex(text: string, line: string): number {
  const index = FLI_NAMES.indexOf(text);
  return index >= 0 ? index : fail(`'${line}': no constant '${text}'`);
}

function number(text: string, line: string): number {
  const value = Number(text);
  return Number.isInteger(value) ? value : fail(`'${line}': no number '${text}'`);
}

function fenceBits(text: string): number {
  return [...'iorw'].reduce((bits, letter, index) => bits | (text.includes(letter) ? 8 >> index : 0), 0);
}

function fail(message: string): never {
  throw new AssemblyError(message);
}
