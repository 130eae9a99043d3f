import { type GuestSymbol, SymbolError } from './symbol.ts';

/** `ffffffff80000000 T _start`, with the module in brackets where there is one. */
const LINE = /^([0-9a-fA-F]{8,16})\s+([A-Za-z?-])\s+(\S+)/;

/** The symbols of a System.map, of /proc/kallsyms, or of what `nm` prints. @throws SymbolError */
export function readMapSymbols(text: string): GuestSymbol[] {
  const symbols: GuestSymbol[] = [];
  for (const line of text.split('\n')) {
    const match = LINE.exec(line);
    if (!match) continue;
    const [, digits = '', type = '', name = ''] = match;
    symbols.push({ name, address: BigInt(`0x${digits}`), global: type === type.toUpperCase() });
  }
  if (symbols.length === 0) throw new SymbolError('it is neither an ELF file nor a list of symbols');
  if (symbols.every(({ address }) => address === 0n)) {
    throw new SymbolError('all its addresses are zero: the kernel hid them from whoever read them');
  }
  return symbols;
}
