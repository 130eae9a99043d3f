import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../config.ts';
import { FsdevTable } from './fsdev.ts';
import { E, T } from './protocol.ts';
import { NinepClient } from './testing/client.ts';
import { MessageReader, MessageWriter } from './wire.ts';

const host = { openFolder: () => Promise.reject(new Error('no folder of the host')) };

async function serve(underTest: boolean, options: OptionValues = {}) {
  const fsdev = { fsdriver: 'synth', id: 'fs', ...options };
  return (await FsdevTable.open(host, [fsdev], underTest)).serve('fs', () => 5e18);
}

async function connect(underTest = true, options: OptionValues = {}): Promise<NinepClient> {
  const client = new NinepClient(await serve(underTest, options));
  await client.start();
  return client;
}

const refusedWith = (errno: number, operation: Promise<unknown>) =>
  expect(operation).rejects.toMatchObject({ errno });

const open = (client: NinepClient, fid: number) => client.call(T.lopen, m => m.u32(fid).u32(2));
const create = (client: NinepClient, fid: number, size: number, flags = 0) =>
  client.call(T.xattrcreate, m => m.u32(fid).string('user.test').u64(BigInt(size)).u32(flags));

async function status(client: NinepClient, fid: number) {
  const reply = await client.call(T.getattr, m => m.u32(fid).u64(0x7ffn));
  reply.bytes(21);
  const mode = reply.u32();
  reply.u64();
  return { mode, links: reply.u64() };
}

/** What the server says that a client has at hand. */
async function attributesHeld(client: NinepClient): Promise<number> {
  await client.walk(0, 99, 'stat', 'xattr_count');
  await open(client, 99);
  const bytes = await client.read(99, 0, 8);
  await client.clunk(99);
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
}

describe('a synthetic file system', () => {
  it('is empty unless a test program has the machine', async () => {
    const client = await connect(false);
    expect(await status(client, 0)).toEqual({ mode: 0o040555, links: 3n });
    await client.walk(0, 1);
    await open(client, 1);
    expect(await client.names(1)).toEqual(['.', '..']);
    await refusedWith(E.noEntry, client.walk(0, 2, 'LOPEN'));
  });

  it('has a path of sixteen folders, and a large folder that is read in pieces', async () => {
    const client = await connect();
    const names = Array.from({ length: 16 }, (_, n) => `WALK${n}`);
    expect(await client.walk(0, 1, ...names)).toBe(16);
    expect(await status(client, 1)).toEqual({ mode: 0o040500, links: 2n });
    await client.walk(0, 2, 'ReadDirDir');
    await open(client, 2);
    const listed = await client.names(2, 256);
    expect(listed.slice(0, 3)).toEqual(['.', '..', 'ReadDirFile99']);
    expect(listed).toHaveLength(102);
  });

  it('lets files be opened whatever their permissions, and does with them what they are for', async () => {
    const client = await connect();
    await client.walk(0, 1, 'WRITE');
    expect((await status(client, 1)).mode).toBe(0o100000);
    await open(client, 1);
    expect(await client.write(1, 0, 'forgotten')).toBe(9);
    await refusedWith(E.perm, client.read(1, 0, 1));
    await client.walk(0, 2, 'LOPEN');
    await open(client, 2);
    await refusedWith(E.perm, client.write(2, 0, 'x'));
  });

  it('cannot be changed', async () => {
    const client = await connect();
    await refusedWith(
      E.perm,
      client.call(T.mkdir, m => m.u32(0).string('d').u32(0o755).u32(0)),
    );
    await refusedWith(
      E.perm,
      client.call(T.unlinkat, m => m.u32(0).string('LOPEN').u32(0)),
    );
    await client.walk(0, 1);
    await refusedWith(
      E.noSystemCall,
      client.call(T.lcreate, m => m.u32(1).string('f').u32(1).u32(0o644).u32(0)),
    );
  });

  it('tells about the file system', async () => {
    const client = await connect(false);
    const reply = await client.call(T.statfs, m => m.u32(0));
    expect([reply.u32(), reply.u32()]).toEqual([0xabcd, 512]);
  });
});

describe('a request that is cancelled', () => {
  const request = (type: number, tag: number, write: (m: MessageWriter) => MessageWriter) =>
    write(new MessageWriter()).finish(type, tag);
  const write = (bytes: number[]) =>
    request(T.write, 7, m => m.u32(1).u64(0n).u32(bytes.length).bytes(Uint8Array.from(bytes)));
  const flush = () => request(T.flush, 8, m => m.u16(7));

  async function withFile() {
    const server = await serve(true);
    const client = new NinepClient(server);
    await client.start();
    await client.walk(0, 1, 'FLUSH');
    await open(client, 1);
    return server;
  }

  it('is not answered when it can give up', async () => {
    const server = await withFile();
    const writing = server.handle(write([1, 0]), 4096);
    expect(await Promise.race([writing, new Promise(resolve => setImmediate(resolve))])).toBeUndefined();
    const flushed = await server.handle(flush(), 4096);
    expect(flushed[4]).toBe(T.flush + 1);
    expect(await writing).toHaveLength(0);
  });

  it('is answered first when it is done all the same', async () => {
    const server = await withFile();
    const order: string[] = [];
    const writing = server.handle(write([0, 0]), 4096).then(reply => {
      order.push('write');
      return reply;
    });
    await server.handle(flush(), 4096).then(() => order.push('flush'));
    expect(order).toEqual(['write', 'flush']);
    expect(new MessageReader(await writing).u32()).toBe(2);
  });

  it('does not outlive a reset', async () => {
    const server = await withFile();
    const writing = server.handle(write([1]), 4096);
    server.reset();
    expect(await writing).toHaveLength(0);
  });
});

describe('extended attributes', () => {
  it('are written whole, as many at once as max_xattr allows', async () => {
    const client = await connect(true, { max_xattr: '2' });
    for (const fid of [1, 2, 3]) await client.walk(0, fid, 'WRITE');
    await create(client, 1, 4);
    await create(client, 2, 4);
    expect(await attributesHeld(client)).toBe(2);
    await refusedWith(E.noSpace, create(client, 3, 4));
    expect(await client.write(1, 0, 'abc')).toBe(3);
    expect(await client.write(1, 3, 'defg')).toBe(1); // no more finds room
    await refusedWith(E.noSpace, client.write(1, 5, 'x'));
    await client.clunk(1);
    await refusedWith(E.invalid, client.clunk(2)); // nothing was written
    expect(await attributesHeld(client)).toBe(0);
  });

  it('are without a limit for max_xattr=0, and forgotten when the client starts anew', async () => {
    const client = await connect(true, { max_xattr: '0' });
    for (let fid = 1; fid <= 30; fid++) {
      await client.walk(0, fid, 'WRITE');
      await create(client, fid, 1);
    }
    expect(await attributesHeld(client)).toBe(30);
    await client.start();
    expect(await attributesHeld(client)).toBe(0);
  });

  it('refuse what is unsound', async () => {
    const client = await connect();
    await client.walk(0, 1, 'WRITE');
    await refusedWith(E.invalid, create(client, 1, 1, 4));
    await refusedWith(E.tooBig, create(client, 1, 65537));
    await refusedWith(
      E.notSupported,
      client.call(T.xattrwalk, m => m.u32(1).u32(2).string('')),
    );
    await open(client, 1);
    await refusedWith(E.invalid, create(client, 1, 1));
  });
});

describe('-fsdev synth', () => {
  it.each([
    [{ path: '/srv' }, "'path' is invalid for fsdriver 'synth'"],
    [{ max_xattr: '4294967296' }, "max_xattr value '4294967296' too large"],
    [{ max_xattr: 'x' }, "Parameter 'max_xattr' expects a number"],
  ])('%o is refused', async (options, message) => {
    await expect(serve(false, options)).rejects.toThrow(message);
  });
});
