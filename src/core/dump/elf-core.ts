import type { FlatRange } from '../memory/flat-view.ts';
import { CONTENTS_OF_NAMES, writeHeaders } from './elf-headers.ts';

/** A run of guest memory that goes into the dump. */
export interface DumpRange {
  readonly start: bigint;
  readonly size: bigint;
}

/** What a hart's note says. */
export interface HartRegisters {
  readonly id: number;
  readonly pc: bigint;
  x(index: number): bigint;
}

/** What a dump limits itself to. */
export interface DumpFilter {
  readonly begin: bigint;
  readonly length: bigint;
}

/** RAM and ROM of the flat view, cut to the filter; empty when the filter leaves nothing. */
export function dumpRanges(flatView: readonly FlatRange[], filter: DumpFilter | null): DumpRange[] {
  const ranges = flatView
    .filter(({ region }) => region.kind === 'ram' || region.kind === 'rom')
    .map(({ start, size }) => ({ start, size }));
  if (!filter) return ranges;
  const end = filter.begin + filter.length;
  return ranges.flatMap(range => {
    const start = range.start > filter.begin ? range.start : filter.begin;
    const stop = range.start + range.size < end ? range.start + range.size : end;
    return start < stop ? [{ start, size: stop - start }] : [];
  });
}

/** Bytes of guest memory in a dump. */
export function dumpTotal(ranges: readonly DumpRange[]): bigint {
  return ranges.reduce((sum, { size }) => sum + size, 0n);
}

/** What of a dump could not be written, in the words of QEMU's errors. */
export type DumpPart =
  | 'write elf header'
  | 'save memory'
  | 'write section headers'
  | 'write disk dump header'
  | 'write kdump sub header'
  | 'write note'
  | 'write dump_bitmap'
  | 'write page desc'
  | 'write page data';

/** A piece of a file. */
export interface DumpPiece {
  readonly part: DumpPart;
  readonly bytes: Uint8Array;
  /** Where in the file; absent: behind the piece before. */
  readonly at?: number;
}

/**
 * An ELF core file piece by piece: headers, a note with the registers of each hart, the memory, the section names.
 * @param contents guest memory of a range, piece by piece
 */
export function* elfCore(
  harts: readonly HartRegisters[],
  ranges: readonly DumpRange[],
  contents: (range: DumpRange) => Iterable<Uint8Array>,
): Generator<DumpPiece> {
  yield { part: 'write elf header', bytes: writeHeaders(harts, ranges) };
  for (const range of ranges) for (const bytes of contents(range)) yield { part: 'save memory', bytes };
  yield { part: 'write section headers', bytes: CONTENTS_OF_NAMES };
}
