import type { AddressSpace } from '../../memory/address-space.ts';

/** One buffer of a descriptor chain in guest memory. */
export interface Segment {
  readonly address: number;
  /** Bytes, never 0. */
  readonly length: number;
}

export function totalLength(segments: readonly Segment[]): number {
  let total = 0;
  for (const segment of segments) total += segment.length;
  return total;
}

/** The part of the buffers from byte `offset` on, at most `length` bytes long. */
export function slice(
  segments: readonly Segment[],
  offset: number,
  length = Number.POSITIVE_INFINITY,
): Segment[] {
  const out: Segment[] = [];
  let skip = offset;
  let left = length;
  for (const segment of segments) {
    if (left <= 0) break;
    if (skip >= segment.length) {
      skip -= segment.length;
      continue;
    }
    const taken = Math.min(segment.length - skip, left);
    out.push({ address: segment.address + skip, length: taken });
    left -= taken;
    skip = 0;
  }
  return out;
}

/** Copies guest buffers out: at most `length` bytes from `offset` on. @throws DmaError */
export function gather(
  memory: AddressSpace,
  segments: readonly Segment[],
  offset: number,
  length: number,
): Uint8Array {
  const parts = slice(segments, offset, length);
  const bytes = new Uint8Array(totalLength(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(memory.read(part.address, part.length), at);
    at += part.length;
  }
  return bytes;
}

/** Copies bytes into guest buffers from `offset` on; returns how many fitted. @throws DmaError */
export function scatter(
  memory: AddressSpace,
  segments: readonly Segment[],
  bytes: Uint8Array,
  offset = 0,
): number {
  let done = 0;
  for (const part of slice(segments, offset, bytes.length)) {
    memory.write(part.address, bytes.subarray(done, done + part.length));
    done += part.length;
  }
  return done;
}
