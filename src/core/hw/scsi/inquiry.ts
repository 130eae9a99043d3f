import { allocationLength, viewOf } from './command.ts';
import { SENSE, SenseError } from './sense.ts';

/** What a unit says of itself. */
export interface Identity {
  /** Peripheral device type: 0 disk, 5 CD or DVD. */
  readonly type: number;
  readonly removable: boolean;
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
  /** Version of the standard. */
  readonly version: number;
  readonly serial: string;
  readonly deviceId: string;
  readonly wwn: bigint;
  readonly portWwn: bigint;
  readonly portIndex: number;
  readonly rotationRate: number;
  /** In blocks of the unit, for the page of limits. */
  readonly limits: Limits;
}

interface Limits {
  readonly minIo: number;
  readonly optIo: number;
  readonly maxIo: number;
  readonly maxUnmap: number;
  readonly unmapGranularity: number;
}

const STANDARD_SIZE = 36;
const MOST = 256;
const MOST_SERIAL = 36;
const MOST_UNMAP_RANGES = 255;
const LIMITS_SIZE = 0x40;
const TYPE_DISK = 0;

/** INQUIRY (SPC-4, 6.6): the standard data or a page of vital product data. @throws SenseError */
export function inquiry(identity: Identity, cdb: Uint8Array): Uint8Array {
  if ((cdb[1]! & 1) !== 0) return vitalPage(identity, cdb[2]!);
  if (cdb[2] !== 0) throw new SenseError(SENSE.invalidField);
  const length = Math.min(allocationLength(cdb), MOST);
  const bytes = new Uint8Array(Math.max(length, STANDARD_SIZE));
  bytes[0] = identity.type;
  bytes[1] = identity.removable ? 0x80 : 0;
  bytes[2] = identity.version;
  bytes[3] = 0x12; // hierarchical addressing of units; format 2
  bytes[4] = bytes.length - 5;
  bytes[7] = 0x12; // synchronous transfer; command queue
  bytes.set(padded(identity.vendor, 8), 8);
  bytes.set(padded(identity.product, 16), 16);
  const revision = ascii(identity.revision).subarray(0, 4);
  bytes.set(revision, 32);
  return bytes;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, char => char.charCodeAt(0) & 0x7f);
}

function padded(text: string, length: number): Uint8Array {
  return ascii(text.padEnd(length).slice(0, length));
}

function vitalPage(identity: Identity, page: number): Uint8Array {
  const disk = identity.type === TYPE_DISK;
  const pages = [0x00, ...(identity.serial === '' ? [] : [0x80]), 0x83, ...(disk ? [0xb0, 0xb1, 0xb2] : [])];
  if (!pages.includes(page)) throw new SenseError(SENSE.invalidField);
  const content = pageContent(identity, page, pages);
  return Uint8Array.of(identity.type, page, content.length >> 8, content.length & 0xff, ...content);
}

function pageContent(identity: Identity, page: number, pages: readonly number[]): Uint8Array {
  switch (page) {
    case 0x00:
      return Uint8Array.from(pages);
    case 0x80:
      return ascii(identity.serial.slice(0, MOST_SERIAL));
    case 0x83:
      return designators(identity);
    case 0xb0:
      return blockLimits(identity.limits);
    case 0xb1: {
      const bytes = new Uint8Array(LIMITS_SIZE - 4);
      viewOf(bytes).setUint16(0, identity.rotationRate);
      return bytes;
    }
    default: // 0xb2: blocks can be given back by UNMAP and both WRITE SAME; thin if that makes sense
      return Uint8Array.of(0, 0xe0, identity.limits.unmapGranularity > 0 ? 2 : 1, 0);
  }
}

/** Names of the unit and its port (SPC-4, 7.8.6). */
function designators({ deviceId, wwn, portWwn, portIndex }: Identity): Uint8Array {
  const bytes: number[] = [];
  const id = ascii(deviceId).subarray(0, 255 - 8);
  if (id.length > 0) bytes.push(2, 0, 0, id.length, ...id);
  if (wwn !== 0n) bytes.push(1, 3, 0, 8, ...bigEndian(wwn));
  if (portWwn !== 0n) bytes.push(0x61, 0x93, 0, 8, ...bigEndian(portWwn));
  if (portIndex !== 0) bytes.push(0x61, 0x94, 0, 4, 0, 0, portIndex >> 8, portIndex & 0xff);
  return Uint8Array.from(bytes);
}

function bigEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  viewOf(bytes).setBigUint64(0, value);
  return bytes;
}

/** Block limits (SBC-3, 6.6.4), without the header of the page. */
function blockLimits(limits: Limits): Uint8Array {
  const bytes = new Uint8Array(LIMITS_SIZE - 4);
  const view = viewOf(bytes);
  bytes[0] = 1; // WRITE SAME of 0 blocks is none
  view.setUint16(2, limits.minIo);
  view.setUint32(4, limits.maxIo);
  view.setUint32(8, limits.optIo);
  view.setUint32(16, limits.maxUnmap);
  view.setUint32(20, MOST_UNMAP_RANGES);
  view.setUint32(24, limits.unmapGranularity);
  view.setBigUint64(32, BigInt(limits.maxIo));
  return bytes;
}
