import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMapSymbols } from './map-symbols.ts';
import { SymbolError } from './symbol.ts';
import { readSymbols, SymbolTable } from './symbol-table.ts';

const GUEST = new Uint8Array(readFileSync('src/guest/built/guest.elf'));
const bytes = (text: string) => new TextEncoder().encode(text);

/** The guest's file with one byte changed. */
function changed(at: number, value: number): Uint8Array {
  const copy = GUEST.slice();
  copy[at] = value;
  return copy;
}

describe('symbols of an ELF file', () => {
  it('are functions and variables, without marks of the assembler', () => {
    const symbols = readSymbols(GUEST);
    const shell = symbols.find(({ name }) => name === 'put_char');
    expect(shell).toMatchObject({ global: true });
    expect(shell?.address.toString(16)).toMatch(/^ffffffc0/);
    expect(symbols.filter(({ name }) => /^(\$|\.L)/.test(name))).toEqual([]);
  });

  it.each([
    ['32 bits', changed(4, 1), 'it is not a 64-bit little-endian ELF file'],
    ['big-endian', changed(5, 2), 'it is not a 64-bit little-endian ELF file'],
    ['another machine', changed(18, 62), 'it is not a RISC-V ELF file'],
    ['no sections', changed(60, 0), 'it has no symbol table'],
    ['sections outside', changed(45, 0xff), 'its section headers lie outside the file'],
    ['cut short', GUEST.subarray(0, 40), 'the ELF header is cut short'],
  ])('%s: refused', (_what, file, message) => {
    expect(() => readSymbols(file)).toThrow(message);
  });

  it('of a damaged file are some or none', () => {
    const at = fc.oneof(fc.nat({ max: 64 }), fc.nat({ max: GUEST.length - 1 }));
    const damage = fc.array(fc.tuple(at, fc.nat({ max: 255 })), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(damage, changes => {
        const file = GUEST.slice();
        for (const [where, value] of changes) file[where] = value;
        file.set([0x7f, 0x45, 0x4c, 0x46]);
        try {
          readSymbols(file);
        } catch (error) {
          expect(error).toBeInstanceOf(SymbolError);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('symbols of a list', () => {
  it('have an address, a kind and a name', () => {
    const map = 'ffffffff80000000 T _start\nffffffff80000010 t helper\t[module]\nnonsense\n';
    expect(readMapSymbols(map)).toEqual([
      { name: '_start', address: 0xffffffff80000000n, global: true },
      { name: 'helper', address: 0xffffffff80000010n, global: false },
    ]);
  });

  it.each([
    ['', 'it is neither an ELF file nor a list of symbols'],
    ['0000000000000000 T a\n0000000000000000 T b\n', 'all its addresses are zero'],
  ])('%o: refused', (text, message) => {
    expect(() => readSymbols(bytes(text))).toThrow(message);
  });
});

describe('the table', () => {
  const table = () => {
    const made = new SymbolTable([
      { name: 'kernel', data: GUEST },
      { name: 'raw', data: bytes('no elf') },
    ]);
    made.load(
      'map',
      bytes('0000000000001000 t twice\n0000000000002000 T twice\n0000000000003000 T put_char\n'),
      0x10n,
    );
    return made;
  };

  it('asks the latest file first, and there what is global', () => {
    expect(table().lookup('twice')).toBe(0x2010n);
    expect(table().lookup('put_char')).toBe(0x3010n);
    expect(table().lookup('pages_init')).toBeGreaterThan(1n << 60n);
    expect(table().lookup('nosuch')).toBeUndefined();
  });

  it('takes a file anew in the place of what it was', () => {
    const made = table();
    made.load('map', bytes('0000000000005000 T other\n'), -1n);
    expect(made.sources.map(({ name, count }) => `${name} ${count > 1}`)).toEqual([
      'map false',
      'kernel true',
    ]);
    expect([made.lookup('twice'), made.lookup('other')]).toEqual([undefined, 0x4fffn]);
  });

  it('lists names by their beginning', () => {
    expect(table().complete('pages_ini', 10)).toEqual(['pages_init']);
    expect(table().complete('tw', 10)).toEqual(['twice']);
    expect(table().complete('', 3).length).toBe(3);
    expect(table().complete('zzzz', 3)).toEqual([]);
  });
});
