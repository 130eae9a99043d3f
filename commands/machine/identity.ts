import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';

export async function infoVersion(ctx: CommandContext): Promise<Result> {
  const version = await ctx.qmp.execute('query-version');
  const { major, minor, micro } = version.qemu;
  return data(version, `${major}.${minor}.${micro}${version.package}\n`);
}

export async function infoName(ctx: CommandContext): Promise<Result> {
  const info = await ctx.qmp.execute('query-name');
  return data(info, info.name ? `${info.name}\n` : '');
}

export async function infoUuid(ctx: CommandContext): Promise<Result> {
  const info = await ctx.qmp.execute('query-uuid');
  return data(info, `${info.UUID}\n`);
}
