import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { systemErrorText } from './system-error.ts';

const MARK = 16;
/** A place is believed after this many marks were found where they were put. */
const ROUNDS = 3;
const PAGE = 4096n;
const ENTRY = 8;
const PRESENT = 1n << 63n;
const FRAME = (1n << 55n) - 1n;

/** Where memory lies is asked once for each. */
const places = new WeakMap<ArrayBufferLike, bigint | null>();

/**
 * The address at which a WebAssembly memory begins in this process. Nobody tells, but Linux lists what is mapped and
 * lets us read it: the place is the one in which marks appear that were just written to the memory.
 * @param scratch offset of bytes in it that are nobody's
 * @returns null where it cannot be found out
 */
export function virtualAddressOf(memory: Uint8Array, scratch: number): bigint | null {
  const known = places.get(memory.buffer);
  if (known !== undefined) return known;
  const found = findPlace(memory, scratch);
  places.set(memory.buffer, found);
  return found;
}

function findPlace(memory: Uint8Array, scratch: number): bigint | null {
  let descriptor: number;
  let starts: bigint[];
  try {
    starts = writableMappings(memory.length);
    descriptor = openSync('/proc/self/mem', 'r');
  } catch {
    return null;
  }
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const mark = randomBytes(MARK);
      memory.set(mark, scratch);
      starts = starts.filter(start => mark.equals(bytesAt(descriptor, start + BigInt(scratch), MARK)));
    }
    return starts.length === 1 ? starts[0]! : null;
  } finally {
    memory.fill(0, scratch, scratch + MARK);
    closeSync(descriptor);
  }
}

/** Where mappings begin that would be large enough. */
function writableMappings(size: number): bigint[] {
  return readFileSync('/proc/self/maps', 'latin1')
    .split('\n')
    .flatMap(line => {
      const match = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
      if (!match) return [];
      const [start, end] = [BigInt(`0x${match[1]}`), BigInt(`0x${match[2]}`)];
      return end - start >= BigInt(size) ? [start] : [];
    });
}

/** Empty where nothing can be read. */
function bytesAt(descriptor: number, address: bigint, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  try {
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, address));
  } catch {
    return Buffer.alloc(0);
  }
}

/** Where a byte of this process lies in the host's memory. @throws Error that says why that cannot be told */
export function physicalAddressOf(address: bigint): bigint {
  let descriptor: number;
  try {
    descriptor = openSync('/proc/self/pagemap', 'r');
  } catch (error) {
    throw new Error(`Cannot open /proc/self/pagemap: ${systemErrorText(error)}`);
  }
  try {
    const entry = bytesAt(descriptor, (address / PAGE) * BigInt(ENTRY), ENTRY);
    if (entry.length < ENTRY) throw new Error('Cannot read pagemap');
    return physicalAddress(entry.readBigUInt64LE(), address);
  } finally {
    closeSync(descriptor);
  }
}

/** What an entry of the map of pages says. @throws Error */
export function physicalAddress(entry: bigint, address: bigint): bigint {
  if ((entry & PRESENT) === 0n) throw new Error('Page not present');
  const frame = entry & FRAME;
  if (frame === 0n) throw new Error('Cannot read pagemap: Operation not permitted'); // what others are shown
  return frame * PAGE + (address % PAGE);
}
