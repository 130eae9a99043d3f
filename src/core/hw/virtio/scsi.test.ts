import { describe, expect, it } from 'vitest';
import { sectorText } from '../../block/memory-disk.ts';
import { OP } from '../scsi/command.ts';
import { text } from './testing/driver.ts';
import { BLOCKS, GOOD, ready, refusal, send, setUp, TEST_UNIT_READY } from './testing/scsi-rig.ts';

describe('virtio-scsi with a disk', () => {
  it('traces commands and their answers', async () => {
    const machine = setUp();
    const lines: string[] = [];
    machine.rig.trace.sink = line => lines.push(line);
    machine.rig.trace.set(['virtio_scsi_cmd_req', 'virtio_scsi_cmd_resp'], true);
    await send(machine, TEST_UNIT_READY);
    expect(lines).toEqual([
      'virtio_scsi_cmd_req virtio_scsi_cmd_req lun=0 tag=0x7 cmd=0x0\n',
      'virtio_scsi_cmd_resp virtio_scsi_cmd_resp lun=0 tag=0x7 response=0 status=0x2\n',
    ]);
  });

  it('reads and writes blocks, by commands of all lengths', async () => {
    const machine = await ready(setUp());
    const { file } = machine;
    const first = await send(machine, { cdb: [OP.read10, 0, 0, 0, 0, 3, 0, 0, 2, 0], room: 1024 });
    expect(first).toMatchObject({ ...GOOD, residual: 0, used: [{ length: 108 + 1024 }] });
    expect(first.data).toEqual(Uint8Array.from([...sectorText(3), ...sectorText(4)]));
    const data = new Uint8Array(512).map((_, n) => n);
    for (const [block, cdb] of [
      [1, [OP.write6, 0, 0, 1, 1, 0]],
      [2, [OP.write10, 8, 0, 0, 0, 2, 0, 0, 1, 0]],
      [3, [OP.write12, 0, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0]],
      [4, [OP.write16, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0]],
    ] as const) {
      expect(await send(machine, { cdb: [...cdb], out: data })).toMatchObject(GOOD);
      expect(await file.read(block * 512, 512)).toEqual(data);
    }
    expect(file.flushes).toBe(1); // of the one that forced it
    for (const cdb of [
      [OP.read6, 0, 0, 4, 1, 0],
      [OP.read12, 0, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0],
      [OP.read16, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0],
    ]) {
      expect((await send(machine, { cdb, room: 512 })).data).toEqual(data);
    }
    expect(await send(machine, { cdb: [OP.synchronize10, 0, 0, 0, 0, 0, 0, 0, 0, 0] })).toMatchObject(GOOD);
    expect(file.flushes).toBe(2);
  });

  it('says what it is', async () => {
    const machine = await ready(
      setUp('hd', { serial: 'SN1', wwn: '0x5000c50012345678', rotation_rate: '1' }),
    );
    const inquire = async (...cdb: number[]) =>
      (await send(machine, { cdb: [OP.inquiry, ...cdb, 0, 96, 0], room: 96 })).data;
    expect(text(await inquire(0, 0)).slice(8, 36)).toBe('QEMU    QEMU HARDDISK   2.5+');
    expect([...(await inquire(1, 0)).subarray(0, 10)]).toEqual([0, 0, 0, 6, 0, 0x80, 0x83, 0xb0, 0xb1, 0xb2]);
    expect(text((await inquire(1, 0x80)).subarray(4, 7))).toBe('SN1');
    expect(text((await inquire(1, 0x83)).subarray(8, 11))).toBe('SN1');
    expect([...(await inquire(1, 0xb0)).subarray(8, 12)]).toEqual([0, 0x3f, 0xff, 0xff]);
    expect((await inquire(1, 0xb1))[5]).toBe(1);
    expect((await inquire(1, 0xb2))[5]).toBe(0xe0);
    expect(await send(machine, { cdb: [OP.inquiry, 1, 0x99, 0, 96, 0], room: 96 })).toMatchObject(
      refusal(5, 0x24, 0),
    );
    const capacity = await send(machine, { cdb: [OP.readCapacity10, 0, 0, 0, 0, 0, 0, 0, 0, 0], room: 8 });
    expect([...capacity.data]).toEqual([0, 0, 0, BLOCKS - 1, 0, 0, 2, 0]);
    const long = await send(machine, {
      cdb: [OP.serviceActionIn16, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0],
      room: 32,
    });
    expect([long.data[7], long.data[10], long.data[14]]).toEqual([BLOCKS - 1, 2, 0x80]);
  });

  it('has mode pages', async () => {
    const machine = await ready(setUp());
    const all = await send(machine, { cdb: [OP.modeSense6, 0, 0x3f, 0, 255, 0], room: 255 });
    expect([...all.data.subarray(0, 12)]).toEqual([all.data[0], 0, 0, 8, 0, 0, 1, 0, 0, 0, 2, 0]);
    const caching = await send(machine, { cdb: [OP.modeSense10, 8, 8, 0, 0, 0, 0, 0, 64, 0], room: 64 });
    expect([...caching.data.subarray(0, 11)]).toEqual([0, 26, 0, 0, 0, 0, 0, 0, 8, 0x12, 4]);
    expect(await send(machine, { cdb: [OP.modeSense6, 0, 0xc8, 0, 255, 0], room: 255 })).toMatchObject(
      refusal(5, 0x39, 0),
    );
    expect(await send(machine, { cdb: [OP.modeSense6, 0, 0x2a, 0, 255, 0], room: 255 })).toMatchObject(
      refusal(5, 0x24, 0),
    );
  });

  it('zeroes, repeats and gives blocks back', async () => {
    const machine = await ready(setUp());
    const block = new Uint8Array(512).fill(0xab);
    const same = (flags: number) => [OP.writeSame10, flags, 0, 0, 0, 8, 0, 0, 2, 0];
    expect(await send(machine, { cdb: same(0), out: block })).toMatchObject(GOOD);
    expect(await machine.file.read(8 * 512, 1024)).toEqual(new Uint8Array(1024).fill(0xab));
    expect(await send(machine, { cdb: same(9) })).toMatchObject(GOOD);
    expect(await machine.file.read(8 * 512, 1024)).toEqual(new Uint8Array(1024));
    expect(await machine.file.read(10 * 512, 512)).toEqual(sectorText(10));
    expect(await send(machine, { cdb: same(2), out: block })).toMatchObject(refusal(5, 0x24, 0));
    const list = new Uint8Array(24);
    list.set([0, 22, 0, 16]);
    list[15] = 8;
    list[19] = 4;
    const unmap = (length: number) => [OP.unmap, 0, 0, 0, 0, 0, 0, 0, length, 0];
    expect(await send(machine, { cdb: unmap(24), out: list })).toMatchObject(GOOD);
    list[19] = 255;
    expect(await send(machine, { cdb: unmap(24), out: list })).toMatchObject(refusal(5, 0x21, 0));
    expect(await send(machine, { cdb: unmap(20), out: list })).toMatchObject(refusal(5, 0x1a, 0));
    expect(machine.drives.get('d0')!.stats.of.unmap).toMatchObject({ operations: 1, bytes: 2048 });
  });

  it.each([
    ['beyond the end', [OP.read10, 0, 0, 0, 1, 0, 0, 0, 1, 0], 512, refusal(5, 0x21, 0)],
    ['absurdly far', [OP.read16, 0, ...Array(8).fill(255), 0, 0, 0, 1, 0, 0], 512, refusal(5, 0x21, 0)],
    ['of no known code', [0x04, 0, 0, 0, 0, 0], 0, refusal(5, 0x20, 0)],
    ['of no length', [0x7f, 0, 0, 0, 0, 0], 0, refusal(5, 0x20, 0)],
    ['without room', [OP.read10, 0, 0, 0, 0, 0, 0, 0, 2, 0], 512, { response: 1 }],
  ])('refuses a command %s', async (_, cdb, room, expected) => {
    const machine = await ready(setUp());
    expect(await send(machine, { cdb, room })).toMatchObject(expected);
  });

  it('protects what is read-only, and reports errors of the host', async () => {
    const machine = await ready(setUp('hd', {}, { readonly: 'on' }));
    const write = { cdb: [OP.write10, 0, 0, 0, 0, 0, 0, 0, 1, 0], out: new Uint8Array(512) };
    expect(await send(machine, write)).toMatchObject(refusal(7, 0x27, 0));
    machine.file.error = new Error('Input/output error');
    expect(await send(machine, { cdb: [OP.read6, 0, 0, 0, 1, 0], room: 512 })).toMatchObject(
      refusal(0xb, 0, 6),
    );
    expect(machine.rig.seen.at(-1)).toMatchObject({ event: 'BLOCK_IO_ERROR', data: { operation: 'read' } });
  });

  it('stops the machine when space runs out and tries again', async () => {
    const machine = await ready(setUp());
    machine.file.error = Object.assign(new Error('No space left on device'), { code: 'ENOSPC' });
    const write = { cdb: [OP.write10, 0, 0, 0, 0, 0, 0, 0, 1, 0], out: new Uint8Array(512) };
    expect((await send(machine, write)).used).toEqual([]);
    expect([machine.rig.running, machine.rig.env.inFlight.count]).toEqual([false, 0]);
    machine.file.error = null;
    machine.rig.cont();
    await machine.rig.host.settle();
    expect(machine.requests.takeUsed()).toHaveLength(1);
    expect(await machine.file.read(0, 512)).toEqual(new Uint8Array(512));
  });

  it('answers for units and targets that are not there', async () => {
    const machine = await ready(setUp('hd', { 'scsi-id': '2', lun: '5' }).unit.lun === 5 ? setUp() : setUp());
    expect(await send(machine, { ...TEST_UNIT_READY, target: 9 })).toMatchObject({ response: 3 });
    const luns = await send(machine, {
      cdb: [OP.reportLuns, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0],
      room: 64,
      lun: 3,
    });
    expect([...luns.data.subarray(0, 12)]).toEqual([0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
    const absent = await send(machine, { cdb: [OP.inquiry, 0, 0, 0, 36, 0], room: 36, lun: 3 });
    expect(absent.data[0]).toBe(0x7f);
    const read = { cdb: [OP.read6, 0, 0, 0, 1, 0], room: 512, lun: 3 };
    expect(await send(machine, read)).toMatchObject(refusal(5, 0x25, 0));
  });

  it('tells of a new size and of units that come and go', async () => {
    const machine = await ready(setUp());
    const { rig, events, drives, unit } = machine;
    events.add([16]);
    events.add([16]);
    const drive = drives.get('d0')!;
    await drive.node!.resize(1 << 20);
    drive.frontEnd!.resized();
    expect(await send(machine, TEST_UNIT_READY)).toMatchObject(refusal(6, 0x2a, 9));
    unit.unrealize();
    const first = rig.memory.read(rig.memory.readU32(events.desc), 16);
    expect([...first]).toEqual([3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x2a, 9, 0, 0]);
    const second = rig.memory.read(rig.memory.readU32(events.desc + 16), 16);
    expect([...second]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0]);
    expect(drives.get('d0')!.inUse).toBe(false);
  });
});
