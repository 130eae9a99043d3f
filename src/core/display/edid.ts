/**
 * EDID 1.4 (VESA) of a monitor that likes one mode best. Everything else of it is always the same: the monitor
 * QEMU shows, so that guests see the same one.
 */

const BLOCK = 128;
const DESCRIPTOR = 18;
const FIRST_DESCRIPTOR = 54;
const EXTENSION_COUNT = 126;
const CHECKSUM = 127;
const REFRESH_HZ = 75;
/** What detailed timings have room for: 12 bits of pixels, 16 bits of clock in units of 10 kHz. */
const LARGEST_PIXELS = 0xfff;
const LARGEST_CLOCK = 0xffff;

/** Maker RHT, product 0x1234, week 42 of 2014, EDID 1.4, digital input, size (later), gamma 2.2, sRGB. */
const HEADER = '00ffffffffffff00 4914 3412 00000000 2a18 0104 a5 0000 78 06 ee91a3544c99260f5054';
/** Modes of old, then 2048x1152, 1920x1080, 1920x1200, 1600x1200, 1680x1050, 1440x900, 1280x1024, 1280x960. */
const STANDARD_MODES = '210800 e1c0 d1c0 d100 a940 b300 9500 8180 8140';
/** Further standard modes, as bits. */
const MORE_MODES = '000000f7000a 004082002820 000000000000';
/** 50 to 125 Hz, 30 to 160 kHz, 2550 MHz at most. */
const RANGES = '000000fd00 327d 1ea0 ff 01 0a202020202020';
const UNUSED = '0000001000 00000000000000000000000000';
/** CTA-861: video modes 125, 101, 96, 89, 31, 97, and descriptors that are not used. */
const CTA_EXTENSION = `02030b00 46 7d6560591f61 ${UNUSED.repeat(6)}`;
/** DisplayID 1.3, one block of type 3 (detailed timings), 20 bytes. */
const DISPLAY_ID = '70 13170300 030014';

function hex(text: string): Uint8Array {
  const digits = text.replaceAll(' ', '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, n) =>
    Number.parseInt(digits.slice(2 * n, 2 * n + 2), 16),
  );
}

/** `QEMU Monitor`, as a descriptor. */
const NAME = Uint8Array.of(0, 0, 0, 0xfc, 0, ...new TextEncoder().encode('QEMU Monitor\n'));

interface Timing {
  readonly active: number;
  readonly blank: number;
  /** From the last pixel to the sync pulse. */
  readonly front: number;
  readonly sync: number;
}

const share = (of: number, perMille: number) => Math.floor((of * perMille) / 1000);

/** Timings that a real monitor might have. */
function timings(width: number, height: number): { x: Timing; y: Timing; clock: number } {
  const x = { active: width, blank: share(width, 350), front: share(width, 250), sync: share(width, 30) };
  const y = { active: height, blank: share(height, 35), front: share(height, 5), sync: share(height, 5) };
  const clock = Math.floor((REFRESH_HZ * (width + x.blank) * (height + y.blank)) / 10_000);
  return { x, y, clock };
}

/** Millimetres of so many pixels at 100 dots an inch. */
const millimetres = (pixels: number) => Math.floor((pixels * 254) / 1000);

/** The monitor's EDID with its extensions, in an area of `size` bytes that is zero behind them. */
export function generateEdid(width: number, height: number, size: number): Uint8Array {
  const edid = new Uint8Array(size);
  const { x, y, clock } = timings(width, height);
  const large = width > LARGEST_PIXELS || height > LARGEST_PIXELS || clock > LARGEST_CLOCK;
  edid.set(hex(HEADER));
  edid.set([Math.floor(millimetres(width) / 10), Math.floor(millimetres(height) / 10)], 21);
  edid.set(hex(STANDARD_MODES), 35);
  const common = [hex(MORE_MODES), hex(RANGES), NAME];
  const descriptors = large ? [...common, hex(UNUSED)] : [detailedTiming(width, height), ...common];
  for (const [n, descriptor] of descriptors.entries())
    edid.set(descriptor, FIRST_DESCRIPTOR + n * DESCRIPTOR);
  edid[EXTENSION_COUNT] = large ? 2 : 1;
  edid.set(hex(CTA_EXTENSION), BLOCK);
  if (large) edid.set(displayId(x, y, clock), 2 * BLOCK);
  for (let block = 0; block <= edid[EXTENSION_COUNT]; block++) {
    edid[block * BLOCK + CHECKSUM] = checksum(edid.subarray(block * BLOCK, block * BLOCK + CHECKSUM));
  }
  return edid;
}

/** The byte that makes the sum 0. */
function checksum(bytes: Uint8Array): number {
  return -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}

/** The 18 bytes of a detailed timing; upper bits of several fields share a byte. */
function detailedTiming(width: number, height: number): Uint8Array {
  const { x, y, clock } = timings(width, height);
  const [xmm, ymm] = [millimetres(width), millimetres(height)];
  const high = (value: number) => (value >> 8) & 0xf;
  const bytes = [
    ...[clock & 0xff, clock >> 8],
    ...[x.active & 0xff, x.blank & 0xff, (high(x.active) << 4) | high(x.blank)],
    ...[y.active & 0xff, y.blank & 0xff, (high(y.active) << 4) | high(y.blank)],
    ...[x.front & 0xff, x.sync & 0xff, ((y.front & 0xf) << 4) | (y.sync & 0xf)],
    ((x.front & 0x300) >> 2) | ((x.sync & 0x300) >> 4) | ((y.front & 0x30) >> 2) | ((y.sync & 0x30) >> 4),
    ...[xmm & 0xff, ymm & 0xff, (high(xmm) << 4) | high(ymm)],
    ...[0, 0, 0x18], // no border; digital, separate sync
  ];
  return Uint8Array.from(bytes);
}

/** Modes that a detailed timing has no room for: a section of DisplayID with one timing of its own kind. */
function displayId(x: Timing, y: Timing, clock: number): Uint8Array {
  const section = new DataView(new ArrayBuffer(29));
  const bytes = new Uint8Array(section.buffer);
  bytes.set(hex(DISPLAY_ID));
  section.setUint32(8, clock, true);
  bytes[11] = 0x88; // preferred
  const fields = [x, y].flatMap(({ active, blank, front, sync }) => [active, blank, front, sync]);
  for (const [n, value] of fields.entries()) section.setUint16(12 + 2 * n, value - 1, true); // as one less
  bytes[28] = checksum(bytes.subarray(1, 28));
  return bytes;
}
