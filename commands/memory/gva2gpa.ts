import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';
import { hexadecimal } from './format.ts';
import { toAddress } from './read.ts';

/** Translates a guest-virtual address with the page tables of the current hart. */
export async function gva2gpa(ctx: CommandContext, args: { addr: bigint }): Promise<Result> {
  const translation = await ctx.qmp.execute('x-translate', {
    address: toAddress(args.addr),
    'cpu-index': BigInt(ctx.session.currentCpu),
  });
  const { physical } = translation;
  return data(translation, physical === undefined ? 'Unmapped\n' : `gpa: ${hexadecimal(physical)}\n`);
}
