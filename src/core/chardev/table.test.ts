import { describe, expect, it } from 'vitest';
import { FakeHost } from '../hw/virtio/testing/rig.ts';
import { parseChardev } from './options.ts';
import { ChardevTable } from './table.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (chunk: Uint8Array) => new TextDecoder().decode(chunk);

async function tableOf(...devices: string[]) {
  const host = new FakeHost();
  const table = new ChardevTable(host);
  for (const device of devices) await table.openRequest(parseChardev(device));
  return { host, table };
}

describe('character devices', () => {
  it('are opened by kind, and listed in their order', async () => {
    const { host, table } = await tableOf('vc,id=a', 'null,id=b', 'file,id=c,path=/x', 'memory,id=d');
    expect(table.all().map(({ label, filename }) => [label, filename])).toEqual([
      ['a', 'vc'],
      ['b', 'null'],
      ['c', 'file'],
      ['d', 'memory'],
    ]);
    table.get('a')!.write(bytes('hi'));
    expect(host.streams.get('a')!.written).toBe('hi');
    expect(table.get('b')!.connected).toBe(false);
  });

  it('copy what is sent to a log', async () => {
    const { host, table } = await tableOf('null,id=a,logfile=/log');
    table.get('a')!.write(bytes('kept'));
    expect(host.streams.get('/log')!.written).toBe('kept');
  });

  it('refuse twins, and what the host refuses', async () => {
    const { host, table } = await tableOf('vc,id=a');
    await expect(table.open('a', { type: 'vc', data: {} })).rejects.toThrow("duplicate property 'a'");
    host.openStream = () => {
      throw new Error('no such thing');
    };
    await expect(table.open('b', { type: 'vc', data: {} })).rejects.toThrow('no such thing');
    expect(table.get('b')).toBeUndefined();
  });

  it('go only when nobody uses them', async () => {
    const { table } = await tableOf('vc,id=a');
    const chardev = table.take('a');
    chardev.inUse = true;
    expect(() => table.take('a')).toThrow('chardev "a" is already in use');
    expect(() => table.remove('a')).toThrow("Chardev 'a' is busy");
    chardev.release();
    table.remove('a');
    expect(() => table.remove('a')).toThrow("Chardev 'a' not found");
  });
});

describe('the composition tree', () => {
  const shown = ({ container }: ChardevTable) =>
    [...container.children].map(([name, { typeName }]) => `${name} ${typeName}`);

  it('shows each as what it is now', async () => {
    const { table } = await tableOf('vc,id=a', 'null,id=b,mux=on');
    expect(shown(table)).toEqual(['a chardev-vc', 'b-base chardev-null', 'b chardev-mux']);
    await table.change('a', { type: 'null', data: {} });
    expect(shown(table)).toContain('a chardev-null');
    table.remove('a');
    expect(shown(table)).toEqual(['b-base chardev-null', 'b chardev-mux']);
  });
});

describe('exchanging a back end', () => {
  it('keeps who listens, tells who is there, and holds on to the old one if the new cannot be had', async () => {
    const { host, table } = await tableOf('vc,id=a');
    const chardev = table.take('a');
    const got: string[] = [];
    chardev.onData(chunk => got.push(text(chunk)));
    chardev.onEvent(event => got.push(`<${event}>`));
    await table.change('a', { type: 'null', data: {} });
    await table.change('a', { type: 'vc', data: {} });
    host.streams.get('a')!.say('on');
    expect(got).toEqual(['<closed>', '<drained>', '<opened>', '<drained>', 'on']);
    await expect(table.change('a', { type: 'ringbuf', data: { size: 3n } })).rejects.toThrow('power of two');
    expect(chardev.filename).toBe('vc');
  });

  it('is refused where nobody can be told', async () => {
    const { table } = await tableOf('null,id=a', 'mux,id=m,chardev=a');
    const nothing = { type: 'null', data: {} } as const;
    await expect(table.change('x', nothing)).rejects.toThrow("Chardev 'x' does not exist");
    await expect(table.change('a', nothing)).rejects.toThrow('Chardev user does not support chardev hotswap');
    await expect(table.change('m', nothing)).rejects.toThrow('Mux device hotswap not supported yet');
  });
});

describe('a mux', () => {
  it('gives input to the one with the focus, which Ctrl-A c moves', async () => {
    const { host, table } = await tableOf('vc,id=a,mux=on');
    expect(table.all().map(({ label, filename }) => `${label}: ${filename}`)).toEqual([
      'a-base: vc',
      'a: mux',
    ]);
    const got: string[] = [];
    const [first, second] = [table.take('a'), table.take('a')];
    for (const [name, user] of Object.entries({ first, second })) {
      user.inUse = user.frontendOpen = true;
      user.onData(chunk => got.push(`${name} ${text(chunk)}`));
      user.onEvent(event => got.push(`${name} <${event}>`));
    }
    const line = host.streams.get('a-base')!;
    line.say('x\x01cy\x01b\x01\x01z\x01');
    line.say('c\x01qw');
    expect(got).toEqual(['second x', 'first y', 'first <break>', 'first \x01z', 'second w']);
    first.write(bytes('1'));
    second.write(bytes('2'));
    expect(line.written).toBe('12');
    expect(() => table.remove('a')).toThrow("Chardev 'a' is busy");
    expect(() => table.remove('a-base')).toThrow("Chardev 'a-base' is busy");
    expect(table.isOpen(table.get('a')!)).toBe(true);
    first.release();
    second.release();
    table.remove('a');
    table.remove('a-base');
  });
});
