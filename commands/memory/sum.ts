import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';
import { readMemory } from './read.ts';

const CHUNK = 1024 * 1024;

/** One more piece of a BSD checksum: rotate 16 bits right by one, then add the byte. */
export function addToSum(sum: number, bytes: Uint8Array): number {
  let value = sum;
  for (const byte of bytes) value = (((value >> 1) | ((value & 1) << 15)) + byte) & 0xffff;
  return value;
}

/** Checksums `size` bytes of guest-physical memory from `start`, both of 32 bits. */
export async function sum(ctx: CommandContext, args: { start: bigint; size: bigint }): Promise<Result> {
  const start = BigInt.asUintN(32, args.start);
  const size = Number(BigInt.asUintN(32, args.size));
  let value = 0;
  for (let at = 0; at < size; at += CHUNK) {
    ctx.signal.throwIfAborted();
    const length = Math.min(CHUNK, size - at);
    value = addToSum(value, await readMemory(ctx, start + BigInt(at), length, { physical: true }));
  }
  return data(value, `${String(value).padStart(5, '0')}\n`);
}
