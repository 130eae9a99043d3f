import { describe, expect, it } from 'vitest';
import { FakeHost } from '../hw/virtio/testing/rig.ts';
import { ChardevTable, openSerials } from './table.ts';

describe('character devices', () => {
  it('opens serial ports', () => {
    const host = new FakeHost();
    const table = new ChardevTable(host);
    const [serial] = openSerials(table, ['vc', 'null']);
    expect(table.all().map(({ label, stream }) => [label, stream.filename])).toEqual([
      ['serial0', 'vc'],
      ['serial1', 'null'],
    ]);
    serial!.stream.write(Uint8Array.of(0x68, 0x69));
    expect(host.streams.get('serial0')!.written).toBe('hi');
  });

  it('refuses twins and what the host refuses', () => {
    const host = new FakeHost();
    const table = new ChardevTable(host);
    table.open('c0', 'vc');
    expect(() => table.open('c0', 'vc')).toThrow("Chardev with id 'c0' already exists");
    host.openStream = () => {
      throw new Error('no such thing');
    };
    expect(() => table.open('c1', 'tape')).toThrow('c1: no such thing');
  });
});
