import { describe, expect, it } from 'vitest';
import { FakeHost } from '../../hw/virtio/testing/rig.ts';
import { ByteDisk } from '../testing/byte-disk.ts';
import { drivesWith } from '../testing/drives.ts';
import { ScriptedDisk } from '../testing/scripted-disk.ts';
import { testerOn, testerOnBytes } from './testing/tester.ts';

describe('requests that go on', () => {
  it('are counted, well or not', async () => {
    const { ask, drive } = testerOnBytes();
    expect(await ask('aio_read -vC 0 3 1')).toBe(
      '00000000:  00 00 00 00  ....\n4,1,0:00:00.00,4000.000,1000.000\n',
    );
    await ask('aio_write 0 5');
    await ask('aio_write -z 0 5');
    await ask('aio_discard 0 512');
    await ask('aio_read 1M 1');
    expect(await ask('aio_read -i 0 1')).toBe('injecting invalid read request\n');
    const { rd, wr, unmap } = drive.stats.of;
    expect(rd).toMatchObject({ operations: 1, bytes: 4, failed: 1, invalid: 1 });
    expect([wr.bytes, unmap.bytes]).toEqual([5, 512]);
  });

  it('are told of with a later answer', async () => {
    const disk = new ScriptedDisk(4096, false);
    const { ask } = testerOn(drivesWith(new FakeHost(), disk));
    disk.gated = true;
    expect(await ask('aio_read 0 512')).toBe('');
    expect(await ask('length')).toBe('4 KiB\n');
    const flushed = ask('aio_flush');
    disk.gates.shift()!();
    expect(await flushed).toMatch(/^read 512\/512 bytes at offset 0\n/);
    expect(await ask('aio_flush')).toBe('');
  });
});

describe('breakpoints', () => {
  async function withDebugging() {
    const host = new FakeHost();
    host.file = new ByteDisk(new Uint8Array(4096));
    const table = drivesWith(host, null);
    await table.remove(table.all()[0]!);
    await table.open(table.parse({ if: 'none', id: 'b', file: 'blkdebug::x', format: 'raw' }));
    return { ...testerOn(table), table };
  }

  it('hold nothing of an image that goes', async () => {
    const { ask, drive, table } = await withDebugging();
    await ask('break write_aio A');
    await ask('aio_write -q 0 512');
    await table.remove(drive);
    expect(await ask('length')).toBe("getlength: No medium found\nblkdebug: Resuming request 'A'\n");
  });

  it('hold requests', async () => {
    const { ask } = await withDebugging();
    expect(await ask('break bogus A')).toBe('Could not set breakpoint: No such file or directory\n');
    expect(await ask('break write_aio A')).toBe('');
    expect(await ask('aio_write -q 0 512')).toBe("blkdebug: Suspended request 'A'\n");
    expect(await ask('wait_break A')).toBe('');
    expect(await ask('aio_flush')).toBe('A request is suspended: resume it first\n');
    expect(await ask('read -qP 0 0 512')).toBe('');
    expect(await ask('resume A')).toBe("blkdebug: Resuming request 'A'\n");
    expect(await ask('read -qP 0xcd 0 512')).toBe('');
    expect(await ask('resume A')).toBe('Could not resume request: No such file or directory\n');
    expect(await ask('wait_break A')).toBe('Could not wait for A: No such file or directory\n');
    expect(await ask('remove_break A')).toBe('Could not remove breakpoint A: No such file or directory\n');
  });

  it('hold what somebody waits for until another resumes it', async () => {
    const { ask } = await withDebugging();
    await ask('break flush_to_disk F');
    const flushed = ask('flush');
    await ask('wait_break F');
    await ask('remove_break F');
    expect(await flushed).toBe('');
  });
});
