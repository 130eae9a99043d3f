import { type CommandContext, type CompletionRequest, data, type Result } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';

export async function infoVirtio(ctx: CommandContext): Promise<Result> {
  const devices = await ctx.qmp.execute('x-query-virtio');
  if (devices.length === 0) throw new QmpError('No virtio devices found');
  return data(devices, devices.map(({ path, name }) => `${path} [${name}]\n`).join(''));
}

/** Paths of the virtio devices for the first argument, numbers of their queues for the second. */
export async function completeVirtio({ qmp, index, words }: CompletionRequest) {
  if (index === 1) {
    const devices = await qmp.execute('x-query-virtio');
    return devices.map(({ path, name }) => ({ text: path, help: name }));
  }
  const path = words[1];
  if (index !== 2 || path === undefined) return [];
  const status = await qmp.execute('x-query-virtio-status', { path });
  return Array.from({ length: Number(status['num-vqs']) }, (_, queue) => ({ text: String(queue), help: '' }));
}
