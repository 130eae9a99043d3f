import { type CommandContext, CommandError, data, type Result } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { HostAddress } from '../../src/qapi/generated/types.ts';
import { hexadecimal } from './format.ts';
import { toAddress } from './read.ts';

async function hostAddress(ctx: CommandContext, address: bigint, physical: boolean): Promise<HostAddress> {
  try {
    return await ctx.qmp.execute('x-query-host-address', physical ? { address, physical } : { address });
  } catch (error) {
    if (error instanceof QmpError) throw new CommandError(error.message);
    throw error;
  }
}

async function tell(ctx: CommandContext, addr: bigint, physical: boolean): Promise<Result> {
  const address = toAddress(addr);
  const found = await hostAddress(ctx, address, physical);
  const place = `0x${found.address.toString(16)}`;
  const kind = physical ? 'physical' : 'virtual';
  return data(found, `Host ${kind} address for ${hexadecimal(address)} (${found.region}) is ${place}\n`);
}

/** `gpa2hva`: where a byte of RAM lies in the emulator's memory. */
export const gpa2hva = (ctx: CommandContext, { addr }: { addr: bigint }): Promise<Result> =>
  tell(ctx, addr, false);

/** `gpa2hpa`: where that lies in the host's RAM, for those whom the host tells. */
export const gpa2hpa = (ctx: CommandContext, { addr }: { addr: bigint }): Promise<Result> =>
  tell(ctx, addr, true);
