import type { DumpRange, HartRegisters } from './elf-core.ts';

// System V ABI, chapters 4 and 5; RISC-V ELF psABI.
const HEADER_SIZE = 64;
const SECTION_HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const SECTIONS = 2; // the empty one and the names
const ET_CORE = 4;
const EM_RISCV = 243;
const PT_LOAD = 1;
const PT_NOTE = 4;
const SHT_STRTAB = 3;

// elf_prstatus of Linux for riscv64.
const NT_PRSTATUS = 1;
const PRSTATUS_SIZE = 376;
const PRSTATUS_PID = 32;
const PRSTATUS_REGISTERS = 112;
const NOTE_NAME = 'CORE\0';
const NOTE_HEADER_SIZE = 12 + 8; // the name takes whole words
const NOTE_SIZE = NOTE_HEADER_SIZE + PRSTATUS_SIZE;

/** The section of names: an empty one, and its own. */
export const CONTENTS_OF_NAMES = new TextEncoder().encode('\0.shstrtab\0');

/** All of an ELF core file that stands before the memory. */
export function writeHeaders(harts: readonly HartRegisters[], ranges: readonly DumpRange[]): Uint8Array {
  const programs = HEADER_SIZE + SECTIONS * SECTION_HEADER_SIZE;
  const notes = programs + (ranges.length + 1) * PROGRAM_HEADER_SIZE;
  const memory = notes + harts.length * NOTE_SIZE;
  const bytes = new Uint8Array(memory);
  const view = new DataView(bytes.buffer);
  writeFileHeader(view, programs, ranges.length + 1);
  const noteSize = BigInt(harts.length * NOTE_SIZE);
  writeProgram(view, programs, { type: PT_NOTE, offset: BigInt(notes), address: 0n, size: noteSize });
  let offset = BigInt(memory);
  ranges.forEach(({ start, size }, index) => {
    const at = programs + (index + 1) * PROGRAM_HEADER_SIZE;
    writeProgram(view, at, { type: PT_LOAD, offset, address: start, size });
    offset += size;
  });
  writeNames(view, HEADER_SIZE + SECTION_HEADER_SIZE, offset);
  bytes.set(notesOf(harts), notes);
  return bytes;
}

/** A note for each hart, with its registers. */
export function notesOf(harts: readonly HartRegisters[]): Uint8Array {
  const bytes = new Uint8Array(harts.length * NOTE_SIZE);
  harts.forEach((hart, index) => {
    writeNote(new DataView(bytes.buffer), index * NOTE_SIZE, hart);
  });
  return bytes;
}

function writeFileHeader(view: DataView, programs: number, count: number): void {
  new Uint8Array(view.buffer).set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // 64 bits, little-endian, version 1
  view.setUint16(16, ET_CORE, true);
  view.setUint16(18, EM_RISCV, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(32, BigInt(programs), true);
  view.setBigUint64(40, BigInt(HEADER_SIZE), true);
  view.setUint16(52, HEADER_SIZE, true);
  view.setUint16(54, PROGRAM_HEADER_SIZE, true);
  view.setUint16(56, count, true);
  view.setUint16(58, SECTION_HEADER_SIZE, true);
  view.setUint16(60, SECTIONS, true);
  view.setUint16(62, 1, true); // which section has the names
}

interface Program {
  readonly type: number;
  readonly offset: bigint;
  readonly address: bigint;
  readonly size: bigint;
}

function writeProgram(view: DataView, at: number, { type, offset, address, size }: Program): void {
  view.setUint32(at, type, true);
  view.setBigUint64(at + 8, offset, true);
  view.setBigUint64(at + 16, address, true);
  view.setBigUint64(at + 24, address, true);
  view.setBigUint64(at + 32, size, true);
  view.setBigUint64(at + 40, size, true);
}

function writeNames(view: DataView, at: number, offset: bigint): void {
  view.setUint32(at, 1, true);
  view.setUint32(at + 4, SHT_STRTAB, true);
  view.setBigUint64(at + 24, offset, true);
  view.setBigUint64(at + 32, BigInt(CONTENTS_OF_NAMES.length), true);
}

/** The pid of a hart is its number and one: zero would mean no process. */
function writeNote(view: DataView, at: number, hart: HartRegisters): void {
  view.setUint32(at, NOTE_NAME.length, true);
  view.setUint32(at + 4, PRSTATUS_SIZE, true);
  view.setUint32(at + 8, NT_PRSTATUS, true);
  new Uint8Array(view.buffer).set(new TextEncoder().encode(NOTE_NAME), at + 12);
  const status = at + NOTE_HEADER_SIZE;
  view.setUint32(status + PRSTATUS_PID, hart.id + 1, true);
  const registers = status + PRSTATUS_REGISTERS;
  view.setBigUint64(registers, hart.pc, true);
  for (let index = 1; index < 32; index++) view.setBigUint64(registers + index * 8, hart.x(index), true);
}
