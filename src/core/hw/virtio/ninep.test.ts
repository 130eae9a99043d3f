import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFolder } from '../../../host/folder.ts';
import { FsdevTable } from '../../ninep/fsdev.ts';
import { T } from '../../ninep/protocol.ts';
import { MessageWriter } from '../../ninep/wire.ts';
import { REG } from './mmio-registers.ts';
import { Virtio9p } from './ninep.ts';
import { type DriverQueue, startDriver } from './testing/driver.ts';
import { Rig } from './testing/rig.ts';

let folder: string;
let table: FsdevTable;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hmp-9p-'));
  writeFileSync(join(folder, 'file'), 'content');
  const fsdev = { fsdriver: 'local', id: 'fs', path: folder, security_model: 'none' };
  table = await FsdevTable.open({ openFolder }, [fsdev]);
});
afterEach(async () => {
  await table.close();
  rmSync(folder, { recursive: true });
});

function setUp(options: Record<string, string> = {}) {
  const rig = new Rig();
  const device = rig.plug(new Virtio9p(rig.types, rig.env, table), {
    fsdev: 'fs',
    mount_tag: 'tag',
    ...options,
  });
  return { rig, device };
}

async function send(rig: Rig, queue: DriverQueue, message: Uint8Array, room = 256): Promise<Uint8Array> {
  const { at } = queue.add([message, room]);
  queue.kick();
  await expect.poll(() => rig.env.inFlight.count).toBe(0);
  const used = queue.takeUsed();
  return used.length === 0 ? new Uint8Array(0) : rig.memory.read(at[1]!, used[0]!.length);
}

const version = new MessageWriter().u32(8192).string('9P2000.L').finish(T.version, 0xffff);
const attach = new MessageWriter().u32(0).u32(0xffff_ffff).string('').string('').u32(0).finish(T.attach, 1);

describe('virtio-9p', () => {
  it('tells its tag and carries requests', async () => {
    const { rig } = setUp();
    const tag = Array.from({ length: 5 }, (_, n) => rig.read(REG.config + n, 1));
    expect(tag).toEqual([3, 0, ...new TextEncoder().encode('tag')]);
    const [queue] = startDriver(rig, 1n, 1, 64);
    const reply = await send(rig, queue!, version);
    expect([...reply.subarray(0, 7)]).toEqual([reply.length, 0, 0, 0, T.version + 1, 0xff, 0xff]);
    expect((await send(rig, queue!, attach))[4]).toBe(T.attach + 1);
    expect((await send(rig, queue!, Uint8Array.of(7, 0, 0, 0, 99, 5, 0)))[4]).toBe(T.lerror + 1);
    expect(rig.irq).toBe(true);
  });

  it('answers several requests at once', async () => {
    const { rig } = setUp();
    const [queue] = startDriver(rig, 1n, 1, 64);
    await send(rig, queue!, version);
    await send(rig, queue!, attach);
    for (let tag = 0; tag < 10; tag++) {
      queue!.add([new MessageWriter().u32(0).finish(T.statfs, tag), 128]);
    }
    queue!.kick();
    expect(rig.transport.device!.queues[0]!.inuse).toBe(10);
    await expect.poll(() => rig.env.inFlight.count).toBe(0);
    expect(queue!.takeUsed()).toHaveLength(10);
  });

  it('cuts a request that is longer than agreed upon', async () => {
    const { rig, device } = setUp();
    const [queue] = startDriver(rig, 1n, 1, 64);
    const long = new Uint8Array(300_000);
    new DataView(long.buffer).setUint32(0, long.length, true);
    long[4] = T.version;
    expect((await send(rig, queue!, long))[4]).toBe(T.lerror + 1);
    expect(device.broken).toBe(false);
  });

  it.each([
    ['no header', Uint8Array.of(1, 2, 3), 64],
    ['no length', new Uint8Array(16), 64],
    ['no room for an answer', version, 5],
    ['no room for the answer', version, 12],
  ])('stops at a request with %s', async (_, message, room) => {
    const { rig, device } = setUp();
    const [queue] = startDriver(rig, 1n, 1, 64);
    await send(rig, queue!, message, room);
    expect(device.broken).toBe(true);
  });

  it('forgets everything at a reset', async () => {
    const { rig } = setUp();
    const [queue] = startDriver(rig, 1n, 1, 64);
    await send(rig, queue!, version);
    await send(rig, queue!, attach);
    const [again] = startDriver(rig, 1n, 1, 64);
    const statfs = new MessageWriter().u32(0).finish(T.statfs, 3);
    expect((await send(rig, again!, statfs))[4]).toBe(T.lerror + 1);
  });

  it('wants a folder and a short tag', () => {
    expect(() => setUp({ fsdev: 'none' })).toThrow("9pfs device couldn't find fsdev with the id = none");
    expect(() => setUp({ mount_tag: '' })).toThrow('fsdev with id fs needs mount_tag arguments');
    expect(() => setUp({ mount_tag: 'x'.repeat(32) })).toThrow(
      '(32 bytes) is longer than maximum (31 bytes)',
    );
  });
});
