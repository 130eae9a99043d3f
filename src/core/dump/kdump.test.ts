import { deflateSync, inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { DumpPiece } from './elf-core.ts';
import { flattened } from './flattened.ts';
import { kdump } from './kdump.ts';

const PAGE = 4096;
const HARTS = [0, 1].map(id => ({ id, pc: 0x80000000n, x: () => 7n }));
const RANGES = [
  { start: 0x1000n, size: 0x2000n },
  { start: 0x8000_0000n, size: 0x3000n },
];
/** By its number: what a page holds. */
const PAGES = new Map([
  [1, new Uint8Array(PAGE).fill(3)],
  [0x80001, Uint8Array.from({ length: PAGE }, (_, index) => (index * index * 31 + (index >> 3) * 7) & 0xff)],
  [0x80002, new Uint8Array(PAGE).fill(9)],
]);
const pageAt = (number: number) => PAGES.get(number) ?? new Uint8Array(PAGE);

const pieces = () =>
  kdump({
    harts: HARTS,
    ranges: RANGES,
    page: address => pageAt(Number(address) / PAGE).slice(),
    // One page that a compressor cannot make smaller.
    deflate: async bytes => (bytes[1] === 31 ? new Uint8Array(PAGE + 11) : deflateSync(bytes)),
  });

async function raw(source: AsyncIterable<DumpPiece>): Promise<Buffer> {
  const all: DumpPiece[] = [];
  for await (const piece of source) all.push(piece);
  const file = Buffer.alloc(Math.max(...all.map(({ at, bytes }) => at! + bytes.length)));
  for (const { at, bytes } of all) file.set(bytes, at!);
  return file;
}

/** Reads the file as crash does: header, sub header, bitmap, descriptors. */
function read(file: Buffer): Map<number, Buffer> {
  const [block, subBlocks, bitmapBlocks] = [428, 432, 436].map(at => file.readUInt32LE(at)) as [
    number,
    number,
    number,
  ];
  const bitmap = block * (1 + subBlocks);
  const half = (bitmapBlocks * block) / 2;
  const pages = new Map<number, Buffer>();
  let descriptor = bitmap + 2 * half;
  for (let number = 0; number < file.readUInt32LE(440); number++) {
    if ((file[bitmap + half + (number >> 3)]! & (1 << (number & 7))) === 0) continue;
    const at = Number(file.readBigUInt64LE(descriptor));
    const bytes = file.subarray(at, at + file.readUInt32LE(descriptor + 8));
    pages.set(number, file.readUInt32LE(descriptor + 12) === 1 ? inflateSync(bytes) : bytes);
    descriptor += 24;
  }
  return pages;
}

it('a raw dump has its headers, the notes, and every page', async () => {
  const file = await raw(pieces());
  expect(file.toString('latin1', 0, 8)).toBe('KDUMP   ');
  expect(file.readUInt32LE(8)).toBe(6);
  expect(file.readUInt32LE(460)).toBe(HARTS.length);
  expect([file.readBigUInt64LE(PAGE + 48), file.readBigUInt64LE(PAGE + 56)]).toEqual([4200n, 2n * 396n]);
  expect(file.toString('latin1', 4200 + 12, 4200 + 16)).toBe('CORE');
  const found = read(file);
  expect([...found.keys()]).toEqual([1, 2, 0x80000, 0x80001, 0x80002]);
  for (const [number, bytes] of found) expect(bytes.equals(pageAt(number)), `page ${number}`).toBe(true);
});

it('a flattened dump is the same, piece by piece', async () => {
  const whole: Buffer[] = [];
  for await (const { at, bytes } of flattened(pieces())) {
    expect(at).toBeUndefined();
    whole.push(Buffer.from(bytes));
  }
  const file = Buffer.concat(whole);
  expect(file.toString('latin1', 0, 16)).toBe('makedumpfile\0\0\0\0');
  expect([file.readBigInt64BE(16), file.readBigInt64BE(24)]).toEqual([1n, 1n]);
  const expected = await raw(pieces());
  const restored = Buffer.alloc(expected.length);
  let at = PAGE;
  for (;;) {
    const [place, length] = [file.readBigInt64BE(at), file.readBigInt64BE(at + 8)];
    at += 16;
    if (place < 0n) break;
    restored.set(file.subarray(at, at + Number(length)), Number(place));
    at += Number(length);
  }
  expect(at).toBe(file.length);
  expect(restored.equals(expected)).toBe(true);
});
