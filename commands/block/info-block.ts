import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';
import type { BlockDeviceInfo, BlockInfo } from '../../src/qapi/generated/types.ts';
import { formatImages } from './image.ts';

interface InfoBlockArgs {
  nodes?: boolean;
  verbose?: boolean;
  device?: string;
}

function formatMedium(medium: BlockDeviceInfo): string {
  const marks = [medium.drv];
  if (medium.ro) marks.push('read-only');
  if (medium.encrypted) marks.push('encrypted');
  if (medium.active === false) marks.push('inactive');
  return `${medium.file} (${marks.join(', ')})`;
}

function formatName(info: BlockInfo | undefined, medium: BlockDeviceInfo | undefined): string {
  const node = medium?.['node-name'];
  if (info?.device) return node ? `${info.device} (${node})` : info.device;
  return node || info?.qdev || '<anonymous>';
}

function formatDrive(info: BlockInfo): string {
  const { qdev, removable, locked } = info;
  const status = info['io-status'] ?? 'ok';
  const tray = info.tray_open ? 'open' : 'closed';
  return [
    qdev ? `    Attached to:      ${qdev}\n` : '',
    status === 'ok' ? '' : `    I/O status:       ${status}\n`,
    removable ? `    Removable device: ${locked ? '' : 'not '}locked, tray ${tray}\n` : '',
  ].join('');
}

const THROTTLES = ['bps', 'bps_rd', 'bps_wr', 'bps_max', 'bps_rd_max', 'bps_wr_max'] as const;
const IO_THROTTLES = [
  'iops',
  'iops_rd',
  'iops_wr',
  'iops_max',
  'iops_rd_max',
  'iops_wr_max',
  'iops_size',
] as const;

function formatThrottling(medium: BlockDeviceInfo): string {
  const limits = [medium.bps, medium.bps_rd, medium.bps_wr, medium.iops, medium.iops_rd, medium.iops_wr];
  if (limits.every(limit => limit === 0n)) return '';
  const values = [...THROTTLES, ...IO_THROTTLES].map(name => ` ${name}=${medium[name] ?? 0n}`).join('');
  return `    I/O throttling:  ${values} group=${medium.group ?? ''}\n`;
}

function formatState(medium: BlockDeviceInfo): string {
  const { cache, detect_zeroes: zeroes, backing_file: backing, backing_file_depth: depth } = medium;
  const modes = [cache.writeback ? 'writeback' : 'writethrough'];
  if (cache.direct) modes.push('direct');
  if (cache['no-flush']) modes.push('ignore flushes');
  return [
    `    Cache mode:       ${modes.join(', ')}\n`,
    backing ? `    Backing file:     ${backing} (chain depth: ${depth})\n` : '',
    zeroes === 'off' ? '' : `    Detect zeroes:    ${zeroes}\n`,
    formatThrottling(medium),
  ].join('');
}

/** A drive with its medium, or in a list of nodes the medium alone. */
function formatEntry(
  info: BlockInfo | undefined,
  medium: BlockDeviceInfo | undefined,
  verbose: boolean,
): string {
  const head = `${formatName(info, medium)}: ${medium ? formatMedium(medium) : '[not inserted]'}\n`;
  const drive = info ? formatDrive(info) : '';
  const state = medium ? formatState(medium) : '';
  const images = medium && verbose ? `\nImages:\n${formatImages(medium.image)}` : '';
  return `${head}${drive}${state}${images}`;
}

/**
 * Shows drives, or with `nodes` the block nodes; `device` chooses one by its name: a drive, or else a node.
 * Each but the first of the list has a blank line before it, also where it alone is shown.
 */
export async function infoBlock(ctx: CommandContext, args: InfoBlockArgs): Promise<Result> {
  const { verbose = false, device } = args;
  if (!args.nodes) {
    const drives = await ctx.qmp.execute('query-block');
    const chosen = drives.filter(drive => device === undefined || drive.device === device);
    if (device === undefined || chosen.length > 0) {
      return data(
        chosen,
        spaced(drives, chosen, drive => formatEntry(drive, drive.inserted, verbose)),
      );
    }
  }
  const nodes = await ctx.qmp.execute('query-named-block-nodes');
  const chosen = nodes.filter(node => device === undefined || node['node-name'] === device);
  return data(
    chosen,
    spaced(nodes, chosen, node => formatEntry(undefined, node, verbose)),
  );
}

function spaced<T>(all: readonly T[], chosen: readonly T[], format: (entry: T) => string): string {
  return chosen.map(entry => (entry === all[0] ? '' : '\n') + format(entry)).join('');
}
