import type { AddressSpace } from './address-space.ts';
import { readPhysical, readVirtual } from './debug-access.ts';

/** Bytes that one piece has at most. */
const PIECE = 1 << 20;
const PAGE = 4096;

/** A piece of the range holds no memory. */
export class NotMemoryError extends Error {
  override readonly name = 'NotMemoryError';
}

/**
 * Guest-physical memory piece by piece, RAM as views of it. Where nothing is, and where a device refuses, there
 * are zeros.
 */
export function* physicalPieces(memory: AddressSpace, start: bigint, size: bigint): Generator<Uint8Array> {
  const end = start + size;
  for (let at = start; at < end; ) {
    const piece = physicalPiece(memory, at, Number(end - at > PIECE ? PIECE : end - at));
    yield piece;
    at += BigInt(piece.length);
  }
}

function physicalPiece(memory: AddressSpace, at: bigint, most: number): Uint8Array {
  const range = memory.flatView.find(each => each.start + each.size > at);
  if (!range) return new Uint8Array(most);
  if (range.start > at) return new Uint8Array(smaller(most, range.start - at));
  const length = smaller(most, range.start + range.size - at);
  const host = memory.hostRange(Number(at), length, false);
  if (host >= 0) return memory.host.bytes.subarray(host, host + length);
  const inPage = Math.min(length, PAGE - Number(at % BigInt(PAGE)));
  return readPhysical(memory, at, inPage) ?? new Uint8Array(inPage);
}

/** Guest-virtual memory piece by piece. Throws NotMemoryError at the first page that is not mapped to anything. */
export function* virtualPieces(
  memory: AddressSpace,
  translate: (address: bigint) => number | undefined,
  start: bigint,
  size: bigint,
): Generator<Uint8Array> {
  for (let done = 0n; done < size; ) {
    const at = BigInt.asUintN(64, start + done);
    const inPage = PAGE - Number(at % BigInt(PAGE));
    const piece = readVirtual(memory, translate, at, smaller(inPage, size - done));
    if (!piece) throw new NotMemoryError();
    yield piece;
    done += BigInt(piece.length);
  }
}

function smaller(a: number, b: bigint): number {
  return b < BigInt(a) ? Number(b) : a;
}
