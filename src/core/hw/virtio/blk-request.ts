import type { AddressSpace } from '../../memory/address-space.ts';
import { HEADER_SIZE, MAX_REQUEST_SECTORS, RANGE_SIZE } from './blk-format.ts';
import { RingError } from './descriptors.ts';
import type { Element, Virtqueue } from './queue.ts';
import { gather, type Segment, slice, totalLength } from './segments.ts';

/** A request of the driver: header taken off the front, status byte off the back. */
export interface BlkRequest {
  readonly queue: Virtqueue;
  readonly element: Element;
  readonly type: number;
  readonly sector: number;
  readonly out: readonly Segment[];
  readonly in: readonly Segment[];
  /** Guest address of the status byte. */
  readonly statusAddress: number;
}

/** @throws RingError when the chain has not the form of a request (virtio 1.2, 5.2.6) */
export function parseRequest(memory: AddressSpace, queue: Virtqueue, element: Element): BlkRequest {
  const last = element.in.at(-1);
  if (element.out.length === 0 || last === undefined) throw new RingError('virtio-blk missing headers');
  const header = gather(memory, element.out, 0, HEADER_SIZE);
  if (header.length < HEADER_SIZE) throw new RingError('virtio-blk request outhdr too short');
  const view = new DataView(header.buffer);
  return {
    queue,
    element,
    type: view.getUint32(0, true),
    sector: Number(view.getBigUint64(8, true)),
    out: slice(element.out, HEADER_SIZE),
    in: slice(element.in, 0, totalLength(element.in) - 1),
    statusAddress: last.address + last.length - 1,
  };
}

/** What DISCARD and WRITE_ZEROES carry. */
export interface SectorRange {
  readonly sector: number;
  readonly count: number;
  readonly flags: number;
}

/** @throws RingError when it is too short */
export function parseRange(memory: AddressSpace, request: BlkRequest): SectorRange {
  const bytes = gather(memory, request.out, 0, RANGE_SIZE);
  if (bytes.length < RANGE_SIZE) throw new RingError('virtio-blk discard/write_zeroes header too short');
  const view = new DataView(bytes.buffer);
  return {
    sector: Number(view.getBigUint64(0, true)),
    count: view.getUint32(8, true),
    flags: view.getUint32(12, true),
  };
}

/** Whether `bytes` from `sector` on are whole blocks inside the disk. */
export function inRange(
  sector: number,
  bytes: number,
  disk: { sectors: number; blockSize: number },
): boolean {
  const count = bytes / 512;
  if (bytes % disk.blockSize !== 0 || count > MAX_REQUEST_SECTORS) return false;
  return sector % (disk.blockSize / 512) === 0 && sector <= disk.sectors && count <= disk.sectors - sector;
}
