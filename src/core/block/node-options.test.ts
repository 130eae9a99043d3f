import { describe, expect, it } from 'vitest';
import { FakeHost } from '../hw/virtio/testing/rig.ts';
import { addBlockdev, parseBlockdev } from './blockdev.ts';
import { parseDrive } from './drive-options.ts';
import { BlockGraph } from './graph.ts';
import { MemoryDisk } from './memory-disk.ts';

const drive = (text: string) => {
  const pairs = text.split(',').map(pair => pair.split('=') as [string, string]);
  const options = { id: 'd', if: 'none', file: 'f', format: 'raw', ...Object.fromEntries(pairs) };
  return parseDrive(options, { bus: 0, unit: 0 });
};

describe('what -drive says of a node', () => {
  it('goes into the image', () => {
    const { cache, image } = drive('cache=none,cache.direct=off,detect-zeroes=unmap,file.node-name=below');
    expect(cache).toEqual({ writeback: true, direct: false, 'no-flush': false });
    expect(image).toMatchObject({ detectZeroes: 'unmap', childName: 'below', cache });
    expect(drive('cache.writeback=off,cache.no-flush=on,discard=on,aio=threads').cache).toEqual({
      writeback: false,
      direct: false,
      'no-flush': true,
    });
  });

  it.each([
    ['aio=foo', 'invalid aio option'],
    ['aio=native', 'aio=native was specified, but it requires cache.direct=on, which was not specified.'],
    [
      'file.aio=native',
      'aio=native was specified, but it requires cache.direct=on, which was not specified.',
    ],
    ['file.aio=foo', 'invalid parameter value: foo'],
    ['discard=foo', 'Invalid discard option'],
    ['detect-zeroes=foo', 'invalid parameter value: foo'],
    ['cache.direct=foo', "Parameter 'cache.direct' expects 'on' or 'off'"],
    ['cache=constructor', 'invalid cache option'],
    ['copy-on-read=foo', "Parameter 'copy-on-read' expects 'on' or 'off'"],
    ['force-share=on', 'force-share=on can only be used with read-only images'],
    ['file.force-share=on', 'force-share=on can only be used with read-only images'],
    ['readonly=on,read-only=on', "'read-only' and its alias 'readonly' can't be used at the same time"],
    ['file.locking=on', 'locking=on: there are no file locks here, only locking=auto and off'],
    ['file.locking=foo', 'invalid parameter value: foo'],
    ['file.foo=1', "Block protocol 'file' doesn't support the option 'foo'"],
    ['locking=off', "Block format 'raw' does not support the option 'locking'"],
  ])('is refused: %s', (text, message) => {
    expect(() => drive(text)).toThrow(message);
  });
});

describe('what -blockdev says of a node', () => {
  class ProtectedHost extends FakeHost {
    override async openBlockFile(path: string, options?: { readOnly: boolean }) {
      if (!options?.readOnly) throw new Error(`Could not open '${path}': Permission denied`);
      return new MemoryDisk(1 << 20, true);
    }
  }
  const add = async (text: string) => {
    const graph = new BlockGraph(new ProtectedHost());
    await addBlockdev(graph, parseBlockdev(`node-name=n,${text}`));
    return graph.get('n')!;
  };

  it('is kept', async () => {
    const node = await add('driver=null-co,discard=unmap,detect-zeroes=unmap');
    expect(node.detectZeroes).toBe('unmap');
    const file = 'driver=file,filename=f,locking=off,aio=io_uring,drop-cache=off,aio-max-batch=4';
    expect((await add(`${file},read-only=on,force-share=on`)).readOnly).toBe(true);
  });

  it('lets a protected file be read only if that was allowed', async () => {
    const raw = 'driver=raw,file.driver=file,file.filename=f';
    expect((await add(`${raw},auto-read-only=on`)).readOnly).toBe(true);
    await expect(add(raw)).rejects.toThrow("Could not open 'f': Permission denied");
  });

  it.each([
    ['driver=file,filename=f,locking=on', 'there are no file locks here'],
    ['driver=file,filename=f,aio=native', 'it requires cache.direct=on'],
    ['driver=null-co,force-share=on', 'force-share=on can only be used with read-only images'],
    [
      'driver=null-co,detect-zeroes=unmap',
      'setting detect-zeroes to unmap is not allowed without setting discard',
    ],
    ['driver=null-co,aio=threads', "Parameter 'aio' is unexpected"],
  ])('is refused: %s', async (text, message) => {
    await expect(add(text)).rejects.toThrow(message);
  });
});
