import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../config.ts';
import { type FdtNode, writeFdt } from './fdt.ts';
import { cells, findNode, readFdt, readFdtHeader, texts } from './fdt-reader.ts';
import { type BootFacts, userDeviceTree } from './user-device-tree.ts';

const NOTHING: BootFacts = { bootargs: '', initrd: null };
const RESERVED = Uint8Array.from({ length: 16 }, (_, index) => index + 1);
const TREE: FdtNode = {
  name: '',
  properties: { model: 'mine' },
  children: [
    { name: 'chosen', properties: { bootargs: 'old', 'stdout-path': '/x', 'rng-seed': new Uint8Array(8) } },
    {
      name: 'soc',
      properties: { reg: [1, 2] },
      children: [{ name: 'x@1', properties: { 'dma-coherent': true } }],
    },
  ],
};
const seed = (length: number) => new Uint8Array(length).fill(9);
const blob = (tree = TREE) => ({
  name: 'my.dtb',
  data: writeFdt(tree, { reservations: RESERVED, bootHart: 3 }),
});

describe('a device tree of the user', () => {
  it('keeps everything but the seed', () => {
    const made = userDeviceTree(blob(), NOTHING, seed)();
    const tree = readFdt(made);
    expect(texts(tree, 'model')).toEqual(['mine']);
    expect(texts(findNode(tree, '/chosen'), 'bootargs')).toEqual(['old']);
    expect(findNode(tree, '/soc/x@1')?.properties.has('dma-coherent')).toBe(true);
    expect(findNode(tree, '/chosen')?.properties.get('rng-seed')).toEqual(seed(8));
    expect(readFdtHeader(made)).toEqual({ reservations: RESERVED, bootHart: 3 });
  });

  it('gets the command line and the ramdisk', () => {
    const facts = { bootargs: 'new', initrd: { start: 0x1_8000_0000, end: 0x1_8000_1000 } };
    const chosen = findNode(readFdt(userDeviceTree(blob(), facts, seed)()), '/chosen');
    expect(texts(chosen, 'bootargs')).toEqual(['new']);
    expect(cells(chosen, 'linux,initrd-start')).toEqual([1, 0x8000_0000]);
    expect(cells(chosen, 'linux,initrd-end')).toEqual([1, 0x8000_1000]);
  });

  it('needs a place for them', () => {
    const bare = blob({ name: '', properties: {} });
    expect(() => userDeviceTree(bare, { ...NOTHING, bootargs: 'x' }, seed)).toThrow(
      "Couldn't find node /chosen: FDT_ERR_NOTFOUND",
    );
    expect(userDeviceTree(bare, NOTHING, seed)().length).toBeGreaterThan(0);
  });

  it('is refused when it is none, or cut', () => {
    const take = (data: Uint8Array) => userDeviceTree({ name: 'x', data }, NOTHING, seed)();
    expect(() => take(Uint8Array.of(1, 2, 3, 4))).toThrow('FDT_ERR_BADMAGIC');
    expect(() => take(new Uint8Array(0))).toThrow('FDT_ERR_TRUNCATED');
    expect(() => take(blob().data.subarray(0, 100))).toThrow('FDT_ERR_TRUNCATED');
  });

  it('may be anything', () => {
    const { data } = blob();
    const change = fc.tuple(fc.nat(data.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), changes => {
        const bytes = data.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          userDeviceTree({ name: 'x', data: bytes }, NOTHING, seed)();
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});
