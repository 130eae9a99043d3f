import { describe, expect, it } from 'vitest';
import { FakeHost } from '../../hw/virtio/testing/rig.ts';
import { ByteDisk } from '../testing/byte-disk.ts';
import { drivesWith } from '../testing/drives.ts';
import { testerOn, testerOnBytes } from './testing/tester.ts';

describe('what an image is', () => {
  it('is told', async () => {
    const { ask } = testerOnBytes(new Uint8Array(1.5 * 2 ** 20));
    expect(await ask('length')).toBe('1.500 MiB\n');
    expect(await ask('i')).toBe('format name: raw\ncluster size: 0 bytes\nvm state offset: 0 bytes\n');
    expect(await ask('map')).toBe('1.500 MiB (0x180000) bytes     allocated at offset 0 bytes (0x0)\n');
    expect(await ask('alloc 5')).toBe('512/512 bytes allocated at offset 5 bytes\n');
    expect(await ask('alloc 1M 1M')).toBe('524288/524288 bytes allocated at offset 1 MiB\n');
    expect(await ask('alloc 2M 1M')).toBe('0/0 bytes allocated at offset 2 MiB\n');
  });

  it('is told of one with changes of another', async () => {
    const host = new FakeHost();
    host.file = new ByteDisk(new Uint8Array((1 << 20) + 5));
    const table = drivesWith(host, null);
    await table.remove(table.all()[0]!);
    await table.open(table.parse({ if: 'none', id: 's', file: 'x', format: 'raw', snapshot: 'on' }));
    const { ask } = testerOn(table);
    expect(await ask('info')).toContain('format name: overlay\ncluster size: 64 KiB\n');
    expect(await ask('map')).toBe('1 MiB (0x100200) bytes not allocated at offset 0 bytes (0x0)\n');
    await ask('write 0 512');
    await ask('write 512k 70000');
    expect(await ask('map')).toBe(
      '64 KiB (0x10000) bytes     allocated at offset 0 bytes (0x0)\n' +
        '448 KiB (0x70000) bytes not allocated at offset 64 KiB (0x10000)\n' +
        '128 KiB (0x20000) bytes     allocated at offset 512 KiB (0x80000)\n' +
        '384.500 KiB (0x60200) bytes not allocated at offset 640 KiB (0xa0000)\n',
    );
    expect(await ask('alloc 0 1M')).toBe('196608/1048576 bytes allocated at offset 0 bytes\n');
  });

  it('is nothing without a medium', async () => {
    const { ask } = testerOn(drivesWith(new FakeHost(), null));
    expect(await ask('length')).toBe('getlength: No medium found\n');
    expect(await ask('info')).toBe('No medium found\n');
    expect(await ask('map')).toBe('Failed to query image length: No medium found\n');
    expect(await ask('read 0 1')).toBe('read failed: No medium found\n');
    expect(await ask('write 0 1')).toBe('write failed: No medium found\n');
    expect(await ask('aio_read 0 1')).toBe('readv failed: No medium found\n');
    expect(await ask('truncate 5')).toBe('No medium inserted\n');
    expect(await ask('flush')).toBe('');
  });
});
