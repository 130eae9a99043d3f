import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';
import { onCpu } from '../cpu/on-cpu.ts';
import { hexadecimal } from './format.ts';
import { toAddress } from './read.ts';

/** Translates a guest-virtual address with the page tables of the current hart. */
export async function gva2gpa(ctx: CommandContext, args: { addr: bigint }): Promise<Result> {
  const asked = ctx.qmp.execute('x-translate', {
    address: toAddress(args.addr),
    'cpu-index': BigInt(ctx.session.currentCpu),
  });
  const translation = await onCpu(asked, 'No cpu');
  const { physical } = translation;
  return data(translation, physical === undefined ? 'Unmapped\n' : `gpa: ${hexadecimal(physical)}\n`);
}
