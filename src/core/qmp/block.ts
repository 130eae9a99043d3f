import type { Host } from '../../host/types.ts';
import type { BlockDeviceInfo, BlockDirtyInfo, BlockInfo } from '../../qapi/generated/types.ts';
import type { DirtyBitmap } from '../block/dirty-bitmap.ts';
import { type Drive, SECTOR_SIZE } from '../block/drive.ts';
import type { DriveTable } from '../block/drive-table.ts';
import { hasStatus } from '../block/io-error.ts';
import type { BlockNode } from '../block/node.ts';
import { CLUSTER } from '../block/overlay-file.ts';
import { BUCKETS, LIMIT_NAMES, type ThrottleLimits } from '../block/throttle.ts';
import type { EventBus } from '../events.ts';
import { JobTable } from '../jobs/job-table.ts';
import { blockBitmapHandlers } from './block-bitmaps.ts';
import { blockExportHandlers, type ExportParts } from './block-export.ts';
import { blockImageHandlers } from './block-images.ts';
import { blockJobHandlers } from './block-jobs.ts';
import { blockMediaHandlers } from './block-media.ts';
import { blockNodeHandlers } from './block-nodes.ts';
import { blockStatsHandlers } from './block-stats.ts';
import type { DriveOfDevice } from './device-drives.ts';
import type { CommandHandlers } from './handlers.ts';
import { jobHandlers } from './jobs.ts';
import { transactionHandlers } from './transaction.ts';

const NO_LIMITS = { bps: 0n, bps_rd: 0n, bps_wr: 0n, iops: 0n, iops_rd: 0n, iops_wr: 0n };

/** Drives, the nodes in them, and what can be done with both. */
export function blockHandlers(
  drives: DriveTable,
  events: EventBus,
  host: Pick<Host, 'createFile' | 'now' | 'sleep'>,
  offers: Omit<ExportParts, 'drives'> & { readonly driveOf: DriveOfDevice },
): CommandHandlers {
  const jobs = new JobTable(events);
  const handlers = {
    'query-block': () => Promise.all(drives.all().map(blockInfo)),
    'query-named-block-nodes': () => Promise.all(drives.graph.all().map(node => nodeInfo(node))),
    ...blockStatsHandlers(drives),
    ...blockMediaHandlers(drives, events, offers.driveOf),
    ...blockNodeHandlers(drives, offers.exports),
    ...jobHandlers(jobs, drives),
    ...blockJobHandlers({ jobs, drives, host }),
    ...blockImageHandlers({ drives, jobs, events, host, driveOf: offers.driveOf }),
    ...blockBitmapHandlers(drives),
    ...blockExportHandlers({ ...offers, drives }),
  };
  return { ...handlers, ...transactionHandlers({ drives, jobs, host }, handlers) };
}

async function blockInfo(drive: Drive): Promise<BlockInfo> {
  const { frontEnd, node, removable } = drive;
  const tray = frontEnd?.tray;
  return {
    device: drive.id,
    ...(frontEnd ? { qdev: frontEnd.name } : {}),
    type: 'unknown',
    removable,
    locked: tray?.locked ?? false,
    ...(node ? { inserted: await nodeInfo(node, drive) } : {}),
    ...(tray ? { tray_open: tray.open } : {}),
    ...(frontEnd && hasStatus(drive) ? { 'io-status': drive.ioStatus } : {}),
  };
}

/** @param drive that has the node as its medium, if its own state is to be shown */
async function nodeInfo(node: BlockNode, drive?: Drive): Promise<BlockDeviceInfo> {
  return {
    file: node.fileName,
    'node-name': node.name,
    ro: node.readOnly,
    drv: node.driver,
    ...(node.backing ? { backing_file: node.backing.fileName } : {}),
    backing_file_depth: node.backing ? 1n : 0n,
    children: childrenOf(node),
    active: true,
    encrypted: false,
    detect_zeroes: node.detectZeroes,
    ...limitsOf(drive?.throttle.limits ?? null),
    image: await imageInfo(node),
    cache: { ...node.cache, writeback: drive?.writeCache ?? node.cache.writeback },
    write_threshold: BigInt(node.writeThreshold),
    ...(node.bitmaps.size === 0
      ? {}
      : { 'dirty-bitmaps': [...node.bitmaps.values()].reverse().map(bitmapInfo) }),
  };
}

function childrenOf({ child, backing }: BlockNode): BlockDeviceInfo['children'] {
  return [
    ...(backing ? [{ 'node-name': backing.name, child: 'backing' }] : []),
    ...(child ? [{ 'node-name': child.name, child: 'file' }] : []),
  ];
}

function bitmapInfo({ name, count, granularity, recording, busy }: DirtyBitmap): BlockDirtyInfo {
  return { name, count: BigInt(count), granularity, recording, busy, persistent: false };
}

type Limits = Partial<BlockDeviceInfo> & typeof NO_LIMITS;

function limitsOf(limits: ThrottleLimits | null): Limits {
  if (!limits) return NO_LIMITS;
  const shown: Limits = { ...NO_LIMITS };
  for (const bucket of BUCKETS) {
    const name = LIMIT_NAMES[bucket];
    const { max = 0, seconds = 1 } = limits.bursts?.[bucket] ?? {};
    shown[name] = BigInt(limits[bucket]);
    if (max > 0)
      Object.assign(shown, { [`${name}_max`]: BigInt(max), [`${name}_max_length`]: BigInt(seconds) });
  }
  const { iopsSize = 0, group } = limits;
  return { ...shown, ...(iopsSize !== 0 ? { iops_size: BigInt(iopsSize) } : {}), group };
}

async function imageInfo(node: BlockNode): Promise<BlockDeviceInfo['image']> {
  const { backing } = node;
  return {
    ...(backing ? { 'backing-image': await imageInfo(backing), 'cluster-size': BigInt(CLUSTER) } : {}),
    filename: node.fileName,
    format: node.driver,
    ...(node.driver === 'null-co' ? {} : { 'dirty-flag': false }),
    'actual-size': BigInt(await node.allocated()),
    'virtual-size': BigInt(Math.ceil(node.size / SECTOR_SIZE) * SECTOR_SIZE),
    limits: {
      'request-alignment': 1,
      'max-iov': 1024n,
      'min-mem-alignment': 1n,
      'opt-mem-alignment': 4096n,
    },
  };
}
