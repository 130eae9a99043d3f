/** Commands and answers of the GPU device (virtio 1.2, 5.7.6). */
import { BGRX, type PixelFormat } from '../../display/surface.ts';

export const F_EDID = 1;

export const MAX_SCANOUTS = 16;

export const CMD = {
  getDisplayInfo: 0x100,
  resourceCreate2d: 0x101,
  resourceUnref: 0x102,
  setScanout: 0x103,
  resourceFlush: 0x104,
  transferToHost2d: 0x105,
  resourceAttachBacking: 0x106,
  resourceDetachBacking: 0x107,
  getEdid: 0x10a,
  resourceCreateBlob: 0x10c,
  setScanoutBlob: 0x10d,
  updateCursor: 0x300,
  moveCursor: 0x301,
} as const;

export const RESP = {
  okNoData: 0x1100,
  okDisplayInfo: 0x1101,
  okEdid: 0x1104,
  unspecified: 0x1200,
  outOfMemory: 0x1201,
  invalidScanout: 0x1202,
  invalidResource: 0x1203,
  invalidParameter: 0x1205,
} as const;

export const FLAG_FENCE = 1;

/** Bytes of the header that every command and every answer begins with. */
export const HEADER_SIZE = 24;
/** Bytes of the longest command, less the list that RESOURCE_ATTACH_BACKING has behind it. */
export const LONGEST_COMMAND = 56;
/** Bytes of an entry of that list: address (64 bits), length (32 bits), padding. */
export const MEM_ENTRY_SIZE = 16;
/** Entries that such a list may have. */
export const MOST_MEM_ENTRIES = 16384;

/** Pixel formats by number, as places of the colours in memory. */
export const FORMATS: ReadonlyMap<number, PixelFormat> = new Map([
  [1, BGRX], // B8G8R8A8
  [2, BGRX], // B8G8R8X8
  [3, { red: 1, green: 2, blue: 3 }], // A8R8G8B8
  [4, { red: 1, green: 2, blue: 3 }], // X8R8G8B8
  [67, { red: 0, green: 1, blue: 2 }], // R8G8B8A8
  [68, { red: 3, green: 2, blue: 1 }], // X8B8G8R8
  [121, { red: 3, green: 2, blue: 1 }], // A8B8G8R8
  [134, { red: 0, green: 1, blue: 2 }], // R8G8B8X8
]);

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function readRectangle(view: DataView, offset: number): Rectangle {
  const [x, y, width, height] = [0, 4, 8, 12].map(field => view.getUint32(offset + field, true));
  return { x: x!, y: y!, width: width!, height: height! };
}

/** Whether the rectangle lies within a picture of that size. */
export function fits({ x, y, width, height }: Rectangle, size: { width: number; height: number }): boolean {
  return x + width <= size.width && y + height <= size.height;
}

/** What the device has to say to a command. */
export interface Reply {
  readonly type: number;
  readonly payload?: Uint8Array;
}

/** The answer as it goes into the driver's buffer; fence and context are the command's if it has a fence. */
export function encodeReply({ type, payload }: Reply, command: DataView): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE + (payload?.length ?? 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  if ((command.getUint32(4, true) & FLAG_FENCE) !== 0) {
    view.setUint32(4, FLAG_FENCE, true);
    view.setBigUint64(8, command.getBigUint64(8, true), true);
    view.setUint32(16, command.getUint32(16, true), true);
  }
  if (payload) bytes.set(payload, HEADER_SIZE);
  return bytes;
}
