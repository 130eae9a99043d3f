import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { QomObject } from '../qom/object.ts';
import { formatQtree } from '../qom/qtree.ts';
import { MEMORY_MAP } from './memory-map.ts';
import { testBoard } from './testing/test-board.ts';

const GOLDEN = join(process.env['HMP_SHARED'] ?? '../shared', 'golden/qemu-10.2.2/bare-hmp.json');
const captured = existsSync(GOLDEN);

function golden(command: string): string[] {
  const { hmp } = JSON.parse(readFileSync(GOLDEN, 'utf8')) as { hmp: Record<string, string> };
  return hmp[command]!.replaceAll('\r', '').split('\n');
}

function treeLines(node: QomObject, indent = ''): string[] {
  const name = node.path === '/machine' ? '/machine' : `/${node.name}`;
  const children = [...node.children].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `${indent}${name} (${node.typeName})`,
    ...children.flatMap(([, child]) => treeLines(child, `${indent}  `)),
  ];
}

describe('virt board', () => {
  it('has a region tree that covers what the map says', () => {
    const { board } = testBoard();
    const text = board.formatMtree({});
    expect(text).toMatch(/^address-space: cpu-memory-0\naddress-space: memory\n/);
    expect(text).toContain('address-space: I/O\n  0000000000000000-000000000000ffff (prio 0, i/o): io\n');
    expect(text).toContain('    000000000c000000-000000000c5fffff (prio 0, i/o): riscv.sifive.plic\n');
    expect(text).toContain('    0000000080000000-0000000087ffffff (prio 0, ram): riscv_virt_board.ram\n');
  });

  it('names the owners of regions', () => {
    const text = testBoard().board.formatMtree({ owner: true });
    expect(text).toContain('system parent:{obj path=/machine/unattached}\n');
    expect(text).toContain('virt.flash0 owner:{dev path=/machine/virt.flash0}\n');
    expect(text).toContain('platform bus owner:{dev id=platform-bus-device}\n');
    expect(text).toContain('riscv_virt_board.ram owner:{obj path=/objects/riscv_virt_board.ram}\n');
  });

  it('links its wires', () => {
    const { board } = testBoard({ harts: 2 });
    const plic = [...board.root.descend(['machine', 'unattached'])!.children.values()].find(
      child => child.typeName === 'riscv.sifive.plic',
    );
    expect(plic?.getProperty('unnamed-gpio-out[1]')).toBe('/machine/soc0/harts[1]/unnamed-gpio-in[9]');
    expect(plic?.getProperty('unnamed-gpio-out[2]')).toBe('/machine/soc0/harts[0]/unnamed-gpio-in[11]');
    expect(board.transports[0]?.getProperty('sysbus-irq[0]')).toBe(`${plic?.path}/unnamed-gpio-in[1]`);
  });

  it('ends the turn of a hart that interrupts another', () => {
    const { board } = testBoard({ harts: 2 });
    const [first, second] = board.engine.harts;
    const RAM = 0x8000_0000;
    const code = [0x0053_2023, 0x6f]; // sw t0, 0(t1); j .
    for (const [index, word] of code.entries()) board.memory.store(RAM + 4 * index, 4, word, 0);
    second!.setCsr('mie', 8n);
    first!.setX(5, 1n);
    for (const [hart, end] of [
      [0, 'budget'],
      [1, 'exit'],
    ] as const) {
      first!.setX(6, BigInt(MEMORY_MAP.clint.base + 4 * hart));
      first!.pc = BigInt(RAM);
      expect(first!.run(1000)).toBe(end);
    }
    expect(second!.csr('mip') & 8n).toBe(8n);
  });

  it('leads the platform bus to the sources that follow those of PCI', () => {
    const { root } = testBoard().board;
    const bus = [...root.descend(['machine', 'unattached'])!.children.values()].find(
      child => child.typeName === 'platform-bus-device',
    );
    const links = [0, 31].map(index => String(bus?.getProperty(`sysbus-irq[${index}]`)));
    expect(links.map(link => link.replace(/^.*unnamed/, ''))).toEqual(['-gpio-in[64]', '-gpio-in[95]']);
  });

  it('shows the serial port that is inside the UART, under both', () => {
    const { uart } = testBoard().board;
    const port = uart.children.get('serial')!;
    for (const object of [uart, port]) {
      const values = ['baudbase', 'wakeup', 'chardev'].map(name => object.getProperty(name));
      expect(values).toEqual([399193, false, '']);
    }
    expect([port.getProperty('realized'), port.getProperty('hotpluggable')]).toEqual([true, true]);
  });

  it.skipIf(!captured)('has the memory map of the golden capture', () => {
    expect(testBoard().board.formatMtree({}).split('\n')).toEqual(golden('info mtree'));
  });

  it.skipIf(!captured)('lists its devices as the golden capture does', () => {
    const ours = formatQtree(testBoard().board.sysbus, false).split('\n');
    expect(ours).toEqual(golden('info qtree'));
  });

  it.skipIf(!captured)('has the composition tree of the golden capture', () => {
    const machine = testBoard().board.root.children.get('machine')!;
    const theirs = golden('info qom-tree').filter(line => line !== '');
    expect(treeLines(machine)).toEqual(theirs);
  });
});
