import { describe, expect, it } from 'vitest';
import { formatDispatch } from './dispatch-tree.ts';
import { MemoryRegion } from './region.ts';

const range = (start: bigint, size: bigint, region: MemoryRegion) => ({ start, size, region, offset: 0n });
const device = (name: string) => new MemoryRegion(name, 'i/o', 1n);

describe('the dispatch of a flat view', () => {
  it('of whole pages is one section a range', () => {
    const root = device('io');
    expect(formatDispatch([range(0n, 0x10000n, root)], root)).toBe(`\
  Dispatch
    Physical sections
      #0 @0000000000000000..ffffffffffffffff (noname) [unassigned]
      #1 @0000000000000000..000000000000ffff io [not dirty] [ROOT]
    Nodes (9 bits per level, 6 levels) ptr=[5] skip=6
      [0]
\t  0       skip=5  ptr=[5]
\t  1..511  skip=1  ptr=NIL
      [1]
\t  0       skip=4  ptr=[5]
\t  1..511  skip=1  ptr=NIL
      [2]
\t  0       skip=3  ptr=[5]
\t  1..511  skip=1  ptr=NIL
      [3]
\t  0       skip=2  ptr=[5]
\t  1..511  skip=1  ptr=NIL
      [4]
\t  0       skip=1  ptr=[5]
\t  1..511  skip=1  ptr=NIL
      [5]
\t  0..15   skip=0  ptr=#1
\t 16..511  skip=0  ptr=#0
`);
  });

  it('puts a section before what shares a page', () => {
    const [first, second, wide] = [device('first'), device('second'), device('wide')];
    const text = formatDispatch(
      [range(0x1000n, 8n, first), range(0x1008n, 8n, second), range(0x2800n, 0x2000n, wide)],
      device('root'),
    );
    expect(text.split('\n').slice(2, 11)).toEqual([
      '      #0 @0000000000000000..ffffffffffffffff (noname) [unassigned]',
      '      #1 @0000000000001000..0000000000001fff (noname) [not dirty]',
      '      #2 @0000000000001000..0000000000001007 first [ROM]',
      '      #3 @0000000000001008..000000000000100f second [watch]',
      '      #4 @0000000000002000..0000000000002fff (noname)',
      '      #5 @0000000000002800..0000000000002fff wide',
      '      #6 @0000000000003000..0000000000003fff wide',
      '      #7 @0000000000004000..0000000000004fff (noname)',
      '      #8 @0000000000004000..00000000000047ff wide',
    ]);
  });
});
