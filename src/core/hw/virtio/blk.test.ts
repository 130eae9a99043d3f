import { describe, expect, it } from 'vitest';
import { sectorText } from '../../block/memory-disk.ts';
import { drivesWith } from '../../block/testing/drives.ts';
import { ScriptedDisk } from '../../block/testing/scripted-disk.ts';
import { VirtioBlk } from './blk.ts';
import { REG } from './mmio-registers.ts';
import { type DriverQueue, startDriver, text } from './testing/driver.ts';
import { Rig } from './testing/rig.ts';

const SIZE = 64 * 512;
const FLUSH_AND_WCE = (1n << 9n) | (1n << 11n);

function setUp(options: Record<string, string> = {}, drive: Record<string, string> = {}, modern = false) {
  const rig = new Rig({ modern });
  const file = new ScriptedDisk(SIZE, drive['readonly'] === 'on');
  const drives = drivesWith(rig.host, file, drive);
  const device = rig.plug(new VirtioBlk(rig.types, rig.env, drives), { drive: 'd0', ...options });
  return { rig, file, device, drive: drives.get('d0')! };
}

function header(type: number, sector = 0): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, type, true);
  new DataView(bytes.buffer).setBigUint64(8, BigInt(sector), true);
  return bytes;
}

function range(sector: number, count: number, flags = 0): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(sector), true);
  view.setUint32(8, count, true);
  view.setUint32(12, flags, true);
  return bytes;
}

/** Sends a request and returns its status byte and what the device wrote before it. */
async function send(rig: Rig, queue: DriverQueue, buffers: (Uint8Array | number)[], indirect = false) {
  const { at } = queue.add([...buffers, 1], { indirect });
  rig.memory.write(at.at(-1)!, Uint8Array.of(0xee));
  queue.kick();
  await rig.host.settle();
  const used = queue.takeUsed();
  const lengths = buffers.map(buffer => (typeof buffer === 'number' ? buffer : 0));
  const data = lengths.flatMap((length, n) => [...rig.memory.read(at[n]!, length)]);
  return { status: rig.memory.read(at.at(-1)!, 1)[0], used, data: Uint8Array.from(data) };
}

describe.each([false, true])('virtio-blk, modern %s', modern => {
  const features = FLUSH_AND_WCE | (modern ? 1n << 32n : 0n);

  it('reads and writes sectors, also through indirect descriptors', async () => {
    const { rig, file } = setUp({}, {}, modern);
    const [queue] = startDriver(rig, features | (1n << 28n), 1);
    const first = await send(rig, queue!, [header(0, 3), 512]);
    expect(first).toMatchObject({ status: 0, used: [{ id: 0, length: 513 }] });
    expect(text(first.data)).toMatch(/^hmp scratch disk, sector 3\n/);
    const data = new Uint8Array(1024).map((_, n) => n);
    const written = await send(rig, queue!, [header(1, 5), data], true);
    expect(written).toMatchObject({ status: 0, used: [{ length: 1 }] });
    expect(await file.read(5 * 512, 1024)).toEqual(data);
    expect(rig.irq).toBe(true);
  });
});

describe('virtio-blk', () => {
  it('answers flush, id, discard, zeroes and what it does not know', async () => {
    const { rig, file } = setUp({ serial: 'disk-1' });
    const [queue] = startDriver(rig, FLUSH_AND_WCE, 1, 64);
    expect((await send(rig, queue!, [header(4)])).status).toBe(0);
    expect(file.flushes).toBe(1);
    expect(text((await send(rig, queue!, [header(8), 20])).data)).toBe(`disk-1${'\0'.repeat(14)}`);
    expect((await send(rig, queue!, [header(11), range(0, 8)])).status).toBe(0);
    expect((await send(rig, queue!, [header(13), range(8, 2, 1)])).status).toBe(0);
    expect(await file.read(8 * 512, 1024)).toEqual(new Uint8Array(1024));
    expect(await file.read(10 * 512, 512)).toEqual(sectorText(10));
    expect((await send(rig, queue!, [header(13), range(0, 1, 2)])).status).toBe(2);
    expect((await send(rig, queue!, [header(11), range(0, 1, 1)])).status).toBe(2);
    expect((await send(rig, queue!, [header(2)])).status).toBe(2);
    expect((await send(rig, queue!, [header(77)])).status).toBe(2);
  });

  it.each([
    ['beyond the end', header(0, 64), 512],
    ['across the end', header(0, 63), 1024],
    ['not whole sectors', header(0, 0), 100],
    ['absurd sector', header(0, 2 ** 52), 512],
  ])('refuses requests %s', async (_, head, length) => {
    const { rig } = setUp();
    const [queue] = startDriver(rig, 0n, 1);
    expect((await send(rig, queue!, [head, length])).status).toBe(1);
  });

  it('shows its geometry and limits', () => {
    const { rig } = setUp({ 'queue-size': '128' });
    const at = (offset: number, size: 1 | 2 | 4 = 4) => rig.read(REG.config + offset, size);
    expect([at(0), at(4), at(12), at(16, 2), at(18, 1), at(19, 1), at(20)]).toEqual([
      64, 0, 126, 2, 16, 63, 512,
    ]);
    expect([at(32, 1), at(34, 2), at(36), at(44), at(56, 1)]).toEqual([1, 1, 4194303, 1, 1]);
    expect([at(57, 1), at(57, 4)]).toEqual([0xff, 0xffff_ffff]);
  });

  it('overlaps requests and finishes them in any order', async () => {
    const { rig, file } = setUp();
    const [queue] = startDriver(rig, 0n, 1);
    file.gated = true;
    queue!.add([header(0, 0), 512, 1]);
    queue!.add([header(0, 1), 512, 1]);
    queue!.kick();
    await rig.host.settle();
    expect([rig.transport.device!.queues[0]!.inuse, file.gates.length]).toEqual([2, 2]);
    file.gates[1]!();
    await rig.host.settle();
    file.gates[0]!();
    await rig.host.settle();
    expect(queue!.takeUsed().map(used => used.id)).toEqual([3, 0]);
  });

  it('leaves guest memory alone after a reset or while stopped', async () => {
    const { rig, file } = setUp();
    const [queue] = startDriver(rig, 0n, 1);
    file.gated = true;
    const { at } = queue!.add([header(0, 0), 512, 1]);
    queue!.kick();
    await rig.host.settle();
    rig.stop();
    file.gates[0]!();
    await rig.host.settle();
    expect(rig.memory.read(at[1]!, 4)).toEqual(new Uint8Array(4));
    rig.cont();
    await rig.host.settle();
    expect(queue!.takeUsed()).toHaveLength(1);
    const other = queue!.add([header(0, 0), 512, 1]).at;
    queue!.kick();
    await rig.host.settle();
    rig.write(REG.status, 0);
    file.gates[1]!();
    await rig.host.settle();
    expect(rig.memory.read(other[1]!, 4)).toEqual(new Uint8Array(4));
  });

  it('delivers what is under way while a machine that was stopped drains', async () => {
    const { rig, file } = setUp();
    const [queue] = startDriver(rig, 0n, 1);
    file.gated = true;
    const { at } = queue!.add([header(0, 3), 512, 1]);
    queue!.kick();
    await rig.host.settle();
    rig.stop();
    const drained = rig.inFlight.drain(new Promise(() => {}));
    file.gates[0]!();
    await drained;
    expect([queue!.takeUsed().length, rig.transport.device!.queues[0]!.inuse]).toEqual([1, 0]);
    expect(text(rig.memory.read(at[1]!, 29))).toBe('hmp scratch disk, sector 3\n'.padEnd(29, 'hm'));
    expect(rig.running).toBe(false);
  });

  it('counts what it did', async () => {
    const { rig, file, drive } = setUp();
    const [queue] = startDriver(rig, FLUSH_AND_WCE, 1);
    await send(rig, queue!, [header(0, 0), 1024]);
    await send(rig, queue!, [header(1, 2), new Uint8Array(512)]);
    await send(rig, queue!, [header(0, 64), 512]);
    await send(rig, queue!, [header(4)]);
    file.error = new Error('Input/output error');
    await send(rig, queue!, [header(0, 0), 512]);
    expect(drive.stats.of.rd).toMatchObject({ bytes: 1024, operations: 1, failed: 1, invalid: 1 });
    expect(drive.stats.of.wr).toMatchObject({ bytes: 512, operations: 1 });
    expect(drive.stats.of.flush.operations).toBe(1);
    rig.pass(5);
    expect(drive.stats.idle).toBe(5e6);
    expect(drive.node!.highestWritten).toBe(3 * 512);
  });

  it('keeps a disk whose format was guessed from becoming another', async () => {
    const { rig, file } = setUp();
    const { DriveTable } = await import('../../block/drive-table.ts');
    rig.host.file = file;
    const drives = new DriveTable(rig.host);
    const drive = await drives.open(drives.parse({ if: 'none', id: 'g0', file: 'guessed.raw' }));
    const image = new Uint8Array(512);
    image.set([0x51, 0x46, 0x49, 0xfb]); // what a qcow2 image begins with
    await expect(drive.write(0, image)).rejects.toThrow('Operation not permitted');
    await drive.write(512, image);
    await drive.write(0, new Uint8Array(512));
  });

  it('writes through when the guest turns the cache off', async () => {
    const { rig, file } = setUp();
    const [queue] = startDriver(rig, FLUSH_AND_WCE, 1);
    rig.write(REG.config + 32, 0, 1);
    await send(rig, queue!, [header(1, 0), new Uint8Array(512)]);
    expect(file.flushes).toBe(1);
  });

  it('is read-only when its drive is', async () => {
    const { rig, device } = setUp({}, { readonly: 'on' });
    expect(device.hostFeatures & (1n << 5n)).not.toBe(0n);
    const [queue] = startDriver(rig, 0n, 1);
    expect((await send(rig, queue!, [header(1, 0), new Uint8Array(512)])).status).toBe(1);
    expect(rig.seen.at(-1)).toMatchObject({
      event: 'BLOCK_IO_ERROR',
      data: { action: 'report', operation: 'write' },
    });
  });

  it('stops the machine when space runs out and tries again', async () => {
    const { rig, file, drive } = setUp();
    const [queue] = startDriver(rig, 0n, 1);
    file.error = Object.assign(new Error('No space left on device'), { code: 'ENOSPC' });
    expect((await send(rig, queue!, [header(1, 0), new Uint8Array(512)])).used).toEqual([]);
    expect([rig.running, drive.ioStatus]).toEqual([false, 'nospace']);
    expect(rig.seen.at(-1)?.data).toMatchObject({ action: 'stop', nospace: true, device: 'd0' });
    file.error = null;
    drive.ioStatus = 'ok';
    rig.cont();
    await rig.host.settle();
    expect(queue!.takeUsed()).toHaveLength(1);
  });

  it.each([
    ['missing headers', (queue: DriverQueue) => queue.add([header(0)])],
    ['outhdr too short', (queue: DriverQueue) => queue.add([new Uint8Array(8), 1])],
    ['header too short', (queue: DriverQueue) => queue.add([header(11), new Uint8Array(4), 1])],
  ])('breaks on a malformed request: %s', (message, offer) => {
    const { rig, device } = setUp();
    const [queue] = startDriver(rig, 0n, 1);
    offer(queue!);
    queue!.kick();
    expect(device.broken).toBe(true);
    expect(rig.warnings[0]).toContain(message);
  });

  it('refuses drives that are missing or taken', () => {
    expect(() => setUp({ drive: 'nope' })).toThrow(
      "Property 'virtio-blk-device.drive' can't find value 'nope'",
    );
    expect(() => setUp({ 'queue-size': '100' })).toThrow('must be a power of 2');
    expect(() => setUp({ werror: 'loudly' })).toThrow("Parameter 'werror' does not accept value 'loudly'");
  });
});
