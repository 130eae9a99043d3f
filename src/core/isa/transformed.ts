import { encode } from './assembler.ts';
import { decode } from './decoder.ts';

const COMPRESSED_BIT = 2;
const RS1_SHIFT = 15;

/**
 * A load, store or atomic operation as htinst and mtinst give it (privileged specification,
 * "Transformed Instruction"): uncompressed, without its offset, and with that of the fault in place of rs1.
 * 0 for every other instruction.
 */
export function transformedInstruction(bits: number, faultOffset: number): bigint {
  const decoded = decode(bits);
  if (decoded === undefined) return 0n;
  const { row, operands, size } = decoded;
  const loadOrStore = row.form.endsWith('imm(rs1)');
  const keepsAll = row.form.endsWith('(rs1)') && !loadOrStore; // atomic ones and those of hypervisors have no offset
  if (!loadOrStore && !keepsAll) return 0n;
  const base = keepsAll ? bits : encode(row.name, { ...operands, imm: 0 }).bits;
  const transformed = (base & ~(31 << RS1_SHIFT)) | (faultOffset << RS1_SHIFT);
  return BigInt((size === 2 ? transformed & ~COMPRESSED_BIT : transformed) >>> 0);
}

/** The address that a load, store or atomic operation accesses, with rs1 from `x`. */
export function effectiveAddress(bits: number, x: (index: number) => bigint): bigint {
  const decoded = decode(bits);
  if (decoded === undefined) return 0n;
  const { row, operands } = decoded;
  const offset = row.form.endsWith('imm(rs1)') ? operands.imm : 0;
  return BigInt.asUintN(64, x(operands.rs1) + BigInt(offset));
}
