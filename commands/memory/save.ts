import { type CommandContext, type Result, text } from '../../src/monitor/types.ts';
import { toAddress } from './read.ts';

interface SaveArgs {
  val: bigint;
  size: bigint;
  filename: string;
}

/** Sizes are of 32 bits. */
const toSize = (size: bigint) => BigInt.asUintN(32, size);

/** `memsave`: memory as the current hart addresses it, to a file. */
export async function memsave(ctx: CommandContext, { val, size, filename }: SaveArgs): Promise<void> {
  const index = BigInt(ctx.session.currentCpu);
  const where = { val: toAddress(val), size: toSize(size) };
  await ctx.qmp.execute('memsave', { ...where, filename, 'cpu-index': index });
}

/** `pmemsave`: memory by guest-physical address, to a file. */
export async function pmemsave(ctx: CommandContext, { val, size, filename }: SaveArgs): Promise<void> {
  await ctx.qmp.execute('pmemsave', { val: toAddress(val), size: toSize(size), filename });
}

/** `dumpdtb`: the device tree, to a file. */
export async function dumpdtb(ctx: CommandContext, { filename }: { filename: string }): Promise<Result> {
  await ctx.qmp.execute('dumpdtb', { filename });
  return text(`DTB dumped to '${filename}'\n`);
}
