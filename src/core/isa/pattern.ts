/**
 * Encoding patterns in the notation of the ISA manual, most significant bit first:
 * `imm[12|10:5] rs2 rs1 000 imm[4:1|11] 1100011`. A token is a run of literal bits, a
 * register (`rd`, `rs1`, `rs2`; with an apostrophe the three-bit form for x8..x15), or a
 * slice of `imm` (sign-extended) or `uimm` (zero-extended) naming the immediate's bits.
 */

export type FieldName = 'rd' | 'rs1' | 'rs2' | 'imm';

/** Operand values of one instruction; fields that the encoding lacks are 0. */
export type Operands = Record<FieldName, number>;

interface Piece {
  readonly field: FieldName;
  readonly from: number; // lowest bit in the encoding
  readonly width: number;
  readonly to: number; // lowest bit in the operand's value
  readonly base: number; // added to the value: 8 for the three-bit register fields
}

export interface Pattern {
  readonly size: 2 | 4; // bytes
  readonly mask: number;
  readonly match: number;
  readonly pieces: readonly Piece[];
  readonly immediateBits: number; // width up to and including the highest bit
  readonly signed: boolean;
}

const REGISTER = /^(rd|rs1|rs2)('?)$/;
const IMMEDIATE = /^(u?imm)\[([0-9:|]+)\]$/;

export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** Reads a pattern. Throws PatternError when a token is unknown or the bits do not add up to 16 or 32. */
export function parsePattern(text: string): Pattern {
  const tokens = text.split(' ');
  const total = tokens.reduce((sum, token) => sum + tokenWidth(token, text), 0);
  if (total !== 16 && total !== 32) throw new PatternError(`'${text}': ${total} bits, want 16 or 32`);
  const pieces: Piece[] = [];
  let [mask, match, position] = [0, 0, total];
  for (const token of tokens) {
    const width = tokenWidth(token, text);
    position -= width;
    if (/^[01]+$/.test(token)) {
      mask |= (2 ** width - 1) << position;
      match |= Number.parseInt(token, 2) << position;
    } else pieces.push(...tokenPieces(token, position, width));
  }
  const immediate = pieces.filter(piece => piece.field === 'imm');
  return {
    size: total === 32 ? 4 : 2,
    mask: mask >>> 0,
    match: match >>> 0,
    pieces,
    immediateBits: Math.max(0, ...immediate.map(piece => piece.to + piece.width)),
    signed: / imm\[|^imm\[/.test(text),
  };
}

function tokenWidth(token: string, text: string): number {
  if (/^[01]+$/.test(token)) return token.length;
  const register = REGISTER.exec(token);
  if (register) return register[2] === '' ? 5 : 3;
  const immediate = IMMEDIATE.exec(token);
  if (immediate) return slices(immediate[2] ?? '').reduce((sum, slice) => sum + slice.width, 0);
  throw new PatternError(`'${text}': unknown token '${token}'`);
}

function slices(text: string): { to: number; width: number }[] {
  return text.split('|').map(part => {
    const [high = 0, low = high] = part.split(':').map(Number);
    return { to: low, width: high - low + 1 };
  });
}

function tokenPieces(token: string, position: number, width: number): Piece[] {
  const register = REGISTER.exec(token);
  if (register) {
    const base = register[2] === '' ? 0 : 8;
    return [{ field: register[1] as FieldName, from: position, width, to: 0, base }];
  }
  let from = position + width;
  return slices(IMMEDIATE.exec(token)?.[2] ?? '').map(slice => {
    from -= slice.width;
    return { field: 'imm', from, width: slice.width, to: slice.to, base: 0 };
  });
}

/** Operand values in an encoding that the pattern matches. */
export function extractOperands(pattern: Pattern, encoding: number): Operands {
  const operands: Operands = { rd: 0, rs1: 0, rs2: 0, imm: 0 };
  for (const { field, from, width, to, base } of pattern.pieces) {
    operands[field] |= (((encoding >>> from) & (2 ** width - 1)) << to) + base;
  }
  if (pattern.signed) {
    const unused = 32 - pattern.immediateBits;
    operands.imm = (operands.imm << unused) >> unused;
  }
  return operands;
}

/** The encoding with these operands. Throws PatternError when a value does not fit its field. */
export function encodeOperands(pattern: Pattern, operands: Partial<Operands>): number {
  let encoding = pattern.match;
  for (const { field, from, width, to, base } of pattern.pieces) {
    const value = (operands[field] ?? 0) - base;
    encoding |= ((value >>> to) & (2 ** width - 1)) << from;
  }
  const back = extractOperands(pattern, encoding);
  for (const { field } of pattern.pieces) {
    const wanted = operands[field] ?? 0;
    if (back[field] !== (pattern.immediateBits === 32 ? wanted | 0 : wanted)) {
      throw new PatternError(`${field} = ${wanted} does not fit the encoding`);
    }
  }
  return encoding >>> 0;
}
