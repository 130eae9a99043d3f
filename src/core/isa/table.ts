import { ATOMIC } from './atomic.ts';
import { BASE } from './base.ts';
import { BIT_MANIPULATION } from './bit-manipulation.ts';
import { COMPRESSED } from './compressed.ts';
import { FLOAT } from './float.ts';
import { MULTIPLY } from './multiply.ts';
import { PRIVILEGED } from './privileged.ts';
import type { CompressedInstruction, Extension, Instruction } from './row.ts';

/** Every instruction with a 32-bit encoding. Decoder, execution, disassembler and tests follow from these rows. */
export const INSTRUCTIONS: readonly Instruction[] = [
  ...BASE,
  ...MULTIPLY,
  ...ATOMIC,
  ...FLOAT,
  ...BIT_MANIPULATION,
  ...PRIVILEGED,
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

/** Single-letter extensions in the order that an ISA string wants (unprivileged spec, naming conventions). */
const CANONICAL_ORDER = 'IMAFDC';
const Z_CATEGORIES = 'imafdcb';

/** What the csr table gives without any instruction: cycle, time and instret, and the event counters. */
const COUNTER_EXTENSIONS = ['Zicntr', 'Zihpm'];

/** Single-letter extensions of the rows in canonical order, save those of `without`. */
export function singleLetterExtensions(without: ReadonlySet<Extension> = new Set()): string[] {
  const rows = [...INSTRUCTIONS, ...COMPRESSED_INSTRUCTIONS];
  const present = new Set<string>(rows.map(row => row.extension).filter(name => !without.has(name)));
  return [...CANONICAL_ORDER].filter(letter => present.has(letter));
}

/** Z extensions are ordered by the category that their second letter names, then by name. */
function byCategory(a: string, b: string): number {
  const category = (name: string) => Z_CATEGORIES.indexOf(name.charAt(1));
  return category(a) - category(b) || (a < b ? -1 : 1);
}

/** Extensions that have rows here: single letters in canonical order, then Z extensions, then those of the CSRs. */
export function extensions(without: ReadonlySet<Extension> = new Set()): string[] {
  const present = new Set<string>(INSTRUCTIONS.map(row => row.extension));
  const named = [...present, ...COUNTER_EXTENSIONS].filter(name => name.startsWith('Z')).sort(byCategory);
  return [...singleLetterExtensions(without), ...named, 'Sstc', 'Svadu'];
}

/** The device tree's riscv,isa value: 'rv64imafdc_zicntr_zicond_zicsr_zifencei_zihpm_zba_zbb_zbs_sstc_svadu'. */
export function isaString(): string {
  const all = extensions();
  const letters = all.filter(name => name.length === 1).join('');
  const named = all.filter(name => name.length > 1);
  return [`rv64${letters}`, ...named].join('_').toLowerCase();
}
