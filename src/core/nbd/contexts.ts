import type { DirtyBitmap } from '../block/dirty-bitmap.ts';
import type { NbdExport } from './export.ts';

const ALLOCATION = 'base:allocation';
const BITMAP = 'qemu:dirty-bitmap:';

/** A run of bytes with one status. */
export interface Extent {
  readonly length: number;
  readonly flags: number;
}

/** Something that clients may ask about the bytes of an export. */
export interface MetaContext {
  readonly id: number;
  readonly name: string;
  /** What is so from `offset` on, at least one run, in all no more than `length`. */
  readonly extents: (offset: number, length: number) => Extent[];
}

/**
 * The contexts of an export that a query names: one, all of a namespace (`base:`, `qemu:dirty-bitmap:`), or with
 * no query all. Nothing is known of holes, so that all of an image counts as allocated.
 */
export function contextsFor({ settings }: NbdExport, queries: readonly string[]): MetaContext[] {
  const all = [
    { id: 0, name: ALLOCATION, extents: (_offset: number, length: number) => [{ length, flags: 0 }] },
    ...settings.bitmaps.map((bitmap, index) => ({
      id: 1 + index,
      name: `${BITMAP}${bitmap.name}`,
      extents: (offset: number, length: number) => dirtyExtents(bitmap, offset, length),
    })),
  ];
  if (queries.length === 0) return all;
  return all.filter(({ name }) =>
    queries.some(query => query === name || (query.endsWith(':') && name.startsWith(query))),
  );
}

function dirtyExtents(bitmap: DirtyBitmap, offset: number, length: number): Extent[] {
  const extents: Extent[] = [];
  const end = offset + length;
  for (let at = offset; at < end; ) {
    const piece = Math.floor(at / bitmap.granularity);
    const dirty = bitmap.has(piece);
    let last = piece;
    while ((last + 1) * bitmap.granularity < end && bitmap.has(last + 1) === dirty) last++;
    const next = Math.min((last + 1) * bitmap.granularity, end);
    extents.push({ length: next - at, flags: dirty ? 1 : 0 });
    at = next;
  }
  return extents;
}
