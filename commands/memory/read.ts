import type { CommandContext } from '../../src/monitor/types.ts';

export interface AddressSpace {
  /** guest-physical address, or one that the current hart translates */
  physical: boolean;
}

const ADDRESS_MASK = 0xffff_ffff_ffff_ffffn;

/** The address as an unsigned 64-bit number: expressions are signed. */
export function toAddress(value: bigint): bigint {
  return value & ADDRESS_MASK;
}

/** Reads `size` bytes of guest memory. Throws QmpError where there is none. */
export async function readMemory(
  ctx: CommandContext,
  address: bigint,
  size: number,
  { physical }: AddressSpace,
): Promise<Uint8Array> {
  const reply = await ctx.qmp.execute('x-read-memory', {
    address,
    size: BigInt(size),
    physical,
    'cpu-index': BigInt(ctx.session.currentCpu),
  });
  return Uint8Array.from(Buffer.from(reply.data, 'base64'));
}
