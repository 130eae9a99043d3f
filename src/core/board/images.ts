import { type BootImage, ConfigError } from '../config.ts';
import { type ElfSegment, isElf, readElf } from './elf.ts';
import { fixedRom, type Rom } from './roms.ts';

/** An image at its place. */
export interface PlacedImage {
  readonly roms: readonly Rom[];
  readonly entry: number;
  readonly start: number;
  /** First address behind it, counting memory that it clears itself. */
  readonly end: number;
}

/** Guest RAM as an address range. */
export interface RamRange {
  readonly base: number;
  readonly size: number;
}

// Documentation/arch/riscv/boot-image-header.rst of Linux.
const LINUX_MAGIC_OFFSET = 0x38;
const LINUX_MAGIC = 0x05435352; // "RSC\x05"
const LINUX_IMAGE_SIZE_OFFSET = 0x10;
const LINUX_HEADER_LENGTH = 0x40;

const GZIP_MAGIC = 0x8b1f;

/** Puts an ELF file at its own addresses and anything else at `address`. @throws ConfigError */
export function placeImage(kind: string, image: BootImage, address: number, ram: RamRange): PlacedImage {
  const { name, data } = image;
  if (data.length === 0) throw new ConfigError(`could not load ${kind} '${name}': the file is empty`);
  if (isElf(data)) return placeElf(kind, image, ram);
  const end = address + Math.max(data.length, linuxImageSize(data));
  requireRam(kind, name, address, end, ram);
  return { roms: [fixedRom(name, address, data)], entry: address, start: address, end };
}

/** A compressed kernel would be run as it is: say so instead. */
export function rejectCompressed(kind: string, { name, data }: BootImage): void {
  if (data.length < 2 || (data[0]! | (data[1]! << 8)) !== GZIP_MAGIC) return;
  throw new ConfigError(`could not load ${kind} '${name}': it is compressed with gzip, unpack it first`);
}

function placeElf(kind: string, { name, data, listedAsOne }: BootImage, ram: RamRange): PlacedImage {
  const { entry, segments } = readElf(name, data);
  for (const { address, memorySize } of segments) {
    requireRam(kind, name, address, address + memorySize, ram);
  }
  const start = Math.min(...segments.map(segment => segment.address));
  const end = Math.max(...segments.map(segment => segment.address + segment.memorySize));
  const roms = listedAsOne
    ? [fixedRom(name, start, flatten(segments, start), 'ram', end - start)]
    : segments.map(({ index, address, data: bytes, memorySize }) =>
        fixedRom(`${name} ELF program header segment ${index}`, address, bytes, 'ram', memorySize),
      );
  return { roms, entry, start, end };
}

/** What is loaded of the segments, in one piece. */
function flatten(segments: readonly ElfSegment[], start: number): Uint8Array {
  const end = Math.max(...segments.map(({ address, data }) => address + data.length));
  const flat = new Uint8Array(end - start);
  for (const { address, data } of segments) flat.set(data, address - start);
  return flat;
}

function requireRam(kind: string, name: string, start: number, end: number, ram: RamRange): void {
  if (start >= ram.base && end <= ram.base + ram.size) return;
  const place = `0x${start.toString(16)} to 0x${(end - 1).toString(16)}`;
  const have = `0x${ram.base.toString(16)} to 0x${(ram.base + ram.size - 1).toString(16)}`;
  throw new ConfigError(`could not load ${kind} '${name}': it needs ${place}, RAM is ${have}`);
}

/** Bytes that a Linux Image takes in memory with its bss, 0 for other files. */
function linuxImageSize(data: Uint8Array): number {
  if (data.length < LINUX_HEADER_LENGTH) return 0;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint32(LINUX_MAGIC_OFFSET, true) !== LINUX_MAGIC) return 0;
  return Number(view.getBigUint64(LINUX_IMAGE_SIZE_OFFSET, true));
}
