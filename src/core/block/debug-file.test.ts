import { describe, expect, it } from 'vitest';
import type { BlockFile } from '../../host/types.ts';
import { DebugFile, parseDebugRules } from './debug-file.ts';
import { MemoryDisk } from './memory-disk.ts';

const DATA = new Uint8Array([1, 2, 3]);
const disk = () => new MemoryDisk(4096, false);

describe('an image with errors', () => {
  it('fails where a rule wants it to, once or always', async () => {
    const file = new DebugFile(disk(), [
      { event: 'write_aio', errno: 28n, once: true },
      { event: 'read_aio', sector: 2n },
    ]);
    await expect(file.write(0, DATA)).rejects.toThrow('No space left on device');
    await file.write(0, DATA);
    expect(await file.read(0, 3)).toEqual(DATA);
    await expect(file.read(512, 1024)).rejects.toThrow('Input/output error');
    await expect(file.read(1024, 1)).rejects.toThrow('Input/output error');
    await file.flush();
    expect(await file.read(2048, 2)).toHaveLength(2);
  });

  it('takes whole blocks, if that is asked for', async () => {
    const image = new MemoryDisk(6144, false);
    await image.write(0, new Uint8Array(4096));
    await image.write(4096, new Uint8Array(2048).fill(9));
    const seen: string[] = [];
    const watched: BlockFile = Object.assign(Object.create(image) as MemoryDisk, {
      read: (offset: number, length: number) => {
        seen.push(`read ${offset} ${length}`);
        return image.read(offset, length);
      },
      write: (offset: number, data: Uint8Array) => {
        seen.push(`write ${offset} ${data.length}`);
        return image.write(offset, data);
      },
    });
    Object.defineProperty(watched, 'size', { value: 6144 });
    const file = new DebugFile(watched, [], 4096);
    await file.write(4095, DATA);
    expect(await file.read(4094, 5)).toEqual(new Uint8Array([0, 1, 2, 3, 9]));
    await file.write(0, new Uint8Array(4096));
    expect(seen).toEqual(['read 0 6144', 'write 0 6144', 'read 0 6144', 'write 0 4096']);
  });

  it('takes rules from a text', () => {
    expect(parseDebugRules('# none\n\n')).toEqual([]);
    const text =
      '[inject-error]\nevent = "read_aio"\nerrno = "1"\nonce = "on"\n[inject-error]\nevent = "flush_to_disk"\n';
    expect(parseDebugRules(text)).toEqual([
      { event: 'read_aio', errno: 1n, once: true },
      { event: 'flush_to_disk' },
    ]);
  });

  it.each([
    ['event = "read_aio"', 'Could not parse blkdebug config file: \'event = "read_aio"\''],
    ['[inject-error]\nevent = "nosuch"', 'invalid parameter value: nosuch'],
    ['[inject-error]\nevent = "read_aio"\nerrno = "x"', "Parameter 'errno' expects a number"],
    ['[inject-error]\nevent = "read_aio"\nfoo = "x"', "Invalid parameter 'foo'"],
  ])('refuses %j', (text, message) => {
    expect(() => parseDebugRules(text)).toThrow(message);
  });
});
