import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';

export async function infoChardev(ctx: CommandContext): Promise<Result> {
  const chardevs = await ctx.qmp.execute('query-chardev');
  const lines = chardevs.map(({ label, filename }) => `${label}: filename=${filename}\n`);
  return data(chardevs, lines.join(''));
}
