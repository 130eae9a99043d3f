import type { BlockDeviceStats, BlockStats } from '../../qapi/generated/types.ts';
import type { Drive } from '../block/drive.ts';
import type { DriveTable } from '../block/drive-table.ts';
import type { BlockNode } from '../block/node.ts';
import type { DriveStats } from '../block/stats.ts';
import type { CommandHandlers } from './handlers.ts';

const ZONE_APPEND = {
  zone_append_bytes: 0n,
  zone_append_operations: 0n,
  zone_append_total_time_ns: 0n,
  zone_append_merged: 0n,
  failed_zone_append_operations: 0n,
  invalid_zone_append_operations: 0n,
};
const MERGED = { rd_merged: 0n, wr_merged: 0n, unmap_merged: 0n };

/** What drives did. */
export function blockStatsHandlers(drives: DriveTable): CommandHandlers {
  return {
    'query-blockstats': args =>
      args['query-nodes'] === true ? drives.graph.all().map(nodeStats) : drives.all().map(driveStats),
  };
}

function driveStats(drive: Drive): BlockStats {
  const { node, frontEnd, id } = drive;
  return {
    device: id,
    ...(frontEnd ? { qdev: frontEnd.name } : {}),
    ...(node ? { 'node-name': node.name } : {}),
    stats: counters(drive),
    ...(node ? below(node) : {}),
  };
}

function counters({ stats, node }: Drive): BlockDeviceStats {
  const { rd, wr, flush, unmap } = stats.of;
  const { idle } = stats;
  return {
    ...nodeCounters(node),
    rd_bytes: BigInt(rd.bytes),
    wr_bytes: BigInt(wr.bytes),
    unmap_bytes: BigInt(unmap.bytes),
    rd_operations: BigInt(rd.operations),
    wr_operations: BigInt(wr.operations),
    flush_operations: BigInt(flush.operations),
    unmap_operations: BigInt(unmap.operations),
    rd_total_time_ns: BigInt(rd.nanoseconds),
    wr_total_time_ns: BigInt(wr.nanoseconds),
    flush_total_time_ns: BigInt(flush.nanoseconds),
    unmap_total_time_ns: BigInt(unmap.nanoseconds),
    ...(idle === undefined ? {} : { idle_time_ns: BigInt(idle) }),
    failed_rd_operations: BigInt(rd.failed),
    failed_wr_operations: BigInt(wr.failed),
    failed_flush_operations: BigInt(flush.failed),
    failed_unmap_operations: BigInt(unmap.failed),
    invalid_rd_operations: BigInt(rd.invalid),
    invalid_wr_operations: BigInt(wr.invalid),
    invalid_flush_operations: BigInt(flush.invalid),
    invalid_unmap_operations: BigInt(unmap.invalid),
    ...histogramOf(stats, 'rd'),
    ...histogramOf(stats, 'wr'),
    ...histogramOf(stats, 'flush'),
    account_invalid: stats.accounting.invalid,
    account_failed: stats.accounting.failed,
  };
}

function histogramOf(
  { histograms }: DriveStats,
  operation: 'rd' | 'wr' | 'flush',
): Partial<BlockDeviceStats> {
  const histogram = histograms.get(operation);
  if (!histogram) return {};
  const { boundaries, bins } = histogram;
  return {
    [`${operation}_latency_histogram`]: { boundaries: boundaries.map(BigInt), bins: bins.map(BigInt) },
  };
}

/** A node itself remembers only how far it was written. */
function nodeCounters(node: BlockNode | null): BlockDeviceStats {
  return {
    rd_bytes: 0n,
    wr_bytes: 0n,
    unmap_bytes: 0n,
    rd_operations: 0n,
    wr_operations: 0n,
    flush_operations: 0n,
    unmap_operations: 0n,
    rd_total_time_ns: 0n,
    wr_total_time_ns: 0n,
    flush_total_time_ns: 0n,
    unmap_total_time_ns: 0n,
    wr_highest_offset: BigInt(node?.highestWritten ?? 0),
    ...MERGED,
    ...ZONE_APPEND,
    failed_rd_operations: 0n,
    failed_wr_operations: 0n,
    failed_flush_operations: 0n,
    failed_unmap_operations: 0n,
    invalid_rd_operations: 0n,
    invalid_wr_operations: 0n,
    invalid_flush_operations: 0n,
    invalid_unmap_operations: 0n,
    account_invalid: false,
    account_failed: false,
    timed_stats: [],
  };
}

function nodeStats(node: BlockNode): BlockStats {
  return {
    'node-name': node.name,
    stats: nodeCounters(node),
    ...below(node),
  };
}

function below({ child, backing }: BlockNode): Pick<BlockStats, 'parent' | 'backing'> {
  return {
    ...(child ? { parent: nodeStats(child) } : {}),
    ...(backing ? { backing: nodeStats(backing) } : {}),
  };
}
