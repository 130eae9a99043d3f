import { describe, expect, it } from 'vitest';
import type { BlockDeviceInfo, BlockInfo } from '../../src/qapi/generated/types.ts';
import { shown, testContext } from '../test-support.ts';
import { infoBlock } from './info-block.ts';

const MEDIUM: BlockDeviceInfo = {
  file: 'disk.raw',
  'node-name': '#block107',
  ro: false,
  drv: 'raw',
  backing_file_depth: 0n,
  children: [],
  active: true,
  encrypted: false,
  detect_zeroes: 'off',
  bps: 0n,
  bps_rd: 0n,
  bps_wr: 0n,
  iops: 0n,
  iops_rd: 0n,
  iops_wr: 0n,
  image: {
    filename: 'disk.raw',
    format: 'raw',
    'virtual-size': 16777216n,
    'actual-size': 0n,
    'dirty-flag': false,
    limits: { 'request-alignment': 1, 'min-mem-alignment': 1n, 'opt-mem-alignment': 4096n, 'max-iov': 1024n },
  },
  cache: { writeback: true, direct: false, 'no-flush': false },
  write_threshold: 0n,
};
const DISK: BlockInfo = {
  device: 'd0',
  qdev: 'blk0',
  type: 'unknown',
  removable: false,
  locked: false,
  'io-status': 'ok',
  inserted: MEDIUM,
};
const FLOPPY: BlockInfo = { device: 'floppy0', type: 'unknown', removable: true, locked: false };

const show = async (drives: BlockInfo[], args: Parameters<typeof infoBlock>[1] = {}) =>
  shown(
    await infoBlock(
      testContext({
        'query-block': () => drives,
        'query-named-block-nodes': () => drives.flatMap(({ inserted }) => inserted ?? []),
      }),
      args,
    ),
  );

describe('info block', () => {
  it('shows drives with and without an image', async () => {
    expect(await show([DISK, FLOPPY])).toBe(`d0 (#block107): disk.raw (raw)
    Attached to:      blk0
    Cache mode:       writeback

floppy0: [not inserted]
    Removable device: not locked, tray closed
`);
  });

  it('-v shows the image', async () => {
    expect(await show([DISK, FLOPPY], { verbose: true })).toBe(`d0 (#block107): disk.raw (raw)
    Attached to:      blk0
    Cache mode:       writeback

Images:
image: disk.raw
file format: raw
virtual size: 16 MiB (16777216 bytes)
disk size: 0 B
Block limits:
    request alignment: 1
    min mem alignment: 1
    opt mem alignment: 4096
    max iov: 1024

floppy0: [not inserted]
    Removable device: not locked, tray closed
`);
  });

  it('-n shows nodes', async () => {
    expect(await show([DISK, FLOPPY], { nodes: true })).toBe(
      '#block107: disk.raw (raw)\n    Cache mode:       writeback\n',
    );
  });

  it('shows one drive, or none of that name', async () => {
    expect(await show([DISK, FLOPPY], { device: 'floppy0' })).toMatch(/^\nfloppy0: /);
    expect(await show([DISK, FLOPPY], { device: 'nope' })).toBe('');
    expect(await show([])).toBe('');
  });

  it('shows whatever is out of the ordinary', async () => {
    const odd: BlockInfo = {
      ...DISK,
      device: '',
      removable: true,
      locked: true,
      tray_open: true,
      'io-status': 'nospace',
      inserted: {
        ...MEDIUM,
        ro: true,
        active: false,
        detect_zeroes: 'unmap',
        backing_file: 'base.raw',
        backing_file_depth: 1n,
        iops: 100n,
        group: 'g0',
        cache: { writeback: false, direct: true, 'no-flush': true },
      },
    };
    expect(await show([odd])).toBe(`#block107: disk.raw (raw, read-only, inactive)
    Attached to:      blk0
    I/O status:       nospace
    Removable device: locked, tray open
    Cache mode:       writethrough, direct, ignore flushes
    Backing file:     base.raw (chain depth: 1)
    Detect zeroes:    unmap
    I/O throttling:   bps=0 bps_rd=0 bps_wr=0 bps_max=0 bps_rd_max=0 bps_wr_max=0 iops=100 iops_rd=0 iops_wr=0 iops_max=0 iops_rd_max=0 iops_wr_max=0 iops_size=0 group=g0
`);
  });
});
