import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';
import type { HotpluggableCPU, IOThreadInfo, Memdev } from '../../src/qapi/generated/types.ts';

/** `  name: value` for each member but those that stand in the heading. */
function members(object: object, heading: readonly string[] = []): string {
  return Object.entries(object)
    .filter(([name]) => !heading.includes(name))
    .map(([name, value]) => `  ${name}: ${value}\n`)
    .join('');
}

function backend({ id = '', 'host-nodes': nodes, ...rest }: Memdev): string {
  const { size, merge, dump, prealloc, share, reserve, policy } = rest;
  const lines = members({
    merge,
    dump,
    prealloc,
    share,
    ...(reserve === undefined ? {} : { reserve }),
    policy,
  });
  return `memory backend: ${id}\n  size:  ${size}\n${lines}  host nodes: ${nodes.join(',')}\n`;
}

/** `info memdev` */
export async function infoMemdev(ctx: CommandContext): Promise<Result> {
  const backends = await ctx.qmp.execute('query-memdev');
  return data(backends, `${backends.map(backend).join('')}\n`);
}

/** `info memory-devices` */
export async function infoMemoryDevices(ctx: CommandContext): Promise<Result> {
  const devices = await ctx.qmp.execute('query-memory-devices');
  const lines = devices.map(({ type, data: device }) => {
    return `Memory device [${type}]: "${device.id ?? ''}"\n${members(device, ['id'])}`;
  });
  return data(devices, lines.join(''));
}

/** `info memory_size_summary` */
export async function infoMemorySizeSummary(ctx: CommandContext): Promise<Result> {
  const summary = await ctx.qmp.execute('query-memory-size-summary');
  const plugged = summary['plugged-memory'];
  const more = plugged === undefined ? '' : `plugged memory: ${plugged}\n`;
  return data(summary, `base memory: ${summary['base-memory']}\n${more}`);
}

function socket({ type, 'vcpus-count': count, 'qom-path': path, props }: HotpluggableCPU): string {
  const places = Object.entries(props).map(([name, value]) => `    ${name}: "${value}"\n`);
  const occupied = path === undefined ? '' : `  qom_path: "${path}"\n`;
  return `  type: "${type}"\n  vcpus_count: "${count}"\n${occupied}  CPUInstance Properties:\n${places.join('')}`;
}

/** `info hotpluggable-cpus` */
export async function infoHotpluggableCpus(ctx: CommandContext): Promise<Result> {
  const cpus = await ctx.qmp.execute('query-hotpluggable-cpus');
  return data(cpus, `Hotpluggable CPUs:\n${cpus.map(socket).join('')}`);
}

function thread({ id, 'thread-id': number, 'aio-max-batch': batch, ...rest }: IOThreadInfo): string {
  const last = { ...rest, 'aio-max-batch': batch }; // behind what newer releases have
  return `${id}:\n  thread_id=${number}\n${members(last).replaceAll(': ', '=')}`;
}

/** `info iothreads` */
export async function infoIothreads(ctx: CommandContext): Promise<Result> {
  const threads = await ctx.qmp.execute('query-iothreads');
  return data(threads, threads.map(thread).join(''));
}

/** `info kvm` */
export async function infoKvm(ctx: CommandContext): Promise<Result> {
  const kvm = await ctx.qmp.execute('query-kvm');
  const state = kvm.enabled ? 'enabled' : 'disabled';
  return data(kvm, `kvm support: ${kvm.present ? state : 'not compiled'}\n`);
}

/** `info accelerators`: those there are, the one in use in brackets. */
export async function infoAccelerators(ctx: CommandContext): Promise<Result> {
  const accelerators = await ctx.qmp.execute('query-accelerators');
  const names = accelerators.present.map(name => (name === accelerators.enabled ? `[${name}]` : name));
  return data(accelerators, `${names.join(' ')}\n`);
}
