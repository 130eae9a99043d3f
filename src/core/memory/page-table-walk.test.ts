import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostMemory } from '../host-memory.ts';
import { AddressSpace } from './address-space.ts';
import { walkPageTables } from './page-table-walk.ts';
import { MemoryRegion } from './region.ts';

const BASE = 0x8000_0000;
const SIZE = 0x10_000;
const [V, R, W, X, U, A, D] = [1, 2, 4, 8, 16, 64, 128];

function memory() {
  const host = new HostMemory(SIZE + 0x10000);
  const root = new MemoryRegion('system', 'container', 1n << 64n);
  const hostOffset = host.allocate('ram', SIZE);
  root.add(BigInt(BASE), new MemoryRegion('ram', 'ram', BigInt(SIZE), { hostOffset }));
  const space = new AddressSpace('memory', root, host);
  const entry = (table: number, index: number, physical: number, flags: number, high = 0n) =>
    space.writeU64(BASE + table * 4096 + index * 8, (BigInt(physical / 4096) << 10n) | BigInt(flags) | high);
  return { space, entry };
}

const table = (number: number) => BASE + number * 4096;
const text = (space: AddressSpace, levels: number, limits?: { tables: number; ranges: number }) => {
  const { ranges, complete } = walkPageTables(space, BASE, levels, limits);
  const lines = ranges.map(
    ({ virtual, physical, size, attributes }) =>
      `${virtual.toString(16)} ${physical.toString(16)} ${size.toString(16)} ${attributes}`,
  );
  return complete ? lines : [...lines, 'cut short'];
};

describe('a walk of the page tables', () => {
  it('joins entries that continue each other, and no others', () => {
    const { space, entry } = memory();
    entry(0, 0, table(1), V);
    entry(1, 0, table(2), V);
    entry(2, 3, 0x1000, V | R | A);
    entry(2, 4, 0x2000, V | R | A);
    entry(2, 5, 0x3000, V | R | W | A | D); // other attributes
    entry(2, 6, 0x9000, V | R | W | A | D); // other memory
    entry(2, 8, 0xb000, V | R | W | A | D); // a gap
    expect(text(space, 3)).toEqual([
      '3000 1000 2000 67',
      '5000 3000 1000 199',
      '6000 9000 1000 199',
      '8000 b000 1000 199',
    ]);
  });

  it('shows large pages, the upper half of the space, and no bits above the page number', () => {
    const { space, entry } = memory();
    entry(0, 511, 0x4000_0000, V | X | U, 1n << 63n);
    entry(0, 510, table(1), V);
    entry(1, 1, 0x20_0000, V | R);
    expect(text(space, 3)).toEqual([
      'ffffffff80200000 200000 200000 3',
      'ffffffffc0000000 40000000 40000000 25',
    ]);
    expect(text(space, 5)).toContain('ffff000000000000 40000000 1000000000000 25');
  });

  it('takes a pointer in the last level, and tables outside RAM, for nothing', () => {
    const { space, entry } = memory();
    entry(0, 0, table(1), V);
    entry(0, 1, 0x10_0000, V);
    entry(1, 0, table(2), V);
    entry(2, 0, table(3), V);
    expect(text(space, 3)).toEqual([]);
  });

  it('ends though tables lead to each other', () => {
    const { space, entry } = memory();
    for (let index = 0; index < 511; index++) entry(0, index, BASE, V);
    entry(0, 511, 0x1000, V | R);
    expect(text(space, 5, { tables: 600, ranges: 1000 }).at(-1)).toBe('cut short');
    const { complete, ranges } = walkPageTables(space, BASE, 5, { tables: 1 << 20, ranges: 10 });
    expect([complete, ranges.length]).toEqual([false, 10]);
  });

  it('survives any contents', () => {
    const { space } = memory();
    const contents = fc.uint8Array({ minLength: SIZE, maxLength: SIZE });
    fc.assert(
      fc.property(contents, fc.integer({ min: 3, max: 5 }), (bytes, levels) => {
        space.write(BASE, bytes);
        const { ranges } = walkPageTables(space, BASE, levels, { tables: 500, ranges: 500 });
        expect(ranges.length).toBeLessThanOrEqual(500);
      }),
      { numRuns: 20 },
    );
  });
});
