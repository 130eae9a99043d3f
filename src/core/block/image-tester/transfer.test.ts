import { describe, expect, it } from 'vitest';
import { FakeHost } from '../../hw/virtio/testing/rig.ts';
import { DirtyBitmap } from '../dirty-bitmap.ts';
import { ByteDisk } from '../testing/byte-disk.ts';
import { drivesWith } from '../testing/drives.ts';
import { testerOn, testerOnBytes } from './testing/tester.ts';

const RATE = (bytes: string, rate: string) =>
  `${bytes}, 1 ops; 00.00 sec (${rate}/sec and 1000.0000 ops/sec)\n`;

describe('reading and writing', () => {
  it('goes through the drive', async () => {
    const { disk, ask, drive } = testerOnBytes();
    const bitmap = new DirtyBitmap('b', 1 << 20, 4096);
    drive.node!.bitmaps.set('b', bitmap);
    expect(await ask('write -P 0x55 512 1k')).toBe(
      `wrote 1024/1024 bytes at offset 512\n${RATE('1 KiB', '1000 KiB')}`,
    );
    expect([disk.bytes[511], disk.bytes[512], disk.bytes[1535], disk.bytes[1536]]).toEqual([0, 85, 85, 0]);
    expect(bitmap.count).toBe(4096);
    expect(await ask('r -P 0x55 512 1k')).toBe(
      `read 1024/1024 bytes at offset 512\n${RATE('1 KiB', '1000 KiB')}`,
    );
    expect(await ask('read -qP 0x55 -s 1 -l 3 511 5')).toBe('');
    expect(await ask('readv -v -q 0 5 3')).toBe('');
    expect(await ask('readv -vC 510 3 1')).toBe(
      '000001fe:  00 00 55 55  ..UU\n4,1,0:00:00.00,4000.000,1000.000\n',
    );
    expect(drive.stats.of.rd.operations).toBe(0);
  });

  it('says what is not as expected, and fails', async () => {
    const { tester, image } = testerOnBytes();
    const { text, failed } = await tester.run(image, 'read -P 1 -s 3 -l 2 512 8');
    expect([text, failed]).toEqual([
      'Pattern verification failed at offset 515, 2 bytes\n' +
        `read 8/8 bytes at offset 512\n${RATE('8 bytes', '7.812 KiB')}`,
      true,
    ]);
    expect(await tester.run(image, 'read -qP 1 0 8')).toMatchObject({ failed: true });
    expect(await tester.run(image, 'read -qP 0 0 8')).toEqual({ text: '', failed: false });
  });

  it('writes zeroes, pieces, a filling and the contents of a file', async () => {
    const source = new TextEncoder().encode('abc');
    const table = drivesWith(new FakeHost(), new ByteDisk(new Uint8Array(1 << 20).fill(9)));
    const { ask } = testerOn(table, async () => new ByteDisk(source));
    await ask('write -q 0 4');
    await ask('write -zq 4 2');
    await ask('writev -fqP 7 6 1 1');
    await ask('write -qs /some/file 8 7');
    expect(await ask('read -vC 0 16')).toMatch(
      /^00000000: {2}cd cd cd cd 00 00 07 07 61 62 63 61 62 63 61 09 {2}/,
    );
  });

  it('asks nothing of images that they cannot do', async () => {
    const { ask } = testerOnBytes();
    for (const options of ['-b', '-c', '-zn']) {
      expect(await ask(`write ${options} 0 512`)).toBe('write failed: Operation not supported\n');
    }
    expect(await ask('read -b 0 512')).toBe('read failed: Operation not supported\n');
  });

  it('reaches to the end of the last sector', async () => {
    const { ask } = testerOnBytes(new Uint8Array(1000));
    expect(await ask('length')).toBe('1 KiB\n');
    expect(await ask('read -q 1000 24')).toBe('');
    expect(await ask('read 0 1025')).toBe('read failed: Input/output error\n');
    expect(await ask('read -q 1024 0')).toBe('');
    expect(await ask('read 2048 0')).toBe('read failed: Input/output error\n');
  });

  it('is held back by limits', async () => {
    const { ask, drive } = testerOnBytes();
    const admitted: unknown[] = [];
    drive.throttle.admit = async (...request) => void admitted.push(request);
    await ask('read 0 4k');
    await ask('aio_write 0 1k');
    expect(admitted).toEqual([
      ['rd', 4096],
      ['wr', 1024],
    ]);
  });
});
