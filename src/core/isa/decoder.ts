import type { Extension } from './extensions.ts';
import { extractOperands, type Operands } from './pattern.ts';
import type { CompressedInstruction, Instruction } from './row.ts';
import { COMPRESSED_INSTRUCTIONS, INSTRUCTIONS, instructionByName } from './table.ts';

/** One decoded instruction; a compressed one appears as the base instruction that it expands to. */
export interface Decoded {
  readonly row: Instruction;
  readonly compressed: CompressedInstruction | undefined;
  readonly size: 2 | 4;
  readonly operands: Operands;
}

/** Lists by key, each made when it is first asked for. */
function indexed<Row>(select: (key: number) => Row[]): (key: number) => readonly Row[] {
  const lists: Row[][] = [];
  return key => {
    lists[key] ??= select(key);
    return lists[key];
  };
}

/** Rows by the bits that all base encodings fix: opcode (6:2) and funct3 where a row has one. */
const baseRows = indexed(key =>
  INSTRUCTIONS.filter(({ pattern }) => {
    const bits = ((key >> 3) << 2) | 3 | ((key & 7) << 12);
    const fixed = pattern.mask & 0x707f;
    return (pattern.match & fixed) === (bits & fixed);
  }),
);

const compressedRows = indexed(key =>
  COMPRESSED_INSTRUCTIONS.filter(({ pattern }) => {
    const bits = (key & 3) | ((key >> 2) << 13);
    return (pattern.match & 0xe003) === bits;
  }),
);

/** Length in bytes of the instruction that starts with these 16 bits. */
export function instructionSize(low: number): 2 | 4 {
  return (low & 3) === 3 ? 4 : 2;
}

const NOTHING: ReadonlySet<Extension> = new Set();

/**
 * Decodes an instruction for a hart without some extensions; `bits` holds 16 or 32 bits by
 * instructionSize(). Undefined: illegal.
 */
export function decode(bits: number, without: ReadonlySet<Extension> = NOTHING): Decoded | undefined {
  if (instructionSize(bits) === 4) return decodeBase(bits, without);
  const decoded = decodeCompressed(bits & 0xffff);
  return decoded && without.has(decoded.row.extension) ? undefined : decoded;
}

function decodeBase(bits: number, without: ReadonlySet<Extension>): Decoded | undefined {
  const key = (((bits >>> 2) & 31) << 3) | ((bits >>> 12) & 7);
  for (const row of baseRows(key)) {
    const { mask, match } = row.pattern;
    if ((bits & mask) >>> 0 === match && !without.has(row.extension)) {
      return { row, compressed: undefined, size: 4, operands: extractOperands(row.pattern, bits) };
    }
  }
  return undefined;
}

function decodeCompressed(bits: number): Decoded | undefined {
  const key = (bits & 3) | ((bits >>> 13) << 2);
  for (const compressed of compressedRows(key)) {
    const { mask, match } = compressed.pattern;
    if ((bits & mask) >>> 0 !== match) continue;
    const found = extractOperands(compressed.pattern, bits);
    if (!compressed.when(found)) continue;
    return {
      row: instructionByName(compressed.expandsTo),
      compressed,
      size: 2,
      operands: expand(compressed, found),
    };
  }
  return undefined;
}

function expand({ mapping }: CompressedInstruction, found: Operands): Operands {
  const operands: Operands = { rd: 0, rs1: 0, rs2: 0, imm: 0 };
  for (const field of ['rd', 'rs1', 'rs2', 'imm'] as const) {
    const source = mapping[field];
    if (typeof source === 'number') operands[field] = source;
    else if (source !== undefined) operands[field] = found[source];
  }
  return operands;
}
