import { expect, it } from 'vitest';
import { phandles } from './device-tree-interrupts.ts';
import { pciNode } from './device-tree-pci.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const HANDLES = { ...phandles(1, { aia: 'none', aclint: false }) };

it('has the windows that QEMU describes', () => {
  const { name, properties } = pciNode(512 * MIB, HANDLES);
  expect(name).toBe('pci@30000000');
  expect(properties['ranges']).toEqual([
    ...[0x100_0000, 0, 0, 0, 0x300_0000, 0, 0x1_0000],
    ...[0x200_0000, 0, 0x4000_0000, 0, 0x4000_0000, 0, 0x4000_0000],
    ...[0x300_0000, 4, 0, 4, 0, 4, 0],
  ]);
  expect(properties['reg']).toEqual([0, 0x3000_0000, 0, 0x1000_0000]);
});

it('puts the upper window behind a large RAM', () => {
  const { properties } = pciNode(15 * GIB, HANDLES);
  expect((properties['ranges'] as number[]).slice(14)).toEqual([0x300_0000, 8, 0, 8, 0, 4, 0]);
});

it('rotates pins by slot', () => {
  const map = pciNode(512 * MIB, HANDLES).properties['interrupt-map'] as number[];
  const rows = Array.from({ length: 16 }, (_, n) => map.slice(6 * n, 6 * n + 6));
  expect(rows.slice(0, 5)).toEqual([
    [0, 0, 0, 1, 3, 0x20],
    [0, 0, 0, 2, 3, 0x21],
    [0, 0, 0, 3, 3, 0x22],
    [0, 0, 0, 4, 3, 0x23],
    [0x800, 0, 0, 1, 3, 0x21],
  ]);
  expect(rows[15]).toEqual([0x1800, 0, 0, 4, 3, 0x22]);
});
