import { describe, expect, it } from 'vitest';
import { FakeHost } from '../hw/virtio/testing/rig.ts';
import { DirtyBitmap } from './dirty-bitmap.ts';
import { MemoryDisk } from './memory-disk.ts';
import { drivesWith } from './testing/drives.ts';

describe('a record of writes', () => {
  it('has a bit for each piece that a write touches', () => {
    const bitmap = new DirtyBitmap('b', 1 << 20, 65536);
    bitmap.mark(65535, 2);
    expect(bitmap.bytes).toEqual(Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0));
    expect(bitmap.count).toBe(131072);
    bitmap.mark(0, 0);
    bitmap.clear();
    expect(bitmap.count).toBe(0);
  });

  it('takes over what others have, in pieces of another size too', () => {
    const [fine, coarse] = [new DirtyBitmap('f', 8192, 512), new DirtyBitmap('c', 8192, 4096)];
    fine.mark(4096, 1);
    coarse.merge(fine);
    expect(coarse.count).toBe(4096);
    fine.clear();
    fine.merge(coarse);
    expect(fine.count).toBe(4096);
  });

  it('can be brought back, and keeps what fits when the node shrinks', () => {
    const bitmap = new DirtyBitmap('b', 512 * 128, 512);
    bitmap.mark(0, 512);
    const restore = bitmap.save();
    bitmap.mark(512 * 100, 512);
    bitmap.recording = false;
    restore();
    expect([bitmap.count, bitmap.recording]).toEqual([512, true]);
    bitmap.mark(512 * 100, 512);
    bitmap.resize(512 * 64);
    expect(bitmap.count).toBe(512);
  });

  it('hears of the writes of a drive while it records, and of the first beyond a limit', async () => {
    const drive = drivesWith(new FakeHost(), new MemoryDisk(1 << 20, false), { file: 'mem:1M' }).get('d0')!;
    const node = drive.node!;
    const bitmap = new DirtyBitmap('b', node.size, 512);
    node.bitmaps.set('b', bitmap);
    const exceeded: number[] = [];
    node.writeThreshold = 1000;
    node.onThreshold = bytes => exceeded.push(bytes);
    await drive.write(0, new Uint8Array(512));
    await drive.write(512, new Uint8Array(1024));
    await drive.write(2048, new Uint8Array(512));
    bitmap.recording = false;
    await drive.write(4096, new Uint8Array(512));
    expect(bitmap.count).toBe(2048);
    expect(exceeded).toEqual([536]);
    expect(node.writeThreshold).toBe(0);
  });

  it('finds what is marked, and gives it up', () => {
    const bitmap = new DirtyBitmap('b', 100 * 512, 512);
    bitmap.mark(3 * 512, 1);
    bitmap.mark(70 * 512 + 5, 1024);
    expect([bitmap.next(0), bitmap.next(4), bitmap.next(73), bitmap.count]).toEqual([3, 70, -1, 4 * 512]);
    bitmap.unmark(70 * 512, 1024);
    bitmap.mark(1e9, 512); // beyond the end
    expect([bitmap.next(4), bitmap.has(72), bitmap.count]).toEqual([72, true, 2 * 512]);
    const taken = bitmap.take();
    expect([bitmap.next(0), bitmap.count, taken.next(0), taken.count]).toEqual([-1, 0, 3, 1024]);
  });
});
