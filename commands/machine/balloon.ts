import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';

/** Asks the guest to keep `value` bytes. */
export async function balloon(ctx: CommandContext, args: { value: bigint }): Promise<void> {
  await ctx.qmp.execute('balloon', { value: args.value });
}

/** Shows the guest's memory in whole MiB. */
export async function infoBalloon(ctx: CommandContext): Promise<Result> {
  const info = await ctx.qmp.execute('query-balloon');
  return data(info, `balloon: actual=${info.actual >> 20n}\n`);
}
