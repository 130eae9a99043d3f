import { describe, expect, it } from 'vitest';
import { FakeHost } from '../hw/virtio/testing/rig.ts';
import { parseDrive } from './drive-options.ts';
import { BlockGraph, DEFAULT_CACHE } from './graph.ts';

/** Opens what `-drive` says. Resolves to its names and nodes. */
async function open(text: string) {
  const options = Object.fromEntries(text.split(',').map(pair => pair.split(/=(.*)/s).slice(0, 2)));
  const { image } = parseDrive({ id: 'd', if: 'none', format: 'raw', ...options }, { bus: 0, unit: 0 });
  const graph = new BlockGraph(new FakeHost());
  return { node: await graph.openImage(image!), graph };
}

const names = (nodes: { driver: string; fileName: string }[]) =>
  nodes.map(({ driver, fileName }) => `${driver} ${fileName}`);

describe('an image with errors below a drive', () => {
  it('is named by its file name', async () => {
    const { graph, node } = await open('file=blkdebug::null-co://,file.image.read-zeroes=on,file.align=4k');
    expect(names(graph.all())).toEqual([
      'raw blkdebug::null-co://',
      'blkdebug blkdebug::null-co://',
      'null-co null-co://',
    ]);
    expect(node.size).toBe(2 ** 30);
    await graph.release(node);
    expect(graph.all()).toEqual([]);
  });

  it('is described member by member, with its errors and those below it', async () => {
    const { node, graph } = await open(
      'file.driver=blkdebug,file.node-name=outer,file.image.driver=null-co,file.image.size=64k,' +
        'file.image.node-name=inner,file.inject-error.1.event=read_aio,file.inject-error.0.event=write_aio',
    );
    expect(graph.get('inner')?.size).toBe(65536);
    expect(graph.get('outer')?.child?.name).toBe('inner');
    await expect(node.read(0, 1)).rejects.toThrow('Input/output error');
    await expect(node.write(0, new Uint8Array(1))).rejects.toThrow('Input/output error');
  });

  it('can lie on another', async () => {
    const { graph } = await open('file=blkdebug::blkdebug::null-co://');
    expect(names(graph.all())).toEqual([
      'raw blkdebug::blkdebug::null-co://',
      'blkdebug blkdebug::blkdebug::null-co://',
      'blkdebug blkdebug::null-co://',
      'null-co null-co://',
    ]);
  });

  it('takes the image with it that it was to lie on, if it cannot be had', async () => {
    const graph = new BlockGraph(new FakeHost());
    const child = graph.addNull({ readOnly: false, cache: DEFAULT_CACHE, size: 512 });
    const wishes = { readOnly: false, cache: DEFAULT_CACHE, rules: [] };
    await expect(graph.addDebug(child, { ...wishes, align: 3 })).rejects.toThrow('with align 3');
    expect(graph.all()).toEqual([]);
  });

  it.each([
    ['file=blkdebug:x', 'blkdebug requires both config file and image path'],
    ['file.driver=blkdebug', 'A block device must be specified for "image"'],
    ['file=blkdebug::null-co://,file.foo=3', "Block protocol 'blkdebug' doesn't support the option 'foo'"],
    [
      'file=blkdebug::null-co://,file.image.foo=3',
      "Block protocol 'null-co' doesn't support the option 'foo'",
    ],
    ['file=blkdebug::null-co://,file.align=3', 'Cannot meet constraints with align 3'],
    ['file=blkdebug::null-co://,file.align=x', "Parameter 'align' expects a non-negative number below 2^64"],
    ['file=blkdebug::null-co://,file.inject-error.0.errno=3', 'Missing event name for rule'],
    ['file=blkdebug::null-co://,file.inject-error.0.event=foo', 'invalid parameter value: foo'],
  ])('refuses %s', async (text, message) => {
    await expect(open(text)).rejects.toThrow(message);
  });
});
