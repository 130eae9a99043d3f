import { describe, expect, it } from 'vitest';
import { FakeHost } from '../hw/virtio/testing/rig.ts';
import { parseDiskSize, parseDrive } from './drive-options.ts';
import { impliedDiskDevices, openDrives } from './drive-table.ts';
import { MemoryDisk, sectorText } from './memory-disk.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('memory disk', () => {
  it('tells in each sector which one it is', async () => {
    const disk = new MemoryDisk(1 << 20, false);
    expect(text(await disk.read(200 * 512, 29))).toBe('hmp scratch disk, sector 200\n');
    expect(await disk.read(127 * 512, 1024)).toEqual(
      Uint8Array.from([...sectorText(127), ...sectorText(128)]),
    );
    expect(sectorText(7)).toHaveLength(512);
  });

  it('keeps what is written, reads zeros past its end and does not grow', async () => {
    const disk = new MemoryDisk(100_000, false);
    await disk.write(65_530, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    expect([...(await disk.read(65_530, 8))]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...(await disk.read(99_999, 3))].slice(1)).toEqual([0, 0]);
    await expect(disk.write(99_999, new Uint8Array(2))).rejects.toThrow('No space left on device');
    expect(await disk.allocated()).toBe(131_072);
  });
});

describe('-drive', () => {
  it('opens memory disks and files', async () => {
    const host = new FakeHost();
    host.file = new MemoryDisk(1000, true);
    const drives = await openDrives(
      host,
      [
        { if: 'none', id: 'd0', file: 'mem:2M' },
        { file: 'disk.raw', format: 'raw', readonly: 'on' },
      ],
      false,
    );
    expect(drives.all().map(({ id, sectors, readOnly }) => [id, sectors, readOnly])).toEqual([
      ['d0', 4096, false],
      ['virtio0', 2, true],
    ]);
    await expect(drives.get('virtio0')!.write(0, new Uint8Array(1))).rejects.toThrow(
      'Operation not permitted',
    );
  });

  it('makes a disk for a drive without if=none', () => {
    const drives: Record<string, string>[] = [
      { if: 'none', id: 'd0', file: 'a' },
      { id: 'd1', file: 'b' },
    ];
    expect(impliedDiskDevices(drives)).toEqual([{ driver: 'virtio-blk-pci', drive: 'd1' }]);
  });

  it.each([
    [{ file: 'a', foo: '1' }, "Block format 'raw' does not support the option 'foo'"],
    [{ file: 'a', if: 'foo' }, "unsupported bus type 'foo'"],
    [{ file: 'a', if: 'ide' }, 'machine type does not support if=ide,bus=0,unit=0'],
    [{ file: 'a', format: 'qcow2' }, "Unknown driver 'qcow2'"],
    [{ file: 'a', media: 'x' }, "'x' invalid media"],
    [{ file: 'a', readonly: 'maybe' }, "Parameter 'read-only' expects 'on' or 'off'"],
    [{ file: 'a', werror: 'x' }, "'x' invalid write error action"],
    [{ file: 'a', rerror: 'enospc' }, "'enospc' invalid read error action"],
    [{ file: 'a', cache: 'x' }, 'invalid cache option'],
  ])('refuses %j', (options, message) => {
    expect(() => parseDrive(options as unknown as Record<string, string>, { bus: 0, unit: 0 })).toThrow(
      message,
    );
  });

  it('refuses missing files, twins and sizes that are none', async () => {
    const host = new FakeHost();
    const open = (...drives: Record<string, string>[]) => openDrives(host, drives, false);
    await expect(open({ file: '/nope' })).rejects.toThrow(
      "Could not open '/nope': No such file or directory",
    );
    await expect(open({ id: 'd', file: 'mem:1M' }, { id: 'd', file: 'mem:1M' })).rejects.toThrow(
      "Duplicate ID 'd' for drive",
    );
    expect(() => parseDiskSize('lots')).toThrow("'lots' is no size of a disk");
    expect([parseDiskSize('512'), parseDiskSize('4k')]).toEqual([512, 4096]);
  });
});

describe('what lies below the format', () => {
  const image = (options: Record<string, string>) =>
    parseDrive({ if: 'none', ...options }, { bus: 0, unit: 0 }).image;

  it('is a file, or nothing at all', () => {
    expect(image({ file: 'a', 'auto-read-only': 'off', 'file.locking': 'off' })).toMatchObject({ file: 'a' });
    expect(image({ 'file.driver': 'file', 'file.filename': 'a' })).toMatchObject({ file: 'a' });
    const nothing = { file: 'null-co://', 'file.read-zeroes': 'on', 'file.size': '1M', format: 'raw' };
    expect(image(nothing)).toMatchObject({ file: 'null-co://', size: 2 ** 20, format: 'raw' });
  });

  it.each([
    [
      { file: 'a', 'file.read-zeroes': 'on' },
      "Block protocol 'file' doesn't support the option 'read-zeroes'",
    ],
    [{ file: 'null-co://', 'file.foo': '1' }, "Block protocol 'null-co' doesn't support the option 'foo'"],
    [{ 'file.driver': 'foo' }, "Unknown driver 'foo'"],
    [{ file: 'a', 'auto-read-only': 'x' }, "Parameter 'auto-read-only' expects 'on' or 'off'"],
  ])('%j is refused', (options, message) => {
    expect(() => image(options)).toThrow(message);
  });
});
