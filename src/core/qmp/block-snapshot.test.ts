import { describe, expect, it } from 'vitest';
import { DriveTable } from '../block/drive-table.ts';
import { ByteDisk } from '../block/testing/byte-disk.ts';
import { EventBus } from '../events.ts';
import { FakeHost } from '../hw/virtio/testing/rig.ts';
import { ExportTable } from '../nbd/export-table.ts';
import { blockHandlers } from './block.ts';

async function setUp(options: Record<string, string> = {}) {
  const host = new FakeHost();
  const image = new ByteDisk(new Uint8Array(1 << 20));
  host.file = image;
  const table = new DriveTable(host);
  const given = { if: 'none', id: 'd0', file: 'disk.raw', format: 'raw', snapshot: 'on', ...options };
  const drive = await table.open(table.parse(given));
  const events = new EventBus(() => 0);
  const exports = new ExportTable(host, events);
  const handlers = blockHandlers(table, events, host, {
    exports,
    hasIoThread: () => false,
    driveOf: name => table.ofDevice(name)!,
  });
  return {
    image,
    drive,
    table,
    commit: async (device: string) => handlers['x-commit']!({ device }),
    handlers,
  };
}

describe('a drive with snapshot=on', () => {
  it('leaves its image alone until commit', async () => {
    const { image, drive, commit } = await setUp();
    await drive.write(512, Uint8Array.of(1, 2, 3));
    expect(image.bytes.subarray(512, 515)).toEqual(Uint8Array.of(0, 0, 0));
    expect(await drive.read(511, 5)).toEqual(Uint8Array.of(0, 1, 2, 3, 0));
    await commit('d0');
    expect(image.bytes.subarray(511, 516)).toEqual(Uint8Array.of(0, 1, 2, 3, 0));
    expect(await drive.read(511, 5)).toEqual(Uint8Array.of(0, 1, 2, 3, 0));
  });

  it('shows what it is based on', async () => {
    const { handlers } = await setUp();
    const cache = { writeback: true, direct: false, 'no-flush': true };
    const inserted = { backing_file: 'disk.raw', backing_file_depth: 1n, drv: 'overlay', ro: false, cache };
    expect(await handlers['query-block']!({})).toMatchObject([
      { inserted: { ...inserted, children: [{ child: 'backing', 'node-name': '#block001' }] } },
    ]);
  });

  it('lets go of the image when it goes', async () => {
    const { table, drive, image } = await setUp();
    await table.remove(drive);
    expect(table.graph.all()).toEqual([]);
    expect(image.closed).toBe(true);
  });

  it('is told why nothing can be committed', async () => {
    const { commit } = await setUp({ snapshot: 'off' });
    await expect(commit('d0')).rejects.toThrow('Operation not supported');
    await expect(commit('zz')).rejects.toThrow("Device 'zz' not found");
  });
});
