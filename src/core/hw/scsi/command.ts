import type { Sense } from './sense.ts';

/** Operation codes (SPC-4, SBC-3, MMC-6). */
export const OP = {
  testUnitReady: 0x00,
  requestSense: 0x03,
  read6: 0x08,
  write6: 0x0a,
  inquiry: 0x12,
  reserve6: 0x16,
  release6: 0x17,
  modeSense6: 0x1a,
  startStop: 0x1b,
  preventAllow: 0x1e,
  readCapacity10: 0x25,
  read10: 0x28,
  write10: 0x2a,
  seek10: 0x2b,
  verify10: 0x2f,
  synchronize10: 0x35,
  writeSame10: 0x41,
  unmap: 0x42,
  readToc: 0x43,
  getConfiguration: 0x46,
  getEventStatus: 0x4a,
  readDiscInformation: 0x51,
  reserve10: 0x56,
  release10: 0x57,
  modeSense10: 0x5a,
  read16: 0x88,
  write16: 0x8a,
  verify16: 0x8f,
  synchronize16: 0x91,
  writeSame16: 0x93,
  serviceActionIn16: 0x9e,
  reportLuns: 0xa0,
  read12: 0xa8,
  write12: 0xaa,
  mechanismStatus: 0xbd,
} as const;

export const STATUS_GOOD = 0;
export const STATUS_CHECK_CONDITION = 2;

/** A command for a unit, and where its data comes from and goes to. */
export interface ScsiCommand {
  readonly cdb: Uint8Array;
  /** Bytes that the initiator sends, and bytes that it has room for. */
  readonly outLength: number;
  readonly inLength: number;
  /** What the initiator sends. */
  send(offset: number, length: number): Uint8Array;
  /** Gives the initiator data. Nothing happens if the command was aborted. */
  receive(offset: number, bytes: Uint8Array): void;
  /** False once nobody waits for it any more. */
  readonly alive: boolean;
  /** Resolves when guest memory may be touched. */
  running(): Promise<void>;
  /** Resolves when the machine was stopped and goes on. */
  resumed(): Promise<void>;
}

export interface ScsiResult {
  readonly status: number;
  readonly sense?: Sense;
  /** Bytes moved in either direction. */
  readonly moved: number;
  /** The initiator's buffer is smaller than what it asked to move. */
  readonly overrun?: boolean;
}

const LENGTHS = [6, 10, 10, 0, 16, 12, 0, 0];

/** Bytes of a command by its operation code; 0 for codes without a fixed length. */
export function cdbLength(code: number): number {
  return LENGTHS[code >> 5] ?? 0;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** First block and number of blocks of a command that moves, verifies or erases blocks. */
export function blockRange(cdb: Uint8Array): { first: bigint; count: number } {
  const view = viewOf(cdb);
  switch (cdb[0]! >> 5) {
    case 0:
      return { first: BigInt(view.getUint32(0) & 0x1f_ffff), count: cdb[4] || 256 };
    case 4:
      return { first: view.getBigUint64(2), count: view.getUint32(10) };
    case 5:
      return { first: BigInt(view.getUint32(2)), count: view.getUint32(6) };
    default:
      return { first: BigInt(view.getUint32(2)), count: view.getUint16(7) };
  }
}

/** Bytes that the initiator wants of a reply at most. */
export function allocationLength(cdb: Uint8Array): number {
  const CAPACITY_SIZE = 8;
  if (cdb[0] === OP.readCapacity10) return CAPACITY_SIZE; // it has no such field
  const view = viewOf(cdb);
  switch (cdb[0]! >> 5) {
    case 0: // that of INQUIRY became longer
      return cdb[0] === OP.inquiry ? view.getUint16(3) : cdb[4]!;
    case 4:
      return view.getUint32(10);
    case 5:
      return cdb[0] === OP.mechanismStatus ? view.getUint16(8) : view.getUint32(6);
    default:
      return view.getUint16(7);
  }
}
