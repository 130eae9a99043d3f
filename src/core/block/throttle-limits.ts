import { QmpError } from '../../qapi/errors.ts';
import type { ThrottleLimits } from './throttle.ts';

/** As `block_set_io_throttle` names them. */
export type LimitName = 'bps' | 'bps_rd' | 'bps_wr' | 'iops' | 'iops_rd' | 'iops_wr';

/** Each limit's names among the options of `-drive`. */
export const LIMIT_OPTIONS: readonly (readonly [option: string, limit: LimitName])[] = [
  ['bps', 'bps'],
  ['bps_rd', 'bps_rd'],
  ['bps_wr', 'bps_wr'],
  ['iops', 'iops'],
  ['iops_rd', 'iops_rd'],
  ['iops_wr', 'iops_wr'],
  ['throttling.bps-total', 'bps'],
  ['throttling.bps-read', 'bps_rd'],
  ['throttling.bps-write', 'bps_wr'],
  ['throttling.iops-total', 'iops'],
  ['throttling.iops-read', 'iops_rd'],
  ['throttling.iops-write', 'iops_wr'],
];

const MOST = 10n ** 15n;

/**
 * @param group the name under which they are shown
 * @returns null where there is nothing to hold back
 * @throws QmpError when they contradict each other
 */
export function throttleLimits(
  values: Readonly<Record<LimitName, bigint>>,
  group: string,
): ThrottleLimits | null {
  const { bps, bps_rd, bps_wr, iops, iops_rd, iops_wr } = values;
  const all = [bps, bps_rd, bps_wr, iops, iops_rd, iops_wr];
  if ((bps > 0n && (bps_rd > 0n || bps_wr > 0n)) || (iops > 0n && (iops_rd > 0n || iops_wr > 0n))) {
    throw new QmpError('bps/iops/max total values and read/write values cannot be used at the same time');
  }
  if (all.some(value => value < 0n || value > MOST)) {
    throw new QmpError(`bps/iops/max values must be within [0, ${MOST}]`);
  }
  if (all.every(value => value === 0n)) return null;
  return {
    bps: Number(bps),
    bpsRead: Number(bps_rd),
    bpsWrite: Number(bps_wr),
    iops: Number(iops),
    iopsRead: Number(iops_rd),
    iopsWrite: Number(iops_wr),
    group,
  };
}
