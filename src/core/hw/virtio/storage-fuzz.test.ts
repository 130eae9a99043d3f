/** Requests of a hostile driver that have the right form and the wrong content. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFolder } from '../../../host/folder.ts';
import { MemoryDisk } from '../../block/memory-disk.ts';
import { drivesWith } from '../../block/testing/drives.ts';
import { FsdevTable } from '../../ninep/fsdev.ts';
import { T } from '../../ninep/protocol.ts';
import { MessageWriter } from '../../ninep/wire.ts';
import { ScsiCd } from '../scsi/cd.ts';
import { OP } from '../scsi/command.ts';
import { ScsiHardDisk } from '../scsi/disk.ts';
import { Virtio9p } from './ninep.ts';
import { VirtioScsi } from './scsi.ts';
import { startDriver } from './testing/driver.ts';
import { Rig } from './testing/rig.ts';

const code = fc.oneof(fc.constantFrom(...Object.values(OP)), fc.nat(255));
const small = fc.oneof({ arbitrary: fc.nat(3), weight: 4 }, { arbitrary: fc.nat(255), weight: 1 });
const scsiRequest = fc.record({
  cdb: fc.tuple(code, fc.array(small, { maxLength: 31 })).map(([first, rest]) => [first, ...rest]),
  address: fc.constantFrom(
    [1, 0, 0x40, 0],
    [1, 1, 0, 0],
    [1, 0, 0x40, 9],
    [1, 9, 0, 0],
    [0, 0, 0, 0],
    [1, 0, 0x80, 0],
  ),
  out: fc.uint8Array({ maxLength: 600 }),
  room: fc.oneof(fc.nat(64), fc.nat(70_000)),
});
const management = fc.record({ type: fc.nat(3), subtype: fc.nat(9), target: fc.nat(2) });

describe('virtio-scsi', () => {
  it('answers every command, whatever it says', async () => {
    const run = fc.asyncProperty(
      fc.array(scsiRequest, { minLength: 1, maxLength: 4 }),
      fc.array(management, { maxLength: 2 }),
      async (requests, managements) => {
        const rig = new Rig();
        const host = rig.plug(new VirtioScsi(rig.types, rig.env), { id: 's0' });
        const drives = drivesWith(rig.host, new MemoryDisk(131_072, false));
        const disk = new ScsiHardDisk(rig.types, rig.env, drives);
        disk.setValue('drive', 'd0');
        for (const unit of [disk, new ScsiCd(rig.types, rig.env, drives)]) {
          host.buses[0]!.plug(unit);
          unit.realize();
        }
        const [control, , queue] = startDriver(rig, 6n, 3, 16);
        for (const { cdb, address, out, room } of requests) {
          const header = new Uint8Array(51);
          header.set(address);
          header.set(cdb, 19);
          queue!.add([header, ...(out.length > 0 ? [out] : []), 108, ...(room > 0 ? [room] : [])]);
        }
        queue!.kick();
        for (const { type, subtype, target } of managements) {
          const bytes = new Uint8Array(24);
          bytes.set([type, 0, 0, 0, subtype, 0, 0, 0, 1, target]);
          control!.add([bytes, 5]);
        }
        control!.kick();
        await rig.host.settle();
        expect(host.broken).toBe(false);
        expect(queue!.takeUsed()).toHaveLength(requests.length);
        expect(control!.takeUsed()).toHaveLength(managements.length);
        expect(rig.env.inFlight.count).toBe(0);
      },
    );
    await fc.assert(run, { numRuns: 150 });
  });
});

const byteString = (bytes: Uint8Array) => String.fromCharCode(...bytes);
const name = fc.oneof(
  fc.constantFrom('..', '.', '', '/', 'a', 'b', 'up', 'out', 'a/..', '../secret', 'a\0', 'x'.repeat(300)),
  fc.uint8Array({ maxLength: 12 }).map(byteString),
);
const number = fc.oneof(
  { arbitrary: fc.nat(4), weight: 6 },
  { arbitrary: fc.nat(0xffff), weight: 1 },
  { arbitrary: fc.constantFrom(0xffff_ffff, 0x8000_0000, 0o40755, 0o120777), weight: 1 },
);
const field = fc.oneof(
  number.map(value => (message: MessageWriter) => message.u32(value)),
  number.map(value => (message: MessageWriter) => message.u16(value & 0xffff)),
  name.map(text => (message: MessageWriter) => message.string(text)),
  fc.bigInt(0n, (1n << 64n) - 1n).map(value => (message: MessageWriter) => message.u64(value)),
);
/** What clients send, with names and numbers of the test. */
const sound = fc.oneof(
  fc.tuple(number, number, fc.array(name, { maxLength: 18 })).map(([from, to, names]) => {
    const message = new MessageWriter().u32(from).u32(to).u16(names.length);
    for (const each of names) message.string(each);
    return { type: T.walk as number, message };
  }),
  fc
    .tuple(fc.constantFrom(T.lopen, T.clunk, T.remove, T.readlink, T.statfs, T.fsync), number, number)
    .map(([type, fid, flags]) => ({
      type: type as number,
      message: new MessageWriter().u32(fid).u32(flags),
    })),
  fc
    .tuple(fc.constantFrom(T.lcreate, T.mkdir, T.mknod, T.unlinkat), number, name, number)
    .map(([type, fid, text, mode]) => ({
      type: type as number,
      message: new MessageWriter().u32(fid).string(text).u32(mode).u32(0o600).u32(0).u32(0),
    })),
  fc
    .tuple(fc.constantFrom(T.read, T.readdir, T.write), number, number, number)
    .map(([type, fid, offset, count]) => ({
      type: type as number,
      message: new MessageWriter().u32(fid).u64(BigInt(offset)).u32(count),
    })),
  fc.tuple(number, name, number, name).map(([from, first, to, second]) => ({
    type: T.renameat as number,
    message: new MessageWriter().u32(from).string(first).u32(to).string(second),
  })),
  fc.tuple(number, name, name).map(([fid, first, target]) => ({
    type: T.symlink as number,
    message: new MessageWriter().u32(fid).string(first).string(target).u32(0),
  })),
);
const unsound = fc
  .tuple(fc.oneof(fc.constantFrom(...Object.values(T)), fc.nat(255)), fc.array(field, { maxLength: 6 }))
  .map(([type, fields]) => {
    const message = new MessageWriter();
    for (const write of fields) write(message);
    return { type, message };
  });

describe.each(['none', 'mapped-file'])('virtio-9p, security model %s', model => {
  let outside: string;
  beforeAll(() => {
    outside = mkdtempSync(join(tmpdir(), 'hmp-9p-fuzz-'));
    writeFileSync(join(outside, 'secret'), 'secret');
  });
  afterAll(() => rmSync(outside, { recursive: true }));

  it('answers every request and leaves what is outside alone', async () => {
    const run = fc.asyncProperty(
      fc.array(fc.oneof({ arbitrary: sound, weight: 4 }, { arbitrary: unsound, weight: 1 }), {
        minLength: 1,
        maxLength: 30,
      }),
      fc.nat(600),
      async (messages, room) => {
        const top = join(outside, 'top');
        rmSync(top, { recursive: true, force: true });
        mkdirSync(join(top, 'a'), { recursive: true });
        writeFileSync(join(top, 'b'), 'content');
        symlinkSync('..', join(top, 'up'));
        symlinkSync('../secret', join(top, 'out'));
        const fsdev = { fsdriver: 'local', id: 'fs', path: top, security_model: model };
        const table = await FsdevTable.open({ openFolder }, [fsdev]);
        const rig = new Rig();
        const device = rig.plug(new Virtio9p(rig.types, rig.env, table), { fsdev: 'fs', mount_tag: 't' });
        const [queue] = startDriver(rig, 1n, 1, 64);
        const idle = () => expect.poll(() => rig.env.inFlight.count, { interval: 1 }).toBe(0);
        queue!.add([new MessageWriter().u32(8192).string('9P2000.L').finish(T.version, 0), 64]);
        queue!.kick();
        await idle();
        queue!.add([new MessageWriter().u32(0).u32(0).string('').string('').u32(0).finish(T.attach, 0), 64]);
        queue!.kick();
        await idle();
        let answered = queue!.takeUsed().length;
        for (const [tag, { type, message }] of messages.entries()) {
          queue!.add([message.finish(type, tag), 600 + room]);
          queue!.kick();
          if (tag % 3 === 0) await idle();
        }
        await idle();
        answered += queue!.takeUsed().length;
        expect([device.broken, answered]).toEqual([false, messages.length + 2]);
        rig.write(0x70, 0);
        await table.close();
        expect(readdirSync(outside).sort()).toEqual(['secret', 'top']);
        expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('secret');
      },
    );
    await fc.assert(run, { numRuns: 60 });
  });
});
