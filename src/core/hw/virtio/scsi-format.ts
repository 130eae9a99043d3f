import type { AddressSpace } from '../../memory/address-space.ts';
import { RingError } from './descriptors.ts';
import type { Element } from './queue.ts';
import { gather } from './segments.ts';

/** Queues and numbers of the SCSI host (virtio 1.2, 5.6). */
export const CONTROL_QUEUE = 0;
export const EVENT_QUEUE = 1;
export const FIRST_REQUEST_QUEUE = 2;

export const SCSI_F = { hotplug: 1, change: 2 } as const;

export const RESPONSE = {
  ok: 0,
  overrun: 1,
  aborted: 2,
  badTarget: 3,
  reset: 4,
  failure: 9,
  succeeded: 10,
  rejected: 11,
  incorrectLun: 12,
} as const;

export const CONTROL = { taskManagement: 0, queryNotification: 1, subscribeNotification: 2 } as const;

export const TASK = {
  abortTask: 0,
  abortTaskSet: 1,
  clearAca: 2,
  clearTaskSet: 3,
  nexusReset: 4,
  unitReset: 5,
  queryTask: 6,
  queryTaskSet: 7,
} as const;

export const EVENT = { none: 0, transportReset: 1, parameterChange: 3, missed: 0x8000_0000 } as const;
export const REASON = { rescan: 1, removed: 2 } as const;
export const EVENT_SIZE = 16;

/** lun[8] tag[8] and three bytes, before the command block */
const REQUEST_HEADER = 19;
/** sense length, residual, status qualifier, status, response: before the sense data */
const RESPONSE_HEADER = 12;

/** An address of eight bytes: target and unit. */
export interface Address {
  readonly target: number;
  readonly lun: number;
}

/** Null for addresses of a form that this host does not give. */
export function parseAddress(bytes: Uint8Array): Address | null {
  const [form, target = 0, high = 0, low = 0] = bytes;
  if (form !== 1 || (high !== 0 && (high < 0x40 || high >= 0x80))) return null;
  return { target, lun: ((high << 8) | low) & 0x3fff };
}

export function formatAddress({ target, lun }: Address): Uint8Array {
  return Uint8Array.of(1, target, lun < 256 ? 0 : 0x40 | (lun >> 8), lun & 0xff, 0, 0, 0, 0);
}

export interface RequestHeader {
  readonly address: Address | null;
  readonly tag: bigint;
  readonly cdb: Uint8Array;
  /** Where the data begins behind it. */
  readonly size: number;
}

/** @throws RingError when it is too short */
export function parseRequestHeader(memory: AddressSpace, element: Element, cdbSize: number): RequestHeader {
  const size = REQUEST_HEADER + cdbSize;
  const bytes = gather(memory, element.out, 0, size);
  if (bytes.length < size) throw new RingError('virtio-scsi request too short');
  return {
    address: parseAddress(bytes),
    tag: new DataView(bytes.buffer).getBigUint64(8, true),
    cdb: bytes.slice(REQUEST_HEADER),
    size,
  };
}

export const responseSize = (senseSize: number) => RESPONSE_HEADER + senseSize;

export function formatResponse(
  senseSize: number,
  { response, status = 0, residual = 0, sense = new Uint8Array(0) }: Response,
): Uint8Array {
  const bytes = new Uint8Array(responseSize(senseSize));
  const view = new DataView(bytes.buffer);
  const shown = sense.subarray(0, senseSize);
  view.setUint32(0, shown.length, true);
  view.setUint32(4, Math.min(residual, 0xffff_ffff), true);
  bytes[10] = status;
  bytes[11] = response;
  bytes.set(shown, RESPONSE_HEADER);
  return bytes;
}

export interface Response {
  readonly response: number;
  readonly status?: number;
  readonly residual?: number;
  readonly sense?: Uint8Array;
}
