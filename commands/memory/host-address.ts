import { type CommandContext, CommandError, data, type Result } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { HostAddress } from '../../src/qapi/generated/types.ts';
import { hexadecimal } from './format.ts';
import { toAddress } from './read.ts';

async function hostAddress(ctx: CommandContext, address: bigint): Promise<HostAddress> {
  try {
    return await ctx.qmp.execute('x-query-host-address', { address });
  } catch (error) {
    if (error instanceof QmpError) throw new CommandError(error.message);
    throw error;
  }
}

/** `gpa2hva`: where a byte of RAM lies in the emulator's memory. */
export async function gpa2hva(ctx: CommandContext, args: { addr: bigint }): Promise<Result> {
  const address = toAddress(args.addr);
  const found = await hostAddress(ctx, address);
  const place = `0x${found.address.toString(16)}`;
  return data(found, `Host virtual address for ${hexadecimal(address)} (${found.region}) is ${place}\n`);
}

/** `gpa2hpa`: refused for RAM too, whose place in the host's own RAM nobody tells us. */
export async function gpa2hpa(ctx: CommandContext, args: { addr: bigint }): Promise<Result> {
  const address = toAddress(args.addr);
  const { region } = await hostAddress(ctx, address);
  throw new CommandError(`Host physical address for ${hexadecimal(address)} (${region}) is not known`);
}
