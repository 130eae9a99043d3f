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

/**
 * An ELF core file piece by piece: headers, a note with the registers of each hart, the memory, the section names.
 * @param contents guest memory of a range, piece by piece
 */
export function* elfCore(
  harts: readonly HartRegisters[],
  ranges: readonly DumpRange[],
  contents: (range: DumpRange) => Iterable<Uint8Array>,
): Generator<Uint8Array> {
  yield writeHeaders(harts, ranges);
  for (const range of ranges) yield* contents(range);
  yield CONTENTS_OF_NAMES;
}
