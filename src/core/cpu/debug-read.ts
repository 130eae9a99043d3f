import { instructionSize } from '../isa/index.ts';
import { debugTranslate } from './debug-walk.ts';
import type { HartState } from './hart-state.ts';
import { PAGE_SIZE } from './layout.ts';
import type { CpuBus } from './types.ts';

/** RAM or ROM at a virtual address of a hart; undefined when some of it is unmapped or a device. Changes nothing. */
export function debugRead(
  state: HartState,
  bus: CpuBus,
  vaddr: bigint,
  length: number,
): Uint8Array | undefined {
  const out = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const at = BigInt.asUintN(64, vaddr + BigInt(done));
    const count = Math.min(length - done, PAGE_SIZE - Number(at & 0xfffn));
    const paddr = debugTranslate(state, bus, at);
    const host = paddr === undefined ? -1 : bus.hostOffset(paddr, false);
    if (host < 0) return undefined;
    out.set(state.memory.bytes.subarray(host, host + count), done);
    done += count;
  }
  return out;
}

/** The bits of the instruction at a virtual address, as far as it can be read. */
export function debugInstruction(state: HartState, bus: CpuBus, pc: bigint): number {
  const low = debugRead(state, bus, pc, 2);
  if (low === undefined) return 0;
  const bits = low[0]! | (low[1]! << 8);
  if (instructionSize(bits) === 2) return bits;
  const high = debugRead(state, bus, pc + 2n, 2);
  return high === undefined ? 0 : (bits | (high[0]! << 16) | (high[1]! << 24)) >>> 0;
}
