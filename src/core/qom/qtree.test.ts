import { describe, expect, it } from 'vitest';
import { MemoryRegion } from '../memory/region.ts';
import { Bus, Device } from './device.ts';
import { formatQtree } from './qtree.ts';
import { TypeTable } from './types.ts';

const types = new TypeTable([
  {
    name: 'thing',
    parent: null,
    properties: [
      { name: 'level', kind: 'uint32', defaultValue: 1 },
      { name: 'room', kind: 'size', defaultValue: 1024n },
      { name: 'heads', kind: 'list' },
      { name: 'cpu', kind: 'link<cpu>' },
    ],
  },
]);

class Thing extends Device {
  state = 'idle';
  override get stateLine(): string {
    return this.state;
  }
  set(name: string, value: number | bigint): void {
    this.settle(name, value);
  }
  wire(name: string, count: number): void {
    this.addOutputs(name, [], count);
  }
}

function tree() {
  const bus = new Bus('System');
  const thing = new Thing('thing', types);
  const region = new MemoryRegion('window', 'alias', 0x1000n, {
    target: new MemoryRegion('all', 'i/o', 0x10000n),
  });
  const port = { region, address: undefined as bigint | undefined };
  thing.mmio.push(port);
  bus.plug(thing);
  return { bus, thing, region, port };
}

describe('formatQtree', () => {
  it('shows properties, state and registers of a device, newest first', () => {
    const { bus } = tree();
    expect(formatQtree(bus, false)).toBe(
      [
        'bus: ',
        '  type System',
        '  dev: thing, id ""',
        '    level = 1 (0x1)',
        '    room = 1024 (1 KiB)',
        '    heads = <null>',
        '    idle',
        '    mmio ffffffffffffffff/0000000000001000',
        '',
      ].join('\n'),
    );
    expect(formatQtree(bus, true)).toBe('bus: \n  type System\n  dev: thing, id ""\n');
  });

  it('shows what has changed since it was last asked for', () => {
    const { bus, thing, region, port } = tree();
    const changes: [line: string, () => void][] = [
      ['    level = 2 (0x2)\n', () => thing.set('level', 2)],
      ['    room = 2048 (2 KiB)\n', () => thing.set('room', 2048n)],
      ['    busy\n    and hot\n', () => (thing.state = 'busy\nand hot')],
      ['    gpio-out "irq" 3\n', () => thing.wire('irq', 3)],
      ['mmio 0000000000002000/0000000000001000\n', () => (port.address = 0x2000n)],
      ['mmio 0000000000002000/0000000000000800\n', () => region.retarget(0n, 0x800n)],
    ];
    for (const [line, change] of changes) {
      expect(formatQtree(bus, false)).not.toContain(line);
      change();
      expect(formatQtree(bus, false)).toContain(line);
    }
    const outer = new Bus('Outer');
    const bridge = new Thing('thing', types);
    outer.plug(bridge);
    bridge.addBus('inner', bus);
    expect(formatQtree(outer, false)).toContain('\n        level = 2 (0x2)\n');
  });
});
