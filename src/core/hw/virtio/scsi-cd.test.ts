import { describe, expect, it } from 'vitest';
import { MediaChanger } from '../../block/media.ts';
import { sectorText } from '../../block/memory-disk.ts';
import { OP } from '../scsi/command.ts';
import { text } from './testing/driver.ts';
import { GOOD, ready, refusal, send, setUp, TEST_UNIT_READY } from './testing/scsi-rig.ts';

describe('virtio-scsi with a CD drive', () => {
  const startStop = (action: number) => ({ cdb: [OP.startStop, 0, 0, 0, action, 0] });
  const lock = (locked: number) => ({ cdb: [OP.preventAllow, 0, 0, 0, locked, 0] });

  it('reads a medium with one track', async () => {
    const machine = await ready(setUp('cd'));
    const toc = await send(machine, { cdb: [OP.readToc, 0, 0, 0, 0, 0, 0, 0, 20, 0], room: 20 });
    expect([...toc.data]).toEqual([0, 18, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0, 0, 0x16, 0xaa, 0, 0, 0, 0, 64]);
    const timed = await send(machine, { cdb: [OP.readToc, 2, 0, 0, 0, 0, 0xaa, 0, 12, 0], room: 12 });
    expect([...timed.data]).toEqual([0, 10, 1, 1, 0, 0x16, 0xaa, 0, 0, 0, 2, 64]);
    const block = await send(machine, { cdb: [OP.read10, 0, 0, 0, 0, 1, 0, 0, 1, 0], room: 2048 });
    expect(block.data.subarray(0, 512)).toEqual(sectorText(4));
    const inquiry = await send(machine, { cdb: [OP.inquiry, 0, 0, 0, 36, 0], room: 36 });
    expect([inquiry.data[0], inquiry.data[1], text(inquiry.data.subarray(16, 27))]).toEqual([
      5,
      0x80,
      'QEMU CD-ROM',
    ]);
  });

  it('opens its tray for the guest, unless that has locked it', async () => {
    const machine = await ready(setUp('cd'));
    const { rig } = machine;
    expect(await send(machine, lock(1))).toMatchObject(GOOD);
    expect(await send(machine, startStop(2))).toMatchObject(refusal(5, 0x53, 2));
    expect(await send(machine, lock(0))).toMatchObject(GOOD);
    expect(await send(machine, startStop(2))).toMatchObject(GOOD);
    expect(rig.seen.at(-1)).toMatchObject({ data: { device: 'd0', id: 'u0', 'tray-open': true } });
    expect(await send(machine, TEST_UNIT_READY)).toMatchObject(refusal(2, 0x3a, 0));
    const event = await send(machine, { cdb: [OP.getEventStatus, 1, 0, 0, 0x10, 0, 0, 0, 8, 0], room: 8 });
    expect([...event.data]).toEqual([0, 6, 4, 16, 0, 1, 0, 0]);
    expect(await send(machine, startStop(3))).toMatchObject(GOOD);
    expect(await send(machine, TEST_UNIT_READY)).toMatchObject(GOOD);
  });

  it('asks a guest that holds the medium, and changes it by force', async () => {
    const machine = await ready(setUp('cd'));
    const { rig, drives } = machine;
    const changer = new MediaChanger(drives, rig.env.events, name => drives.ofDevice(name)!);
    const target = changer.find({ id: 'u0' });
    await send(machine, lock(1));
    await expect(changer.eject(target, false)).rejects.toThrow(
      "Device 'u0' is locked and force was not specified, wait for tray to open and try again",
    );
    const asked = await send(machine, { cdb: [OP.getEventStatus, 1, 0, 0, 0x10, 0, 0, 0, 8, 0], room: 8 });
    expect([...asked.data]).toEqual([0, 6, 4, 16, 1, 2, 0, 0]);
    await changer.eject(target, true);
    expect(target.drive.node).toBeNull();
    expect(await send(machine, TEST_UNIT_READY)).toMatchObject(refusal(6, 0x3a, 0));
    expect(await send(machine, TEST_UNIT_READY)).toMatchObject(refusal(2, 0x3a, 0));
    const image = {
      file: 'mem:1M',
      format: 'raw',
      readOnly: true,
      cache: target.drive.initial.cache,
    } as const;
    await changer.change(target, await drives.graph.openImage(image), false);
    expect(await send(machine, TEST_UNIT_READY)).toMatchObject(refusal(6, 0x3a, 0));
    expect(await send(machine, TEST_UNIT_READY)).toMatchObject(refusal(6, 0x28, 0));
    expect(await send(machine, TEST_UNIT_READY)).toMatchObject(GOOD);
    const capacity = await send(machine, { cdb: [OP.readCapacity10, 0, 0, 0, 0, 0, 0, 0, 0, 0], room: 8 });
    expect([...capacity.data]).toEqual([0, 0, 1, 255, 0, 0, 8, 0]);
    const trays = rig.seen.filter(({ event }) => event === 'DEVICE_TRAY_MOVED');
    expect(trays.map(({ data }) => 'tray-open' in data && data['tray-open'])).toEqual([true, false]);
  });
});
