import { ConfigError } from '../config.ts';

export interface ElfSegment {
  /** Index in the program header table. */
  readonly index: number;
  /** Physical address. */
  readonly address: number;
  /** What the file holds; the rest up to `memorySize` is zero. */
  readonly data: Uint8Array;
  readonly memorySize: number;
}

export interface ElfImage {
  readonly entry: number;
  readonly segments: readonly ElfSegment[];
}

// System V ABI, chapter 4; RISC-V ELF psABI.
const IDENT_CLASS = 4;
const CLASS_64 = 2;
const IDENT_DATA = 5;
const LITTLE_ENDIAN = 1;
const MACHINE_RISCV = 243;
const HEADER_LENGTH = 64;
const PROGRAM_HEADER_LENGTH = 56;
const PT_LOAD = 1;

export function isElf(data: Uint8Array): boolean {
  return data[0] === 0x7f && data[1] === 0x45 && data[2] === 0x4c && data[3] === 0x46;
}

/** Parses a 64-bit RISC-V executable. @throws ConfigError that says what is wrong with the file */
export function readElf(name: string, data: Uint8Array): ElfImage {
  const fail = (what: string) => new ConfigError(`could not load '${name}': ${what}`);
  if (data.length < HEADER_LENGTH) throw fail('the ELF header is cut short');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data[IDENT_CLASS] !== CLASS_64 || data[IDENT_DATA] !== LITTLE_ENDIAN) {
    throw fail('it is not a 64-bit little-endian ELF file');
  }
  if (view.getUint16(18, true) !== MACHINE_RISCV) throw fail('it is not a RISC-V ELF file');
  const headers = Number(view.getBigUint64(32, true));
  const headerSize = view.getUint16(54, true);
  const count = view.getUint16(56, true);
  if (headerSize < PROGRAM_HEADER_LENGTH || headers + count * headerSize > data.length) {
    throw fail('its program headers lie outside the file');
  }
  const segments: ElfSegment[] = [];
  for (let index = 0; index < count; index++) {
    const segment = readSegment(view, headers + index * headerSize, index, data);
    if (segment === 'outside') throw fail(`segment ${index} lies outside the file`);
    if (segment) segments.push(segment);
  }
  if (segments.length === 0) throw fail('it has nothing to load');
  return { entry: Number(view.getBigUint64(24, true)), segments };
}

function readSegment(
  view: DataView,
  at: number,
  index: number,
  file: Uint8Array,
): ElfSegment | 'outside' | undefined {
  if (view.getUint32(at, true) !== PT_LOAD) return undefined;
  const offset = Number(view.getBigUint64(at + 8, true));
  const address = Number(view.getBigUint64(at + 24, true));
  const fileSize = Number(view.getBigUint64(at + 32, true));
  const memorySize = Number(view.getBigUint64(at + 40, true));
  if (offset + fileSize > file.length || memorySize < fileSize) return 'outside';
  if (memorySize === 0) return undefined;
  return { index, address, data: file.subarray(offset, offset + fileSize), memorySize };
}
