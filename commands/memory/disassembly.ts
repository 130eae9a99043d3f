import type { DisassembledInstruction } from '../../src/qapi/generated/types.ts';

/** columns of the encoding, of the mnemonic, and of mnemonic and operands before a comment */
const ENCODING_WIDTH = 18;
const MNEMONIC_WIDTH = 24;
const COMMENT_COLUMN = 48;

/** The encoding as one little-endian number; `bytes` has two digits a byte, in memory order. */
function encoding(bytes: string): string {
  return (bytes.match(/../g) ?? []).reverse().join('');
}

/** Puts operands and comment into their columns, however they were separated. */
function alignText(text: string): string {
  const [, mnemonic = '', operands = '', comment = ''] = /^(\S+)\s*(.*?)\s*(#.*)?$/.exec(text.trim()) ?? [];
  const instruction = `${mnemonic.padEnd(MNEMONIC_WIDTH)}${operands}`;
  return comment === '' ? instruction : `${instruction.padEnd(COMMENT_COLUMN)}${comment}`;
}

/** `0x00001000:  00000297          auipc                   t0,0                    # 0x1000` */
export function formatInstruction({ address, bytes, text }: DisassembledInstruction): string {
  const where = `0x${address.toString(16).padStart(8, '0')}:`;
  return `${where}  ${encoding(bytes).padEnd(ENCODING_WIDTH)}${alignText(text)}\n`;
}
