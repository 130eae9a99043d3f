import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';
import type { StatusInfo } from '../../src/qapi/generated/types.ts';

function format({ running, status }: StatusInfo): string {
  const reason = running || status === 'paused' ? '' : ` (${status})`;
  return `VM status: ${running ? 'running' : 'paused'}${reason}\n`;
}

export async function infoStatus(ctx: CommandContext): Promise<Result> {
  const status = await ctx.qmp.execute('query-status');
  return data(status, format(status));
}
