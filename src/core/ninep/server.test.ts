import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFolder } from '../../host/folder.ts';
import type { OptionValues } from '../config.ts';
import { FsdevTable } from './fsdev.ts';
import { E, O, T } from './protocol.ts';
import { NinepClient } from './testing/client.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const S_IFIFO = 0o010000;

let folder: string;
let table: FsdevTable;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hmp-9p-'));
  writeFileSync(join(folder, 'file'), 'content');
});
afterEach(async () => {
  await table.close();
  rmSync(folder, { recursive: true });
});

async function connect(options: OptionValues = {}): Promise<NinepClient> {
  const fsdev = { fsdriver: 'local', id: 'fs', path: folder, security_model: 'none', ...options };
  table = await FsdevTable.open({ openFolder }, [fsdev]);
  const client = new NinepClient(table.serve('fs', () => 5e18));
  await client.start();
  return client;
}

const refusedWith = (errno: number, operation: Promise<unknown>) =>
  expect(operation).rejects.toMatchObject({ errno });

async function attributes(client: NinepClient, fid: number) {
  const reply = await client.call(T.getattr, message => message.u32(fid).u64(0x3fffn));
  reply.u64();
  reply.bytes(13);
  const [mode, uid, gid] = [reply.u32(), reply.u32(), reply.u32()];
  reply.u64();
  return { mode, uid, gid, rdev: reply.u64(), size: reply.u64() };
}

const open = (client: NinepClient, fid: number, flags: number) =>
  client.call(T.lopen, message => message.u32(fid).u32(flags));
const create = (client: NinepClient, fid: number, name: string, flags: number = 1) =>
  client.call(T.lcreate, message => message.u32(fid).string(name).u32(flags).u32(0o644).u32(0));

describe.skipIf(!existsSync('/proc/self/fd'))('9P server', () => {
  it('agrees on a dialect and a size', async () => {
    const client = await connect();
    const version = async (size: number, name: string) => {
      const reply = await client.call(T.version, message => message.u32(size).string(name));
      return [reply.u32(), reply.string()];
    };
    expect(await version(8192, '9P2000.L')).toEqual([8192, '9P2000.L']);
    expect(await version(0xffff_ffff, '9P2000.L')).toEqual([1 << 20, '9P2000.L']);
    expect(await version(8192, '9P2000.u')).toEqual([8192, 'unknown']);
    await refusedWith(E.messageSize, version(100, '9P2000.L'));
    await refusedWith(E.noEntry, client.clunk(0)); // all was forgotten
  });

  it('reads and writes', async () => {
    const client = await connect();
    await client.walk(0, 1, 'file');
    await open(client, 1, 2);
    expect(text(await client.read(1, 3, 100))).toBe('tent');
    expect(text(await client.read(1, 0, 100, 15))).toBe('cont'); // room for no more
    expect(await client.read(1, 1000, 100)).toHaveLength(0);
    expect(await client.write(1, 7, ' and more')).toBe(9);
    await client.call(T.fsync, message => message.u32(1).u32(0));
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('content and more');
    await client.clunk(1);
    await refusedWith(E.noEntry, client.read(1, 0, 1));
  });

  it('walks, as far as it comes, and never out', async () => {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    symlinkSync('..', join(folder, 'up'));
    const client = await connect();
    expect(await client.walk(0, 1, 'a', 'b', '..', '..', '..', '..', 'file')).toBe(7);
    expect((await attributes(client, 1)).size).toBe(7n);
    expect(await client.walk(0, 2, 'a', 'none', 'x')).toBe(1);
    await refusedWith(E.noEntry, attributes(client, 2)); // not made
    await refusedWith(E.noEntry, client.walk(0, 2, 'none'));
    expect(await client.walk(0, 2, 'up')).toBe(1); // the link itself
    await refusedWith(E.notDirectory, client.walk(2, 3, 'file'));
    expect(await client.walk(0, 3, 'up', '..', '..', 'file')).toBe(4);
    for (const name of ['', '/', '/etc', 'a/b', 'a\0', '../..']) {
      await refusedWith(E.noEntry, client.walk(0, 4, name));
    }
    await refusedWith(E.nameTooLong, client.walk(0, 4, 'n'.repeat(65_535)));
    await refusedWith(E.invalid, client.walk(0, 4, ...Array.from({ length: 17 }, () => '.')));
    await refusedWith(E.invalid, client.walk(0, 1, 'a')); // 1 is taken
  });

  it('makes, links, renames and removes; fids move along', async () => {
    const client = await connect();
    await client.call(T.mkdir, message => message.u32(0).string('d').u32(0o755).u32(0));
    await client.walk(0, 1, 'd');
    await create(client, 1, 'new', 1 | O.exclusive);
    await client.write(1, 0, 'new file');
    await client.walk(0, 2, 'd');
    await client.call(T.symlink, message => message.u32(2).string('soft').string('new').u32(0));
    await client.walk(2, 3, 'soft');
    expect((await client.call(T.readlink, message => message.u32(3))).string()).toBe('new');
    await client.walk(2, 4, 'new');
    await client.call(T.link, message => message.u32(2).u32(4).string('hard'));
    await client.call(T.renameat, message => message.u32(0).string('d').u32(0).string('e'));
    expect(text(await client.read(1, 0, 3).catch(() => new Uint8Array(0)))).toBe(''); // opened for writing
    expect((await attributes(client, 4)).size).toBe(8n);
    await client.call(T.rename, message => message.u32(4).u32(0).string('up'));
    expect(readdirSync(folder).sort()).toEqual(['e', 'file', 'up']);
    await refusedWith(
      E.notEmpty,
      client.call(T.unlinkat, m => m.u32(0).string('e').u32(0x200)),
    );
    await client.call(T.unlinkat, m => m.u32(2).string('soft').u32(0));
    await client.call(T.unlinkat, m => m.u32(2).string('hard').u32(0));
    await client.call(T.remove, m => m.u32(2));
    await refusedWith(E.noEntry, client.clunk(2));
    expect(readdirSync(folder).sort()).toEqual(['file', 'up']);
  });

  it.each([
    ['create', (c: NinepClient, name: string) => create(c, 1, name), E.exists],
    [
      'mkdir',
      (c: NinepClient, name: string) => c.call(T.mkdir, m => m.u32(0).string(name).u32(0).u32(0)),
      E.exists,
    ],
    [
      'symlink',
      (c: NinepClient, name: string) => c.call(T.symlink, m => m.u32(0).string(name).string('x').u32(0)),
      E.exists,
    ],
    [
      'rename',
      (c: NinepClient, name: string) => c.call(T.renameat, m => m.u32(0).string('file').u32(0).string(name)),
      E.isDirectory,
    ],
    [
      'unlink',
      (c: NinepClient, name: string) => c.call(T.unlinkat, m => m.u32(0).string(name).u32(0)),
      E.notEmpty,
    ],
  ])('refuses to %s above the folder or by a bad name', async (_, action, dots) => {
    const client = await connect();
    await client.walk(0, 1);
    await refusedWith(dots, action(client, '..'));
    for (const name of ['', 'a/b', '../x', 'a\0b']) await refusedWith(E.noEntry, action(client, name));
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('lists a folder in as many pieces as it takes', async () => {
    for (let n = 0; n < 200; n++) writeFileSync(join(folder, `name-${n}`), '');
    const client = await connect();
    await client.walk(0, 1);
    await open(client, 1, 0);
    const names = await client.names(1);
    expect(names).toHaveLength(203);
    expect((await client.names(1, 300)).sort()).toEqual(names.sort());
  });

  it('changes attributes', async () => {
    const client = await connect();
    await client.walk(0, 1, 'file');
    const set = (valid: number, mode: number, size: number) =>
      client.call(T.setattr, m =>
        m.u32(1).u32(valid).u32(mode).u32(0).u32(0).u64(BigInt(size)).u64(7n).u64(8n).u64(9n).u64(0n),
      );
    await set(1 | 8, 0o600, 3);
    expect(await attributes(client, 1)).toMatchObject({ mode: 0o100600, size: 3n });
    await set(16 | 32 | 128, 0, 0); // access time given, modification time of now
    expect(statSync(join(folder, 'file')).atimeMs).toBe(7000);
    expect(statSync(join(folder, 'file')).mtimeMs).toBe(5e12);
  });

  it('grants locks, knows no attributes beyond, and answers flushes', async () => {
    const client = await connect();
    await client.walk(0, 1, 'file');
    const lock = await client.call(T.lock, m => m.u32(1).u8(1).u32(0).u64(0n).u64(0n).u32(1).string('c'));
    expect(lock.u8()).toBe(0);
    const getlock = await client.call(T.getlock, m => m.u32(1).u8(1).u64(0n).u64(9n).u32(7).string('me'));
    expect([getlock.u8(), getlock.u64(), getlock.u64(), getlock.u32(), getlock.string()]).toEqual([
      2,
      0n,
      9n,
      7,
      'me',
    ]);
    await refusedWith(
      E.notSupported,
      client.call(T.xattrwalk, m => m.u32(1).u32(2).string('user.x')),
    );
    await refusedWith(
      E.notSupported,
      client.call(T.auth, m => m.u32(5).string('').string('')),
    );
    const reading = client.walk(0, 9, 'file');
    await client.call(T.flush, m => m.u16(9));
    await reading;
  });

  it('changes nothing in a folder that is read-only', async () => {
    const client = await connect({ readonly: 'on' });
    await client.walk(0, 1, 'file');
    await refusedWith(E.readOnly, open(client, 1, 1));
    await refusedWith(E.readOnly, open(client, 1, O.truncate));
    await refusedWith(
      E.readOnly,
      client.call(T.unlinkat, m => m.u32(0).string('file').u32(0)),
    );
    await refusedWith(
      E.readOnly,
      client.call(T.remove, m => m.u32(1)),
    );
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('content');
  });

  /** How many there are on something in the folder; others of this process come and go. */
  function descriptors(): number {
    return readdirSync('/proc/self/fd').filter(descriptor => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(folder);
      } catch {
        return false;
      }
    }).length;
  }

  it('closes what was open when the client begins anew', async () => {
    const client = await connect();
    const before = descriptors();
    for (let n = 1; n <= 20; n++) {
      await client.walk(0, n, 'file');
      await open(client, n, 0);
    }
    expect(descriptors()).toBe(before + 20);
    await client.start();
    await expect.poll(descriptors).toBe(before);
  });

  it('lets a guest open so many files and no more', async () => {
    const client = await connect();
    for (let n = 1; n <= 512; n++) {
      await client.walk(0, n, 'file');
      await open(client, n, 0);
    }
    await client.walk(0, 999, 'file');
    await refusedWith(E.tooManyFiles, open(client, 999, 0));
    await client.clunk(1);
    await open(client, 999, 0);
    await client.start();
  });
});

describe.skipIf(!existsSync('/proc/self/fd'))('security_model=mapped-file', () => {
  it('keeps owners, permissions and kinds beside the files', async () => {
    const client = await connect({ security_model: 'mapped-file' });
    await client.walk(0, 1);
    await create(client, 1, 'new');
    expect(await attributes(client, 1)).toMatchObject({ mode: 0o100644, uid: 0, gid: 0 });
    expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o600);
    await client.call(T.setattr, m =>
      m.u32(1).u32(7).u32(0o4755).u32(12).u32(34).u64(0n).u64(0n).u64(0n).u64(0n).u64(0n),
    );
    expect(readFileSync(join(folder, '.virtfs_metadata/new'), 'utf8')).toBe(
      `virtfs.uid=12\nvirtfs.gid=34\nvirtfs.mode=${0o104755}\n`,
    );
    await client.call(T.mknod, m =>
      m
        .u32(0)
        .string('pipe')
        .u32(S_IFIFO | 0o600)
        .u32(0)
        .u32(0)
        .u32(0),
    );
    await client.walk(0, 2, 'pipe');
    expect((await attributes(client, 2)).mode).toBe(S_IFIFO | 0o600);
    expect(statSync(join(folder, 'pipe')).isFile()).toBe(true);
    await client.call(T.symlink, m => m.u32(0).string('soft').string('/etc/passwd').u32(0));
    await client.walk(0, 3, 'soft');
    expect((await client.call(T.readlink, m => m.u32(3))).string()).toBe('/etc/passwd');
    expect(statSync(join(folder, 'soft')).isFile()).toBe(true);
  });

  it('hides what it keeps, and takes it along', async () => {
    const client = await connect({ security_model: 'mapped-file' });
    await client.call(T.mkdir, m => m.u32(0).string('d').u32(0o711).u32(0));
    await client.walk(0, 1, 'd');
    await create(client, 1, 'x');
    await client.call(T.renameat, m => m.u32(0).string('d').u32(0).string('e'));
    await client.walk(0, 2, 'e');
    expect((await attributes(client, 2)).mode).toBe(0o040711);
    await client.walk(0, 3);
    await open(client, 3, 0);
    expect((await client.names(3)).sort()).toEqual(['.', '..', 'e', 'file']);
    await refusedWith(E.invalid, client.walk(0, 4, '.virtfs_metadata'));
    await refusedWith(E.invalid, client.walk(2, 4, '.virtfs_metadata'));
    await client.call(T.unlinkat, m => m.u32(2).string('x').u32(0));
    await client.call(T.unlinkat, m => m.u32(0).string('e').u32(0x200));
    expect(readdirSync(folder).sort()).toEqual(['.virtfs_metadata', 'file']);
    expect(readdirSync(join(folder, '.virtfs_metadata'))).toEqual([]);
  });
});

describe('-fsdev', () => {
  const options = { fsdriver: 'local', id: 'a', path: '/', security_model: 'none' };
  it.each([
    [
      { security_model: undefined },
      'security_model property not set\nValid options are: security_model=[passthrough|',
    ],
    [{ security_model: 'x' }, "invalid security_model property 'x'"],
    [{ security_model: 'mapped-xattr' }, 'use mapped-file'],
    [{ id: undefined }, 'fsdev: No id specified'],
    [{ fsdriver: 'proxy' }, 'fsdev: fsdriver proxy not found'],
    [{ path: undefined }, 'path property not set'],
    [{ foo: 'x' }, "Invalid parameter 'foo'"],
    [{ readonly: 'maybe' }, "Parameter 'readonly' expects 'on' or 'off'"],
  ])('refuses %j', async (changes, message) => {
    const given = Object.entries({ ...options, ...changes }).filter(([, value]) => value !== undefined);
    await expect(
      FsdevTable.open({ openFolder }, [Object.fromEntries(given) as OptionValues]),
    ).rejects.toThrow(message);
    table = await FsdevTable.open({ openFolder }, []);
  });

  it('says which folder cannot be had, to the device that wants it', async () => {
    table = await FsdevTable.open({ openFolder }, [{ ...options, path: '/nonexistent' }]);
    expect(() => table.serve('a', () => 0)).toThrow(
      "cannot initialize fsdev 'a': failed to open '/nonexistent': No such file or directory",
    );
    expect(() => table.serve('b', () => 0)).toThrow("9pfs device couldn't find fsdev with the id = b");
    expect(() => table.serve('', () => 0)).toThrow('with the id = NULL');
    await expect(FsdevTable.open({ openFolder }, [options, options])).rejects.toThrow(
      "Duplicate ID 'a' for fsdev",
    );
  });
});
