import type { BlockDeviceInfo, BlockInfo } from '../../qapi/generated/types.ts';
import { type Drive, type DriveTable, SECTOR_SIZE } from '../block/drive.ts';
import { hasStatus } from '../block/io-error.ts';
import type { CommandHandlers } from './handlers.ts';

const NO_LIMITS = { bps: 0n, bps_rd: 0n, bps_wr: 0n, iops: 0n, iops_rd: 0n, iops_wr: 0n };

/** What block back ends there are. */
export function blockHandlers(drives: DriveTable): CommandHandlers {
  return {
    'query-block': () => Promise.all(drives.all().map(blockInfo)),
  };
}

async function blockInfo(drive: Drive): Promise<BlockInfo> {
  const { device } = drive;
  return {
    device: drive.id,
    ...(device === undefined ? {} : { qdev: device }),
    type: 'unknown',
    removable: device === undefined, // nothing says yet what kind of disk it will be
    locked: false,
    inserted: await inserted(drive),
    ...(device !== undefined && hasStatus(drive) ? { 'io-status': drive.ioStatus } : {}),
  };
}

async function inserted(drive: Drive): Promise<BlockDeviceInfo> {
  return {
    file: drive.fileName,
    'node-name': drive.nodeName,
    ro: drive.readOnly,
    drv: 'raw',
    backing_file_depth: 0n,
    children: [{ 'node-name': drive.fileNodeName, child: 'file' }],
    active: true,
    encrypted: false,
    detect_zeroes: 'off',
    ...NO_LIMITS,
    image: await image(drive),
    cache: { ...drive.cache, writeback: drive.writeCache },
    write_threshold: 0n,
  };
}

async function image(drive: Drive): Promise<BlockDeviceInfo['image']> {
  return {
    filename: drive.fileName,
    format: 'raw',
    'dirty-flag': false,
    'actual-size': BigInt(await drive.allocated()),
    'virtual-size': BigInt(drive.sectors * SECTOR_SIZE),
    limits: {
      'request-alignment': 1,
      'max-iov': 1024n,
      'min-mem-alignment': 1n,
      'opt-mem-alignment': 4096n,
    },
  };
}
