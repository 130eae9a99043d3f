/** Media that come and go, on a machine with a CD drive; what the commands say is what QEMU says. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestVm } from './support/vm.ts';

let vm: TestVm;
let folder: string;
let disk: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hmp-media-'));
  disk = join(folder, 'disk.raw');
  writeFileSync(disk, '');
  truncateSync(disk, 4 << 20);
  vm = await TestVm.start([
    ...['-S', '-device', 'virtio-scsi-device,id=s0'],
    ...['-drive', 'if=none,id=cd0,file=mem:1M,format=raw,media=cdrom', '-device', 'scsi-cd,drive=cd0,id=scd'],
    ...['-drive', `if=none,id=h0,file=${disk},format=raw`, '-device', 'scsi-hd,drive=h0,id=shd'],
    ...['-device', 'scsi-cd,id=empty'],
  ]);
});
afterAll(async () => {
  await vm.close();
  rmSync(folder, { recursive: true });
});

const CD = (state: string) =>
  `cd0 ${state}\n    Attached to:      scd\n    Removable device: not locked, tray closed\n    Cache mode:       writeback\n`;

describe('media', () => {
  it('are shown with the devices that have them', async () => {
    const names = (await vm.hmp('info block')).replace(/#block\d+/g, '#block');
    expect(names).toContain(CD('(#block): mem:1M (raw, read-only)'));
    expect(names).toContain('empty: [not inserted]\n    Attached to:      empty\n');
    expect(await vm.hmp('info qtree')).toMatch(
      / {8}bus: s0\.0\n {10}type SCSI\n {10}dev: scsi-cd, id "empty"\n {12}drive = ""\n[\s\S]* {12}scsi-id = 2 \(0x2\)\n/,
    );
  });

  it('are ejected and changed', async () => {
    await vm.hmp('eject cd0');
    expect(await vm.hmp('info block cd0')).toBe(
      'cd0: [not inserted]\n    Attached to:      scd\n    Removable device: not locked, tray open\n',
    );
    await vm.hmp(`change cd0 ${disk} raw`);
    expect(await vm.hmp('info block cd0')).toMatch(/^cd0 \(#block\d+\): .*disk\.raw \(raw, read-only\)\n/);
    await vm.hmp(`change cd0 mem:2M raw read-write`);
    expect(await vm.hmp('info block cd0')).toMatch(/: mem:2M \(raw\)\n/);
    const moves = vm.events.filter(({ event }) => event === 'DEVICE_TRAY_MOVED');
    expect(moves.slice(0, 2).map(({ data }) => data)).toEqual([
      { device: 'cd0', id: 'scd', 'tray-open': true },
      { device: 'cd0', id: 'scd', 'tray-open': false },
    ]);
  });

  it('are nodes that come and go', async () => {
    const refusal = (message: string, operation: Promise<unknown>) =>
      expect(operation).rejects.toThrow(message);
    const id = 'scd';
    await refusal("'node-name' must be", vm.execute('blockdev-add', { driver: 'file', filename: disk }));
    await vm.execute('blockdev-add', {
      driver: 'file',
      filename: disk,
      'node-name': 'f0',
      'read-only': true,
    });
    await vm.execute('blockdev-add', { driver: 'raw', file: 'f0', 'node-name': 'r0', 'read-only': true });
    await refusal(
      "Duplicate nodes with node-name='f0'",
      vm.execute('blockdev-add', { driver: 'null-co', 'node-name': 'f0' }),
    );
    await refusal(
      "Invalid node-name: '1f'",
      vm.execute('blockdev-add', { driver: 'null-co', 'node-name': '1f' }),
    );
    await refusal(
      "Cannot find device='x' nor node-name='x'",
      vm.execute('blockdev-add', { driver: 'raw', file: 'x', 'node-name': 'r1' }),
    );
    await refusal('Block device f0 is in use', vm.execute('blockdev-del', { 'node-name': 'f0' }));
    await refusal("Failed to find node with node-name='x'", vm.execute('blockdev-del', { 'node-name': 'x' }));
    await refusal("Tray of device 'scd' is not open", vm.execute('blockdev-remove-medium', { id }));
    await vm.execute('blockdev-open-tray', { id });
    await refusal(
      'There already is a medium',
      vm.execute('blockdev-insert-medium', { id, 'node-name': 'r0' }),
    );
    await vm.execute('blockdev-remove-medium', { id });
    await refusal("Node 'x' not found", vm.execute('blockdev-insert-medium', { id, 'node-name': 'x' }));
    await vm.execute('blockdev-insert-medium', { id, 'node-name': 'r0' });
    await refusal('Node r0 is in use', vm.execute('blockdev-del', { 'node-name': 'r0' }));
    await vm.execute('blockdev-close-tray', { id });
    expect(await vm.hmp('info block cd0')).toMatch(/^cd0 \(r0\): /);
    await refusal(
      'Tray of the device is not open',
      vm.execute('blockdev-insert-medium', { id, 'node-name': 'f0' }).catch(async () => {
        await vm.execute('blockdev-add', { driver: 'null-co', 'node-name': 'n0' });
        await vm.execute('blockdev-insert-medium', { id, 'node-name': 'n0' });
      }),
    );
    await vm.hmp('eject cd0');
    await vm.hmp('drive_del r0');
    await vm.hmp('drive_del f0');
    expect(await vm.hmp('info block -n')).not.toMatch(/^[rf]0: /m);
    await refusal("Need exactly one of 'device' and 'id'", vm.execute('eject', {}));
    await refusal("Device 'nosuch' not found", vm.execute('eject', { id: 'nosuch' }));
    const without = 'Device does not have a block device backend';
    await refusal(without, vm.execute('eject', { id: 's0' }));
    await refusal(without, vm.execute('block-latency-histogram-set', { id: 's0' }));
  });

  it('take requests as slowly as they are told, and say so', async () => {
    const limits = { id: 'shd', bps: 1n, bps_rd: 1n, bps_wr: 0n, iops: 0n, iops_rd: 0n, iops_wr: 0n };
    await expect(vm.execute('block_set_io_throttle', limits)).rejects.toThrow(
      'bps/iops/max total values and read/write values cannot be used at the same time',
    );
    await expect(vm.execute('block_set_io_throttle', { ...limits, bps: -1n, bps_rd: 0n })).rejects.toThrow(
      'bps/iops/max values must be within [0, 1000000000000000]',
    );
    expect(await vm.refusal('block_set_io_throttle floppy0 1 0 0 0 0 0')).toBe(
      'Error: Device has no medium\n',
    );
  });

  it('take bursts faster, and share limits with others of their group', async () => {
    const limits = { id: 'shd', bps: 0n, bps_rd: 0n, bps_wr: 0n, iops: 100n, iops_rd: 0n, iops_wr: 0n };
    const refusals = [
      [{ iops_max: 50n }, 'bps_max/iops_max cannot be lower than bps/iops'],
      [{ iops_max_length: 5n }, 'burst length set without burst rate'],
      [{ iops_max: 200n, iops_max_length: 0n }, 'the burst length cannot be 0'],
    ] as const;
    for (const [more, message] of refusals) {
      await expect(vm.execute('block_set_io_throttle', { ...limits, ...more })).rejects.toThrow(message);
    }
    const burst = { iops_max: 200n, iops_max_length: 5n, iops_size: 4096n, group: 'slow' };
    await vm.execute('block_set_io_throttle', { ...limits, ...burst });
    const shown = (await vm.execute('query-block')).find(({ qdev }) => qdev === 'shd');
    expect(shown?.inserted).toMatchObject({ iops: 100n, ...burst });
    await vm.execute('block_set_io_throttle', { ...limits, iops: 0n });
  });

  it('leave their device when their drive is deleted', async () => {
    expect(await vm.refusal('savevm a')).toBe(
      "Error: Device 'h0' is writable but does not support snapshots\n",
    );
    await vm.hmp('drive_del h0');
    expect(await vm.hmp('info block')).toContain('shd: [not inserted]\n    Attached to:      shd\n');
    expect(await vm.refusal('savevm a')).toBe('Error: no block device can store vmstate for snapshot\n');
    expect(await vm.hmp('delvm a')).toBe('');
  });

  it('come with units that are plugged in and out', async () => {
    await vm.hmp('drive_add 0 if=none,id=h1,file=mem:1M,format=raw');
    await vm.hmp('device_add scsi-hd,drive=h1,id=x1,scsi-id=4,lun=3');
    expect(await vm.refusal('device_add scsi-hd,drive=h1,id=x2')).toBe(
      "Error: Drive 'h1' is already in use by another device\n",
    );
    expect(await vm.refusal('device_add scsi-cd,id=x2,scsi-id=4,lun=3')).toBe(
      "Error: lun already used by 'x1'\n",
    );
    expect(await vm.refusal('device_add scsi-cd,id=x2,scsi-id=300')).toBe('Error: bad scsi device id: 300\n');
    expect(await vm.refusal('device_add scsi-cd,id=x2,lun=20000')).toBe(
      'Error: bad scsi device lun: 20000\n',
    );
    expect(await vm.refusal('device_add scsi-hd,id=x2')).toBe('Error: drive property not set\n');
    expect(await vm.refusal('device_add scsi-hd,id=x2,drive=no')).toBe(
      "Error: Property 'scsi-hd.drive' can't find value 'no'\n",
    );
    await vm.hmp('device_del x1');
    expect(await vm.hmp('info block h1')).toMatch(/ {4}Removable device: not locked, tray closed\n/);
  });
});
