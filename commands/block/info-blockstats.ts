import { data, type Handler } from '../../src/monitor/types.ts';
import type { BlockDeviceStats } from '../../src/qapi/generated/types.ts';

const SHOWN: readonly (keyof BlockDeviceStats)[] = [
  'rd_bytes',
  'wr_bytes',
  'rd_operations',
  'wr_operations',
  'flush_operations',
  'wr_total_time_ns',
  'rd_total_time_ns',
  'flush_total_time_ns',
  'rd_merged',
  'wr_merged',
  'idle_time_ns',
];

/** `info blockstats`: a line a drive that has a name */
export const infoBlockstats: Handler = async ({ qmp }) => {
  const drives = await qmp.execute('query-blockstats');
  const lines = drives
    .filter(({ device }) => device !== undefined)
    .map(({ device, stats }) => {
      const values = SHOWN.map(name => ` ${name}=${stats[name] ?? 0n}`);
      return `${device}:${values.join('')}\n`;
    });
  return data(drives, lines.join(''));
};
