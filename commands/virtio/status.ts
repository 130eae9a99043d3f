import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';
import type { VhostStatus, VirtioStatus } from '../../src/qapi/generated/types.ts';
import { formatFeatures, formatFields, formatProtocols, formatStatuses } from './fields.ts';

/** The column that values start in, counted from the names. */
const WIDTH = 25;

function formatDevice(status: VirtioStatus): string {
  const fields = formatFields(
    [
      // the blank belongs to the established format
      ['device_name', `${status.name} ${status['vhost-dev'] ? '(vhost)' : ''}`],
      ['device_id', status['device-id']],
      ['vhost_started', status['vhost-started']],
      ['bus_name', status['bus-name'] || '(null)'],
      ['broken', status.broken],
      ['disabled', status.disabled],
      ['disable_legacy_check', status['disable-legacy-check']],
      ['started', status.started],
      ['use_started', status['use-started']],
      ['start_on_kick', status['start-on-kick']],
      ['use_guest_notifier_mask', status['use-guest-notifier-mask']],
      ['vm_running', status['vm-running']],
      ['num_vqs', status['num-vqs']],
      ['queue_sel', status['queue-sel']],
      ['isr', status.isr],
      ['endianness', status['device-endian']],
    ],
    '  ',
    WIDTH,
  );
  return [
    fields,
    formatStatuses('  status:', status.status.statuses, status.status['unknown-statuses']),
    formatFeatures('  Guest features:', status['guest-features']),
    formatFeatures('  Host features:', status['host-features']),
    formatFeatures('  Backend features:', status['backend-features']),
  ].join('');
}

function formatVhost(vhost: VhostStatus): string {
  const fields = formatFields(
    [
      ['nvqs', vhost.nvqs],
      ['vq_index', vhost['vq-index']],
      ['max_queues', vhost['max-queues']],
      ['n_mem_sections', vhost['n-mem-sections']],
      ['n_tmp_sections', vhost['n-tmp-sections']],
      ['backend_cap', vhost['backend-cap']],
      ['log_enabled', vhost['log-enabled']],
      ['log_size', vhost['log-size']],
    ],
    '    ',
    16,
  );
  return [
    `  VHost:\n${fields}`,
    formatFeatures('    Features:', vhost.features),
    formatFeatures('    Acked features:', vhost['acked-features']),
    formatFeatures('    Backend features:', vhost['backend-features']),
    formatProtocols('    Protocol features:', vhost['protocol-features']),
  ].join('');
}

export async function infoVirtioStatus(ctx: CommandContext, args: { path: string }): Promise<Result> {
  const status = await ctx.qmp.execute('x-query-virtio-status', { path: args.path });
  const vhost = status['vhost-dev'];
  return data(status, `${args.path}:\n${formatDevice(status)}${vhost ? formatVhost(vhost) : ''}`);
}
