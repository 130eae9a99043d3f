import { describe, expect, it } from 'vitest';
import type { MemoryFormat } from '../../src/monitor/types.ts';
import { formatLine, formatValue, quoteCharacter } from './format.ts';

/** what lies at the reset vector of the virt board */
const RESET = Uint8Array.from(Buffer.from('97020000138682027325 40f183b50202'.replace(' ', ''), 'hex'));
const at = (format: 'x' | 'd' | 'u' | 'o' | 'c', size: number, bytes = RESET) =>
  formatLine(0x1000n, bytes, format, size);

describe('a line of memory', () => {
  it.each([
    ['x', 4, '0x00000297 0x02828613 0xf1402573 0x0202b583'],
    ['x', 2, '0x0297 0x0000 0x8613 0x0282 0x2573 0xf140 0xb583 0x0202'],
    ['x', 8, '0x0282861300000297 0x0202b583f1402573'],
    ['d', 4, '       663   42108435 4047512947   33731971'],
    ['u', 4, '       663   42108435 4047512947   33731971'],
    ['d', 2, '  663     0 34323   642  9587 61760 46467   514'],
    ['d', 8, '  180854351210742423   144877716322133363'],
    ['o', 4, '      01227  0240503023 036120022563  0200532603'],
    ['o', 2, ' 01227      0 0103023  01202 022563 0170500 0132603  01002'],
    ['o', 8, ' 012024141140000001227  010025530176120022563'],
  ] as const)('in %s with items of %i bytes', (format, size, items) => {
    expect(at(format, size)).toBe(`0000000000001000: ${items}\n`);
  });

  it('aligns bytes', () => {
    const eight = RESET.subarray(0, 8);
    expect(at('d', 1, eight)).toBe('0000000000001000: 151   2   0   0  19 134 130   2\n');
    expect(at('o', 1, eight)).toBe('0000000000001000: 0227  02   0   0 023 0206 0202  02\n');
    expect(at('x', 1, eight)).toBe('0000000000001000: 0x97 0x02 0x00 0x00 0x13 0x86 0x82 0x02\n');
  });

  it('shows characters byte by byte whatever the size', () => {
    const expected = String.raw`'\x97' '\x02' '\x00' '\x00' '\x13' '\x86' '\x82' '\x02' 's' '%' '@' '\xf1' `;
    expect(at('c', 4)).toBe(`0000000000001000: ${expected}${String.raw`'\x83' '\xb5' '\x02' '\x02'`}\n`);
  });

  it('shows a sign on 64-bit decimals only', () => {
    const ones = new Uint8Array(8).fill(255);
    expect(at('d', 8, ones)).toBe('0000000000001000:                   -1\n');
    expect(at('d', 4, ones.subarray(4))).toBe('0000000000001000: 4294967295\n');
  });
});

describe('a value of print', () => {
  it.each<[bigint, MemoryFormat['format'], string]>([
    [0xffffffff81c03de0n, 'x', '0xffffffff81c03de0'],
    [0xffffffff81c03de0n, 'd', '-2118107680'],
    [0xffffffff81c03de0n, 'u', '18446744071591443936'],
    [0xffffffff81c03de0n, 'o', '01777777777760160036740'],
    [-1n, 'x', '0xffffffffffffffff'],
    [-1n, 'u', '18446744073709551615'],
    [5_000_000_000n, 'x', '0x12a05f200'],
    [5n, 'i', '5'],
    [0n, 'o', '0'],
    [0n, 'x', '0'],
    [65n, 'c', "'A'"],
    [0x1ffn, 'c', String.raw`'\x1ff'`],
  ])('%i in %s', (value, format, expected) => {
    expect(formatValue(value, format)).toBe(expected);
  });

  it.each([
    [10n, String.raw`'\n'`],
    [13n, String.raw`'\r'`],
    [39n, String.raw`'\''`],
    [92n, String.raw`'\\'`],
    [127n, String.raw`'\x7f'`],
    [200n, String.raw`'\xc8'`],
  ])('character %i', (value, expected) => {
    expect(quoteCharacter(value)).toBe(expected);
  });
});
