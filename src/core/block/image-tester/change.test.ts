import { describe, expect, it } from 'vitest';
import { FakeHost } from '../../hw/virtio/testing/rig.ts';
import { ByteDisk } from '../testing/byte-disk.ts';
import { drivesWith } from '../testing/drives.ts';
import { testerOn, testerOnBytes } from './testing/tester.ts';

describe('changes of an image', () => {
  it('are its length', async () => {
    const { ask, disk } = testerOnBytes(new Uint8Array(4096).fill(9));
    expect(await ask('truncate 5000')).toBe('');
    expect(disk.size).toBe(5000);
    expect(await ask('t -m full 8k')).toBe('');
    expect([disk.size, disk.bytes[4095], disk.bytes[8191]]).toEqual([8192, 9, 0]);
  });

  it('are how it may be used', async () => {
    const { ask, drive } = testerOnBytes();
    expect(await ask('reopen -r -c unsafe')).toBe('');
    expect([drive.readOnly, drive.node!.child!.readOnly, drive.node!.cache['no-flush']]).toEqual([
      true,
      true,
      true,
    ]);
    for (const line of ['write 0 x', 'writev 0 5', 'aio_write 0 5', 'discard 0 5', 'truncate 5']) {
      expect(await ask(line)).toBe('Block node is read-only\n');
    }
    expect(await ask('write 0')).toContain('bad argument count');
    expect(await ask('reopen -o read-only=off')).toBe('');
    expect(await ask('write -q 0 512')).toBe('');
    drive.attach({ sharesWrites: false, name: 'x', path: '/x', resized() {} });
    expect(await ask('reopen -c writethrough')).toBe('Cannot change cache.writeback: Device attached\n');
  });

  it('stop at a file that can only be read', async () => {
    const { ask } = testerOn(drivesWith(new FakeHost(), new ByteDisk(new Uint8Array(512), true)));
    expect(await ask('reopen -r')).toBe('');
    expect(await ask('reopen -w')).toBe("'disk.raw' was opened to be read only, and stays open\n");
  });
});
