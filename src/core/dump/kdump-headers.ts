// The compressed format of kdump, as makedumpfile writes and crash reads it: disk_dump_header, kdump_sub_header.
export const BLOCK = 4096;
const VERSION = 6;
const HEADER_SIZE = 464;
const UTSNAME = 12;
const UTSNAME_MEMBER = 65;
const MACHINE = 4; // of utsname's members
const STATUS = 424;
const SUB_HEADER_SIZE = 104;
/** Pages of zeros are left out, or rather all are one. */
const DUMP_LEVEL = 1;
const DESCRIPTOR_SIZE = 24;

/** Compressed by zlib, of a header and of a page. */
export const ZLIB = 1;

/** Where the parts of a dump are in its file, in bytes. */
export interface KdumpLayout {
  readonly notes: number;
  readonly bitmaps: readonly [number, number];
  readonly bitmapSize: number;
  readonly descriptors: number;
  readonly data: number;
}

/** @param pages how many the dump has; `lastPage`: the number of the page behind the last */
export function kdumpLayout(notesSize: number, lastPage: number, pages: number): KdumpLayout {
  const bitmap = BLOCK * (1 + subHeaderBlocks(notesSize));
  const bitmapSize = Math.ceil(lastPage / 8 / BLOCK) * BLOCK;
  const descriptors = bitmap + 2 * bitmapSize;
  return {
    notes: BLOCK + SUB_HEADER_SIZE,
    bitmaps: [bitmap, bitmap + bitmapSize],
    bitmapSize,
    descriptors,
    data: descriptors + DESCRIPTOR_SIZE * pages,
  };
}

function subHeaderBlocks(notesSize: number): number {
  return Math.ceil((SUB_HEADER_SIZE + notesSize) / BLOCK);
}

/** The first header, of the whole dump. @param harts how many */
export function kdumpHeader(
  harts: number,
  layout: KdumpLayout,
  notesSize: number,
  lastPage: number,
): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE);
  const view = new DataView(bytes.buffer);
  const text = new TextEncoder();
  bytes.set(text.encode('KDUMP   '));
  view.setUint32(8, VERSION, true);
  bytes.set(text.encode('Unknown'), UTSNAME + MACHINE * UTSNAME_MEMBER);
  const subBlocks = subHeaderBlocks(notesSize);
  const words = [ZLIB, BLOCK, subBlocks, (2 * layout.bitmapSize) / BLOCK, Math.min(lastPage, 0xffff_ffff)];
  words.forEach((word, index) => {
    view.setUint32(STATUS + index * 4, word, true);
  });
  view.setUint32(HEADER_SIZE - 4, harts, true);
  return bytes;
}

/** The second header, of a kernel's dump. */
export function kdumpSubHeader(layout: KdumpLayout, notesSize: number, lastPage: number): Uint8Array {
  const bytes = new Uint8Array(SUB_HEADER_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, DUMP_LEVEL, true);
  view.setBigUint64(48, BigInt(layout.notes), true);
  view.setBigUint64(56, BigInt(notesSize), true);
  view.setBigUint64(96, BigInt(lastPage), true);
  return bytes;
}

/** Where a page is in the file, and how. */
export interface PageDescriptor {
  readonly offset: number;
  readonly size: number;
  readonly flags: number;
}

export function pageDescriptors(pages: readonly PageDescriptor[]): Uint8Array {
  const bytes = new Uint8Array(pages.length * DESCRIPTOR_SIZE);
  const view = new DataView(bytes.buffer);
  pages.forEach(({ offset, size, flags }, index) => {
    const at = index * DESCRIPTOR_SIZE;
    view.setBigUint64(at, BigInt(offset), true);
    view.setUint32(at + 8, size, true);
    view.setUint32(at + 12, flags, true);
  });
  return bytes;
}
