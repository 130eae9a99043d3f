import { type GuestSymbol, SymbolError } from './symbol.ts';

// System V ABI, chapter 4.
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const MACHINE_RISCV = 243;
const HEADER_SIZE = 64;
const SECTION_SIZE = 64;
const SYMBOL_SIZE = 24;
const SECTION_TYPE = { symbols: 2, dynamicSymbols: 11 } as const;
const BINDING_LOCAL = 0;
/** STT_SECTION and STT_FILE name no place in memory. */
const NAMELESS_TYPES = [3, 4];
const UNDEFINED_SECTION = 0;
/** Marks of the assembler: `$x`, `.L12`. */
const ASSEMBLER_MARK = /^(\$|\.L)/;

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

/** The symbols of a 64-bit RISC-V ELF file, without marks of the assembler. @throws SymbolError */
export function readElfSymbols(file: Uint8Array): GuestSymbol[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const sections = readSections(file, view);
  const table =
    sections.find(({ type }) => type === SECTION_TYPE.symbols) ??
    sections.find(({ type }) => type === SECTION_TYPE.dynamicSymbols);
  if (!table) throw new SymbolError('it has no symbol table');
  const names = sections[table.link];
  if (!inside(table, file) || !names || !inside(names, file)) {
    throw new SymbolError('its symbol table lies outside the file');
  }
  const text = new NameReader(file.subarray(names.offset, names.offset + names.size));
  const symbols: GuestSymbol[] = [];
  for (let at = table.offset; at + SYMBOL_SIZE <= table.offset + table.size; at += SYMBOL_SIZE) {
    const info = view.getUint8(at + 4);
    if (view.getUint16(at + 6, true) === UNDEFINED_SECTION || NAMELESS_TYPES.includes(info & 0xf)) continue;
    const name = text.at(view.getUint32(at, true));
    if (name === '' || ASSEMBLER_MARK.test(name)) continue;
    symbols.push({ name, address: view.getBigUint64(at + 8, true), global: info >> 4 !== BINDING_LOCAL });
  }
  return symbols;
}

function readSections(file: Uint8Array, view: DataView): Section[] {
  if (file.length < HEADER_SIZE) throw new SymbolError('the ELF header is cut short');
  if (file[4] !== CLASS_64 || file[5] !== LITTLE_ENDIAN) {
    throw new SymbolError('it is not a 64-bit little-endian ELF file');
  }
  if (view.getUint16(18, true) !== MACHINE_RISCV) throw new SymbolError('it is not a RISC-V ELF file');
  const start = Number(view.getBigUint64(40, true));
  const size = view.getUint16(58, true);
  const count = view.getUint16(60, true);
  if (count === 0) throw new SymbolError('it has no symbol table');
  if (size < SECTION_SIZE || start + count * size > file.length) {
    throw new SymbolError('its section headers lie outside the file');
  }
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    return {
      type: view.getUint32(at + 4, true),
      offset: Number(view.getBigUint64(at + 24, true)),
      size: Number(view.getBigUint64(at + 32, true)),
      link: view.getUint32(at + 40, true),
    };
  });
}

function inside({ offset, size }: Section, file: Uint8Array): boolean {
  return offset + size <= file.length;
}

/** Names end at a zero; a name that does not end is none. */
class NameReader {
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  at(offset: number): string {
    const end = this.#bytes.indexOf(0, offset);
    return offset >= this.#bytes.length || end < 0
      ? ''
      : this.#decoder.decode(this.#bytes.subarray(offset, end));
  }
}
