/** Numbers of the block device (virtio 1.2, 5.2). */
export const BLK_F = {
  segMax: 2,
  geometry: 4,
  readOnly: 5,
  blockSize: 6,
  scsi: 7,
  flush: 9,
  topology: 10,
  configWce: 11,
  multiQueue: 12,
  discard: 13,
  writeZeroes: 14,
} as const;

/** Bit 0 of a request type says that the driver sends data; bit 31 is a barrier of old drivers, ignored. */
export const T_OUT = 1;
const T_BARRIER = 0x8000_0000;
export const BLK_T = { in: 0, scsi: 2, flush: 4, getId: 8, discard: 10, writeZeroes: 12 } as const;
export const baseType = (type: number) => (type & ~(T_OUT | T_BARRIER)) >>> 0;

export const BLK_S = { ok: 0, ioError: 1, unsupported: 2 } as const;
export type BlkStatus = (typeof BLK_S)[keyof typeof BLK_S];

export const HEADER_SIZE = 16;
export const ID_SIZE = 20;
/** struct virtio_blk_discard_write_zeroes: sector, count, flags. */
export const RANGE_SIZE = 16;
export const RANGE_UNMAP = 1;
/** Most sectors that one request may move. */
export const MAX_REQUEST_SECTORS = 0x7fff_ffff / 512;
