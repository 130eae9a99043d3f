import type { DumpPiece, DumpRange, HartRegisters } from './elf-core.ts';
import { notesOf } from './elf-headers.ts';
import {
  BLOCK,
  kdumpHeader,
  kdumpLayout,
  kdumpSubHeader,
  type PageDescriptor,
  pageDescriptors,
  ZLIB,
} from './kdump-headers.ts';

/** Pages that are compressed at a time. */
const BATCH = 64;

export interface KdumpParts {
  readonly harts: readonly HartRegisters[];
  readonly ranges: readonly DumpRange[];
  /** A copy of one page of guest memory. */
  page(address: bigint): Uint8Array;
  /** Compresses to a zlib stream. */
  deflate(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A dump in kdump's compressed format, as pieces with their places. Pages of zeros share one. */
export async function* kdump(parts: KdumpParts): AsyncGenerator<DumpPiece> {
  const { harts, ranges } = parts;
  const notes = notesOf(harts);
  const numbers = [...pageNumbers(ranges)];
  const lastPage = (numbers.at(-1) ?? 0) + 1;
  const layout = kdumpLayout(notes.length, lastPage, numbers.length);
  const header = kdumpHeader(harts.length, layout, notes.length, lastPage);
  yield { part: 'write disk dump header', at: 0, bytes: header };
  yield { part: 'write kdump sub header', at: BLOCK, bytes: kdumpSubHeader(layout, notes.length, lastPage) };
  yield { part: 'write note', at: layout.notes, bytes: notes };
  const bitmap = bitmapOf(numbers, layout.bitmapSize);
  for (const at of layout.bitmaps) yield { part: 'write dump_bitmap', at, bytes: bitmap };
  yield* pages(parts, numbers, layout);
}

/** Numbers of all pages that the ranges touch, ascending. */
function* pageNumbers(ranges: readonly DumpRange[]): Generator<number> {
  let next = 0;
  for (const { start, size } of ranges) {
    const end = Number((start + size + BigInt(BLOCK - 1)) / BigInt(BLOCK));
    for (let page = Math.max(next, Number(start / BigInt(BLOCK))); page < end; page++) yield page;
    next = Math.max(next, end);
  }
}

function bitmapOf(numbers: readonly number[], size: number): Uint8Array {
  const bitmap = new Uint8Array(size);
  for (const page of numbers) bitmap[page >> 3] = bitmap[page >> 3]! | (1 << (page & 7));
  return bitmap;
}

async function* pages(
  parts: KdumpParts,
  numbers: readonly number[],
  layout: { readonly descriptors: number; readonly data: number },
): AsyncGenerator<DumpPiece> {
  const zeros = { offset: layout.data, size: BLOCK, flags: 0 };
  yield { part: 'write page data', at: layout.data, bytes: new Uint8Array(BLOCK) };
  let dataAt = layout.data + BLOCK;
  let descriptorsAt = layout.descriptors;
  for (let first = 0; first < numbers.length; first += BATCH) {
    const batch = await Promise.all(numbers.slice(first, first + BATCH).map(number => packed(parts, number)));
    const descriptors: PageDescriptor[] = [];
    for (const page of batch) {
      descriptors.push(
        page === null ? zeros : { offset: dataAt, size: page.bytes.length, flags: page.flags },
      );
      if (page === null) continue;
      yield { part: 'write page data', at: dataAt, bytes: page.bytes };
      dataAt += page.bytes.length;
    }
    const bytes = pageDescriptors(descriptors);
    yield { part: 'write page desc', at: descriptorsAt, bytes };
    descriptorsAt += bytes.length;
  }
}

/** What is written of a page, null for one of zeros. One that does not get smaller stays as it is. */
async function packed(
  parts: KdumpParts,
  number: number,
): Promise<{ bytes: Uint8Array; flags: number } | null> {
  const plain = parts.page(BigInt(number) * BigInt(BLOCK));
  if (isZero(plain)) return null;
  const bytes = await parts.deflate(plain);
  return bytes.length < BLOCK ? { bytes, flags: ZLIB } : { bytes: plain, flags: 0 };
}

function isZero(page: Uint8Array): boolean {
  const words = new Uint32Array(page.buffer, 0, BLOCK / 4);
  for (let index = 0; index < words.length; index++) if (words[index] !== 0) return false;
  return true;
}
