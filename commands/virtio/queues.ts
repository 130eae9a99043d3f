import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type {
  VirtioQueueElement,
  VirtioRingDesc,
  VirtQueueStatus,
  VirtVhostQueueStatus,
} from '../../src/qapi/generated/types.ts';
import { formatFields, formatPointer } from './fields.ts';

interface QueueArgs {
  path: string;
  queue: bigint;
}

interface ElementArgs extends QueueArgs {
  index?: bigint;
}

/** Queue and ring indices have 16 bits. Throws QmpError, as the machine would. */
function toIndex(what: string, value: bigint): number {
  if (value >= 0n && value <= 0xffffn) return Number(value);
  throw new QmpError(`Parameter '${what}' expects uint16_t`);
}

function formatQueue(status: VirtQueueStatus): string {
  const optional = (name: string, value: number | undefined) =>
    value === undefined ? [] : [[name, value] as const];
  const queue = formatFields(
    [
      ['device_name', status.name],
      ['queue_index', status['queue-index']],
      ['inuse', status.inuse],
      ['used_idx', status['used-idx']],
      ['signalled_used', status['signalled-used']],
      ['signalled_used_valid', status['signalled-used-valid']],
      ...optional('last_avail_idx', status['last-avail-idx']),
      ...optional('shadow_avail_idx', status['shadow-avail-idx']),
    ],
    '  ',
    22,
  );
  const ring = formatFields(
    [
      ['num', status['vring-num']],
      ['num_default', status['vring-num-default']],
      ['align', status['vring-align']],
      ['desc', formatPointer(status['vring-desc'])],
      ['avail', formatPointer(status['vring-avail'])],
      ['used', formatPointer(status['vring-used'])],
    ],
    '    ',
    14,
  );
  return `${queue}  VRing:\n${ring}`;
}

export async function infoVirtioQueueStatus(ctx: CommandContext, args: QueueArgs): Promise<Result> {
  const status = await ctx.qmp.execute('x-query-virtio-queue-status', {
    path: args.path,
    queue: toIndex('queue', args.queue),
  });
  return data(status, `${args.path}:\n${formatQueue(status)}`);
}

function formatVhostQueue(status: VirtVhostQueueStatus): string {
  const queue = formatFields(
    [
      ['device_name', `${status.name} (vhost)`],
      ['kick', status.kick],
      ['call', status.call],
    ],
    '  ',
    13,
  );
  const ring = formatFields(
    [
      ['num', status.num],
      ['desc', formatPointer(status.desc)],
      ['desc_phys', formatPointer(status['desc-phys'])],
      ['desc_size', status['desc-size']],
      ['avail', formatPointer(status.avail)],
      ['avail_phys', formatPointer(status['avail-phys'])],
      ['avail_size', status['avail-size']],
      ['used', formatPointer(status.used)],
      ['used_phys', formatPointer(status['used-phys'])],
      ['used_size', status['used-size']],
    ],
    '    ',
    12,
  );
  return `${queue}  VRing:\n${ring}`;
}

export async function infoVirtioVhostQueueStatus(ctx: CommandContext, args: QueueArgs): Promise<Result> {
  const status = await ctx.qmp.execute('x-query-virtio-vhost-queue-status', {
    path: args.path,
    queue: toIndex('queue', args.queue),
  });
  return data(status, `${args.path}:\n${formatVhostQueue(status)}`);
}

function formatDescriptor({ addr, len, flags }: VirtioRingDesc): string {
  const marks = flags.length === 0 ? '' : ` (${flags.join(', ')})`;
  return `        addr 0x${addr.toString(16)} len ${len}${marks}`;
}

function formatElement({ name, index, descs, avail, used }: VirtioQueueElement): string {
  return [
    `  device_name: ${name}\n  index:   ${index}\n`,
    `  desc:\n    descs:\n${descs.map(formatDescriptor).join(',\n')}\n`,
    `  avail:\n    flags: ${avail.flags}\n    idx:   ${avail.idx}\n    ring:  ${avail.ring}\n`,
    `  used:\n    flags: ${used.flags}\n    idx:   ${used.idx}\n`,
  ].join('');
}

export async function infoVirtioQueueElement(ctx: CommandContext, args: ElementArgs): Promise<Result> {
  const element = await ctx.qmp.execute('x-query-virtio-queue-element', {
    path: args.path,
    queue: toIndex('queue', args.queue),
    ...(args.index === undefined ? {} : { index: toIndex('index', args.index) }),
  });
  return data(element, `${args.path}:\n${formatElement(element)}`);
}
