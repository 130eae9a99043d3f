import { type CommandContext, CommandError, data, type Result, text } from '../../src/monitor/types.ts';
import type { CpuInfoFast } from '../../src/qapi/generated/types.ts';
import type { QmpClient } from '../../src/qmp/client.ts';
import { onCpu } from './on-cpu.ts';

/** `rv64-riscv-cpu` -> `rv64`: the model is the type's name without its architecture's ending. */
function modelOf(cpu: CpuInfoFast): string {
  return cpu['qom-type'].replace(/-[^-]+-cpu$/, '');
}

export async function infoCpus(ctx: CommandContext): Promise<Result> {
  const cpus = await ctx.qmp.execute('query-cpus-fast');
  const lines = cpus.map(cpu => {
    const index = cpu['cpu-index'];
    const mark = Number(index) === ctx.session.currentCpu ? '*' : ' ';
    return `${mark} CPU #${index}: thread_id=${cpu['thread-id']} model=${modelOf(cpu)}\n`;
  });
  return data(cpus, lines.join(''));
}

/** Makes a hart the current one. Throws CommandError when the machine has no such hart. */
export async function cpu(ctx: CommandContext, args: { index: bigint }): Promise<void> {
  const cpus = await ctx.qmp.execute('query-cpus-fast');
  const found = cpus.some(each => each['cpu-index'] === args.index);
  if (!found) throw new CommandError('invalid CPU index');
  ctx.session.currentCpu = Number(args.index);
}

interface RegistersArgs {
  cpustate_all?: boolean;
  vcpu?: bigint;
}

/** Shows the registers of the current hart, of `vcpu`, or of every hart. */
export async function infoRegisters(ctx: CommandContext, args: RegistersArgs): Promise<Result> {
  if (args.cpustate_all) {
    const reply = await ctx.qmp.execute('x-query-registers', { all: true });
    return text(reply['human-readable-text']);
  }
  if (args.vcpu !== undefined) {
    const cpus = await ctx.qmp.execute('query-cpus-fast');
    const found = cpus.some(each => each['cpu-index'] === args.vcpu);
    if (!found) throw new CommandError(`CPU#${args.vcpu} not available`);
  }
  const index = args.vcpu ?? BigInt(ctx.session.currentCpu);
  const asked = ctx.qmp.execute('x-query-registers', { 'cpu-index': index });
  const reply = await onCpu(asked, 'No CPU available');
  return text(reply['human-readable-text']);
}

export async function completeCpu(request: { qmp: QmpClient }): Promise<{ text: string; help: string }[]> {
  const cpus = await request.qmp.execute('query-cpus-fast');
  return cpus.map(each => ({ text: String(each['cpu-index']), help: each['qom-path'] }));
}
