import type { AddressSpace } from './address-space.ts';

/** Where a page boundary may change what a virtual address means. */
const PAGE_SIZE = 4096n;

/**
 * Reads guest memory for the monitor: RAM, ROM, and device registers, in accesses that the devices take.
 * Undefined where nothing answers.
 */
export function readPhysical(memory: AddressSpace, address: bigint, size: number): Uint8Array | undefined {
  const bytes = new Uint8Array(size);
  for (let done = 0; done < size; ) {
    const at = Number(address) + done;
    const step = copyMemory(memory, at, bytes.subarray(done)) || loadOnce(memory, at, bytes.subarray(done));
    if (step === 0) return undefined;
    done += step;
  }
  return bytes;
}

/** Copies what is RAM or ROM, within a page. Returns how many bytes, 0 if it is neither. */
function copyMemory(memory: AddressSpace, at: number, out: Uint8Array): number {
  const page = Number(PAGE_SIZE);
  const length = Math.min(out.length, page - (at % page));
  const offset = memory.hostRange(at, length, false);
  if (offset < 0) return 0;
  out.set(memory.host.bytes.subarray(offset, offset + length));
  return length;
}

/** One access of the largest size that is aligned, fits and is accepted. Returns its size, 0 if none is. */
function loadOnce(memory: AddressSpace, at: number, out: Uint8Array): number {
  for (const size of [4, 2, 1] as const) {
    if (at % size !== 0 || size > out.length || !memory.load(at, size)) continue;
    for (let i = 0; i < size; i++) out[i] = (memory.readLow >>> (8 * i)) & 0xff;
    return size;
  }
  return 0;
}

/** As readPhysical, for virtual addresses; `translate` gives the physical one or undefined. */
export function readVirtual(
  memory: AddressSpace,
  translate: (address: bigint) => number | undefined,
  address: bigint,
  size: number,
): Uint8Array | undefined {
  const bytes = new Uint8Array(size);
  for (let done = 0; done < size; ) {
    const at = BigInt.asUintN(64, address + BigInt(done));
    const length = Math.min(size - done, Number(PAGE_SIZE - (at % PAGE_SIZE)));
    const physical = translate(at);
    const part = physical === undefined ? undefined : readPhysical(memory, BigInt(physical), length);
    if (!part) return undefined;
    bytes.set(part, done);
    done += length;
  }
  return bytes;
}
