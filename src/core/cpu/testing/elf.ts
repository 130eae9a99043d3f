const HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const CONTENT_OFFSET = 4096;

/** A static RISC-V executable of one readable, writable and executable segment that starts at its first byte. */
export function makeElf(address: number, content: Uint8Array): Uint8Array {
  const file = new Uint8Array(CONTENT_OFFSET + content.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // ELF64, little endian, version 1
  view.setUint16(16, 2, true); // ET_EXEC
  view.setUint16(18, 243, true); // EM_RISCV
  view.setUint32(20, 1, true);
  view.setBigUint64(24, BigInt(address), true); // entry
  view.setBigUint64(32, BigInt(HEADER_SIZE), true); // program headers
  view.setUint32(48, 1, true); // EF_RISCV_RVC
  view.setUint16(52, HEADER_SIZE, true);
  view.setUint16(54, PROGRAM_HEADER_SIZE, true);
  view.setUint16(56, 1, true);
  view.setUint32(HEADER_SIZE, 1, true); // PT_LOAD
  view.setUint32(HEADER_SIZE + 4, 7, true); // RWX
  view.setBigUint64(HEADER_SIZE + 8, BigInt(CONTENT_OFFSET), true);
  for (const at of [16, 24]) view.setBigUint64(HEADER_SIZE + at, BigInt(address), true);
  for (const at of [32, 40]) view.setBigUint64(HEADER_SIZE + at, BigInt(content.length), true);
  view.setBigUint64(HEADER_SIZE + 48, 4096n, true);
  file.set(content, CONTENT_OFFSET);
  return file;
}
