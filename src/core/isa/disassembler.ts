import { csrName } from './csrs.ts';
import { type Decoded, decode, instructionSize } from './decoder.ts';
import type { Extension } from './extensions.ts';
import type { Operands } from './pattern.ts';
import { F_NAMES, FLI_NAMES, ROUNDING_NAMES, X_NAMES } from './registers.ts';
import type { Form } from './row.ts';

export interface Disassembly {
  readonly length: 2 | 4;
  /** The encoding in hexadecimal, most significant digit first: 4 or 8 digits. */
  readonly bytes: string;
  /** Mnemonic, operands and for pc-relative ones a '# target' comment, in columns. */
  readonly text: string;
}

/** The reference shows hints as what they are carved out of. */
const HIDDEN: ReadonlySet<Extension> = new Set(['Zihintpause']);
const OPERAND_COLUMN = 24;
const COMMENT_COLUMN = 48;

/**
 * Disassembles the instruction at the start of `bytes` (2 bytes at least, little endian).
 * What is no instruction gives 'illegal' and the length that its low bits announce, or 2
 * where `bytes` ends before.
 */
export function disassemble(bytes: Uint8Array, pc: bigint): Disassembly {
  const low = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  const whole = instructionSize(low) === 4 && bytes.length >= 4;
  const bits = whole ? (low | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 24)) >>> 0 : low;
  const length = whole ? 4 : 2;
  const decoded = whole || instructionSize(low) === 2 ? decode(bits, HIDDEN) : undefined;
  return {
    length,
    bytes: bits.toString(16).padStart(length * 2, '0'),
    text: decoded ? format(decoded, pc) : 'illegal'.padEnd(OPERAND_COLUMN),
  };
}

function format({ row, operands }: Decoded, pc: bigint): string {
  const spelling = row.aliases.find(
    ({ when, sameSources }) =>
      Object.entries(when).every(([field, value]) => operands[field as keyof Operands] === value) &&
      (!sameSources || operands.rs1 === operands.rs2),
  );
  const form = spelling?.form ?? row.form;
  const name = (spelling?.name ?? row.name) + (row.extension === 'A' ? orderSuffix(operands) : '');
  const line = name.padEnd(OPERAND_COLUMN) + formatOperands(form, operands);
  if (!form.includes('offset')) return line;
  const target = BigInt.asUintN(64, pc + BigInt(operands.imm));
  return `${line.padEnd(COMMENT_COLUMN)}# 0x${target.toString(16)}`;
}

function orderSuffix({ imm }: Operands): string {
  return ((imm & 2) !== 0 ? '.aq' : '') + ((imm & 1) !== 0 ? '.rl' : '');
}

function formatOperands(form: Form, { rd, rs1, rs2, imm }: Operands): string {
  const x = (index: number) => X_NAMES[index] ?? '';
  const f = (index: number) => F_NAMES[index] ?? '';
  const values: Record<string, string> = {
    fd: f(rd),
    fs1: f(rs1),
    fs2: f(rs2),
    fs3: f((imm >> 3) & 31),
    rm: ROUNDING_NAMES[imm & 7] ?? '',
    rd: x(rd),
    rs1: x(rs1),
    rs2: x(rs2),
    fli: FLI_NAMES[imm] ?? '',
    imm: String(imm),
    offset: String(imm),
    csr: csrName(imm) ?? `0x${imm.toString(16).padStart(3, '0')}`,
    zimm: String(rs1),
    pred: fenceSet(imm >> 4),
    succ: fenceSet(imm),
  };
  return form.replace(/[a-z]+\d?/g, name => values[name] ?? name);
}

function fenceSet(bits: number): string {
  return [...'iorw'].filter((_, index) => (bits & (8 >> index)) !== 0).join('');
}
