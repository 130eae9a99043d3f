import { ATOMIC } from './atomic.ts';
import { BASE } from './base.ts';
import { BIT_MANIPULATION } from './bit-manipulation.ts';
import { CACHE_BLOCK } from './cache-block.ts';
import { CARRY_LESS } from './carry-less.ts';
import { COMPRESSED } from './compressed.ts';
import { FLOAT } from './float.ts';
import { FLOAT_ADDITIONAL } from './float-additional.ts';
import { HINTS } from './hints.ts';
import { HYPERVISOR } from './hypervisor.ts';
import { MULTIPLY } from './multiply.ts';
import { PRIVILEGED } from './privileged.ts';
import type { CompressedInstruction, Instruction } from './row.ts';

/** Every instruction with a 32-bit encoding. Decoder, execution, disassembler and tests follow from these rows. */
export const INSTRUCTIONS: readonly Instruction[] = [
  ...HINTS, // before the instructions whose encodings they are carved out of
  ...BASE,
  ...MULTIPLY,
  ...ATOMIC,
  ...FLOAT,
  ...FLOAT_ADDITIONAL,
  ...BIT_MANIPULATION,
  ...CARRY_LESS,
  ...CACHE_BLOCK,
  ...PRIVILEGED,
  ...HYPERVISOR,
];

/** Every 16-bit instruction, each standing for one of INSTRUCTIONS. */
export const COMPRESSED_INSTRUCTIONS: readonly CompressedInstruction[] = COMPRESSED;

const BY_NAME = new Map(INSTRUCTIONS.map(row => [row.name, row]));

/** The row of that name. Throws RangeError when there is none. */
export function instructionByName(name: string): Instruction {
  const row = BY_NAME.get(name);
  if (row === undefined) throw new RangeError(`no instruction '${name}'`);
  return row;
}
