import type { Picture } from './surface.ts';

const ascii = (text: string) => Uint8Array.from(text, letter => letter.charCodeAt(0));

/** Portable pixmap, binary: a header of text, then the pixels. */
export function ppmFile({ width, height, rgb }: Picture): Uint8Array[] {
  return [ascii(`P6\n${width} ${height}\n255\n`), rgb];
}

const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const BITS_PER_SAMPLE = 8;
const TRUE_COLOUR = 2;
const CRC_POLYNOMIAL = 0xedb8_8320;

/**
 * Portable network graphics (ISO/IEC 15948): true colour, no filter, not interlaced.
 * @param deflate compresses to a zlib stream (RFC 1950)
 */
export async function pngFile(
  { width, height, rgb }: Picture,
  deflate: (bytes: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array[]> {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, BITS_PER_SAMPLE);
  header.setUint8(9, TRUE_COLOUR);
  return [
    PNG_SIGNATURE,
    ...chunk('IHDR', new Uint8Array(header.buffer)),
    ...chunk('IDAT', await deflate(filteredRows(width, height, rgb))),
    ...chunk('IEND', new Uint8Array(0)),
  ];
}

/** Each row begins with the number of its filter: 0, none. */
function filteredRows(width: number, height: number, rgb: Uint8Array): Uint8Array {
  const row = width * 3;
  const rows = new Uint8Array((row + 1) * height);
  for (let y = 0; y < height; y++) rows.set(rgb.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  return rows;
}

/** Length, type, data, and the check sum of the latter two. */
function chunk(type: string, data: Uint8Array): Uint8Array[] {
  const name = ascii(type);
  return [bigEndian(data.length), name, data, bigEndian(crc32([name, data]))];
}

function bigEndian(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value);
  return new Uint8Array(view.buffer);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? CRC_POLYNOMIAL ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(parts: readonly Uint8Array[]): number {
  let crc = 0xffff_ffff;
  for (const part of parts) for (const byte of part) crc = CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
