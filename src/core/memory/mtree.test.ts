import { describe, expect, it } from 'vitest';
import { formatDispatch } from './dispatch-tree.ts';
import { renderFlatView } from './flat-view.ts';
import { formatMtree, type NamedSpace } from './mtree.ts';
import { MemoryRegion } from './region.ts';

/** A bus with two devices of which one lies over the other, a window onto a third, and one switched off. */
function example(): NamedSpace[] {
  const root = new MemoryRegion('system', 'container', 2n ** 64n);
  const hidden = new MemoryRegion('off', 'i/o', 0x1000n);
  hidden.enabled = false;
  const target = new MemoryRegion('window', 'i/o', 2n ** 64n);
  root
    .add(0x1000n, new MemoryRegion('low', 'ram', 0x3000n, { hostOffset: 4096 }))
    .add(0x2000n, new MemoryRegion('high', 'rom', 0x1000n, { priority: 1, hostOffset: 8192 }))
    .add(0x8000n, hidden)
    .add(0x9000n, new MemoryRegion('view', 'alias', 0x1000n, { target, targetOffset: 0x9000n }));
  const flatView = renderFlatView(root);
  const empty = new MemoryRegion('empty', 'container', 16n);
  return [
    { name: 'memory', root, flatView },
    { name: 'cpu-memory-0', root, flatView },
    { name: 'none', root: empty, flatView: renderFlatView(empty) },
  ];
}

describe('formatMtree', () => {
  it('shows trees by address, then what aliases point to', () => {
    expect(formatMtree(example(), {})).toBe(`\
address-space: cpu-memory-0
address-space: memory
  0000000000000000-ffffffffffffffff (prio 0, i/o): system
    0000000000001000-0000000000003fff (prio 0, ram): low
    0000000000002000-0000000000002fff (prio 1, rom): high
    0000000000009000-0000000000009fff (prio 0, i/o): alias view @window 0000000000009000-0000000000009fff

address-space: none
  0000000000000000-000000000000000f (prio 0, i/o): empty

memory-region: window
  0000000000000000-ffffffffffffffff (prio 0, i/o): window

`);
  });

  it('shows disabled regions on request', () => {
    expect(formatMtree(example(), { disabled: true })).toContain('(prio 0, i/o): off [disabled]\n');
  });

  it('shows flat views with offsets, and the lookup table', () => {
    const spaces = example();
    expect(formatMtree(spaces, { flatview: true, dispatchTree: true })).toBe(`\
FlatView #0
 AS "memory", root: system
 AS "cpu-memory-0", root: system
 Root memory region: system
  0000000000001000-0000000000001fff (prio 0, ram): low
  0000000000002000-0000000000002fff (prio 1, rom): high
  0000000000003000-0000000000003fff (prio 0, ram): low @0000000000002000
  0000000000009000-0000000000009fff (prio 0, i/o): window @0000000000009000
${formatDispatch(spaces[0]!.flatView, spaces[0]!.root)}
FlatView #1
 AS "none", root: empty
 Root memory region: (none)
  No rendered FlatView

`);
  });

  it('says whose a region is', () => {
    const owner = (region: MemoryRegion) => ` owner:{dev id=${region.name}}`;
    expect(formatMtree(example(), { owner })).toContain('(prio 0, ram): low owner:{dev id=low}\n');
  });
});
