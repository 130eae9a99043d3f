import type { DumpPiece } from './elf-core.ts';

// makedumpfile's flattened format: a header, then each piece behind its place and length; all numbers are big-endian.
const HEADER_SIZE = 4096;
const TYPE = 1n;
const VERSION = 1n;
const END = -1n;

/** Pieces of a file with places as a file that can be written from front to back, to a pipe for instance. */
export async function* flattened(pieces: AsyncIterable<DumpPiece>): AsyncGenerator<DumpPiece> {
  yield { part: 'write disk dump header', bytes: header() };
  let last: DumpPiece['part'] = 'write page data';
  for await (const { part, at = 0, bytes } of pieces) {
    last = part;
    yield { part, bytes: place(BigInt(at), BigInt(bytes.length)) };
    yield { part, bytes };
  }
  yield { part: last, bytes: place(END, END) };
}

function header(): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('makedumpfile'));
  view.setBigInt64(16, TYPE);
  view.setBigInt64(24, VERSION);
  return bytes;
}

function place(at: bigint, length: bigint): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, at);
  view.setBigInt64(8, length);
  return bytes;
}
