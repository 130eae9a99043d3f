import { ArgumentError } from './errors.ts';
import type { LineReader } from './line-reader.ts';
import type { MemoryFormat } from './types.ts';

/** What `/fmt` leaves out is taken from the command before. */
export interface FormatState {
  format: MemoryFormat['format'];
  size: number;
}

export function initialFormat(): FormatState {
  return { format: 'x', size: 4 };
}

const SIZES: Readonly<Record<string, number>> = { b: 1, h: 2, w: 4, g: 8, L: 8 };
const MAX_COUNT = 0x7fff_ffff;

function readCount(line: LineReader): number {
  const digits = line.take(/\d*/y);
  if (digits === '') return 1;
  const count = Number(digits);
  if (count > MAX_COUNT) throw new ArgumentError(`count in format is too large: '${digits}'`);
  return count;
}

/** Reads `/{count}{format}{size}` if it stands here, and remembers format and size. Throws ArgumentError. */
export function readFormat(line: LineReader, state: FormatState): MemoryFormat {
  if (line.peek() !== '/')
    return { count: 1, format: state.format, size: state.format === 'i' ? -1 : state.size };
  line.position++;
  const count = readCount(line);
  let format: MemoryFormat['format'] | undefined;
  let size: number | undefined;
  for (const letter of line.take(/[oduxicbhwgL]*/y)) {
    if (letter in SIZES) size = SIZES[letter];
    else format = letter as MemoryFormat['format'];
  }
  if (!line.atEnd() && line.take(/[ \t\n\v\f\r]/y) === '') {
    throw new ArgumentError(`invalid char in format: '${line.peekPoint()}'`);
  }
  state.format = format ?? state.format;
  if (state.format === 'i') return { count, format: 'i', size: size ?? -1 };
  state.size = size ?? state.size;
  return { count, format: state.format, size: state.size };
}
