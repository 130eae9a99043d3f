import { type CommandContext, data, type Handler, type Result, text } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';

interface CalcArgs {
  dirty_ring?: boolean;
  dirty_bitmap?: boolean;
  second: bigint;
  sample_pages_per_GB?: bigint;
}

/** `calc_dirty_rate [-r] [-b] second [sample_pages_per_GB]` */
export async function calcDirtyRate(ctx: CommandContext, args: CalcArgs): Promise<Result> {
  const { dirty_ring: ring, dirty_bitmap: bitmap, second, sample_pages_per_GB: samples } = args;
  if (second === 0n) throw new QmpError('Incorrect period length specified!');
  if (ring && bitmap) throw new QmpError('Either dirty ring or dirty bitmap can be specified!');
  await ctx.qmp.execute('calc-dirty-rate', {
    'calc-time': second,
    mode: ring ? 'dirty-ring' : bitmap ? 'dirty-bitmap' : 'page-sampling',
    ...(samples === undefined ? {} : { 'sample-pages': samples }),
  });
  const hint = "[Please use 'info dirty_rate' to check results]";
  return text(`Starting dirty rate measurement with period ${second} seconds\n${hint}\n`);
}

/** `info dirty_rate` */
export async function infoDirtyRate(ctx: CommandContext): Promise<Result> {
  const info = await ctx.qmp.execute('query-dirty-rate', {});
  const rate = info['dirty-rate'];
  const lines = [
    `Status: ${info.status}`,
    `Start Time: ${info['start-time']} (ms)`,
    `Sample Pages: ${info['sample-pages']} (per GB)`,
    `Period: ${info['calc-time']} (${info['calc-time-unit'] === 'second' ? 'sec' : 'ms'})`,
    `Mode: ${info.mode}`,
    `Dirty rate: ${rate === undefined ? '(not ready)' : `${rate} (MB/s)`}`,
  ];
  return data(info, `${lines.join('\n')}\n`);
}

interface LimitArgs {
  dirty_rate: bigint;
  cpu_index?: bigint;
}

const ofHart = (index: bigint | undefined) => (index === undefined ? {} : { 'cpu-index': index });

/** `set_vcpu_dirty_limit dirty_rate [cpu_index]` */
export const setVcpuDirtyLimit: Handler<LimitArgs> = async (
  { qmp },
  { dirty_rate: rate, cpu_index: cpu },
) => {
  await qmp.execute('set-vcpu-dirty-limit', { 'dirty-rate': rate, ...ofHart(cpu) });
};

/** `cancel_vcpu_dirty_limit [cpu_index]` */
export async function cancelVcpuDirtyLimit(
  { qmp }: CommandContext,
  { cpu_index: cpu }: { cpu_index?: bigint },
): Promise<Result> {
  await qmp.execute('cancel-vcpu-dirty-limit', ofHart(cpu));
  return text("[Please use 'info vcpu_dirty_limit' to query dirty limit for virtual CPU]\n");
}

/** `info vcpu_dirty_limit` */
export async function infoVcpuDirtyLimit(ctx: CommandContext): Promise<Result> {
  const limits = await ctx.qmp.execute('query-vcpu-dirty-limit');
  if (limits.length === 0) return data(limits, 'Dirty page limit not enabled!\n');
  const lines = limits.map(each => {
    const rates = `limit rate ${each['limit-rate']} (MB/s), current rate ${each['current-rate']} (MB/s)`;
    return `vcpu[${each['cpu-index']}], ${rates}\n`;
  });
  return data(limits, lines.join(''));
}
