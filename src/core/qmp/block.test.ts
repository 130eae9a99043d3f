import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../block/memory-disk.ts';
import { drivesWith } from '../block/testing/drives.ts';
import { Chardev } from '../chardev/chardev.ts';
import { ChardevTable } from '../chardev/table.ts';
import { FakeStream } from '../chardev/testing/fake-stream.ts';
import { EventBus } from '../events.ts';
import { FakeHost } from '../hw/virtio/testing/rig.ts';
import { ExportTable } from '../nbd/export-table.ts';
import { blockHandlers } from './block.ts';
import { charHandlers } from './char.ts';

describe('query-block', () => {
  it('describes a drive and its image', async () => {
    const host = new FakeHost();
    const options = { file: 'mem:1M', cache: 'none', werror: 'report' };
    const drives = drivesWith(host, new MemoryDisk(1 << 20, true), options);
    const drive = drives.get('d0')!;
    const events = new EventBus(() => 0);
    const offers = {
      exports: new ExportTable(host, events),
      hasIoThread: () => false,
      driveOf: (name: string) => drives.ofDevice(name)!,
    };
    const query = () => blockHandlers(drives, events, host, offers)['query-block']!({});
    expect(await query()).toMatchObject([{ device: 'd0', removable: true, type: 'unknown', locked: false }]);
    drive.attach({ name: 'blk0', path: '/machine/peripheral/blk0', sharesWrites: false, resized: () => {} });
    await drive.read(0, 10);
    expect(await query()).toEqual([
      {
        device: 'd0',
        qdev: 'blk0',
        type: 'unknown',
        removable: false,
        locked: false,
        inserted: expect.objectContaining({
          file: 'mem:1M',
          ro: true,
          drv: 'raw',
          'node-name': '#block001',
          children: [{ 'node-name': '#block000', child: 'file' }],
          cache: { writeback: true, direct: true, 'no-flush': false },
          image: expect.objectContaining({ 'virtual-size': 1n << 20n, 'actual-size': 65536n }),
        }),
      },
    ]);
    drive.writeErrors = 'enospc';
    expect(await query()).toMatchObject([{ 'io-status': 'ok' }]);
  });
});

describe('query-chardev', () => {
  it('lists labels with their host side, in the order in which QEMU does', async () => {
    const table = new ChardevTable(new FakeHost());
    table.add(new Chardev('compat_monitor0', 'null', new FakeStream('null')));
    table.add(new Chardev('serial0', 'vc', new FakeStream('vc'))).frontendOpen = true;
    table.add(new Chardev('parallel0', 'null', new FakeStream('null')));
    expect(await charHandlers(table)['query-chardev']!({})).toEqual([
      { label: 'parallel0', filename: 'null', 'frontend-open': false },
      { label: 'compat_monitor0', filename: 'null', 'frontend-open': false },
      { label: 'serial0', filename: 'vc', 'frontend-open': true },
    ]);
  });
});
