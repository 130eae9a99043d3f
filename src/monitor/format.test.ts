import { describe, expect, it } from 'vitest';
import { columns, hex, humanSize, onOff } from './format.ts';

describe('format helpers', () => {
  it('writes hexadecimal, negative values as 64 bits', () => {
    expect([hex(255, 4), hex(-1n), hex(0x1234n, 2)]).toEqual(['00ff', 'ffffffffffffffff', '1234']);
  });

  it('writes sizes with three digits', () => {
    const sizes = [0, 999, 1023 * 1024, 16n << 20n, 1.5 * 2 ** 30, 1n << 63n].map(humanSize);
    expect(sizes).toEqual(['0 B', '999 B', '0.999 MiB', '16 MiB', '1.5 GiB', '8 EiB']);
  });

  it('aligns columns', () => {
    const rows = [
      ['name', 'size', 'x'],
      ['a', '10'],
      ['long one', '7', ''],
    ];
    expect(columns(rows, { align: 'lr', gap: '  ' })).toBe(
      'name      size  x\na           10\nlong one     7\n',
    );
  });

  it('names switches', () => {
    expect([onOff(true), onOff(false)]).toEqual(['on', 'off']);
  });
});
