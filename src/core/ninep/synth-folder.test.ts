import { describe, expect, it } from 'vitest';
import { FsdevTable } from './fsdev.ts';
import { E, T } from './protocol.ts';
import type { NinepServer } from './server.ts';
import { NinepClient } from './testing/client.ts';
import { MessageWriter } from './wire.ts';

const host = { openFolder: () => Promise.reject(new Error('no folder is opened')) };
const ROOM = 65536;
const WRITE_ONLY = 1;

async function connect(
  underTest: boolean,
  options = {},
): Promise<{ client: NinepClient; server: NinepServer }> {
  const table = await FsdevTable.open(host, [{ fsdriver: 'synth', id: 's', ...options }], underTest);
  const server = table.serve('s', () => 0);
  const client = new NinepClient(server);
  await client.start();
  return { client, server };
}

const open = (client: NinepClient, fid: number, flags: number) =>
  client.call(T.lopen, message => message.u32(fid).u32(flags));

describe('-fsdev synth', () => {
  it('is empty, and stays so', async () => {
    const { client } = await connect(false);
    await client.walk(0, 1);
    await open(client, 1, 0);
    expect(await client.names(1)).toEqual(['.', '..']);
    const made = client.call(T.mkdir, message => message.u32(0).string('d').u32(0o755).u32(0));
    await expect(made).rejects.toMatchObject({ errno: E.perm });
    await expect(client.walk(0, 2, 'nope')).rejects.toMatchObject({ errno: E.noEntry });
  });

  it('has what test programs look for', async () => {
    const { client } = await connect(true);
    const nested = Array.from({ length: 16 }, (_, depth) => `WALK${depth}`);
    expect(await client.walk(0, 1, ...nested)).toBe(16);
    await client.walk(0, 2, 'ReadDirDir');
    await open(client, 2, 0);
    const names = await client.names(2);
    expect([names.length, names[2]]).toEqual([102, 'ReadDirFile99']);
    await client.walk(0, 3, 'WRITE');
    await open(client, 3, WRITE_ONLY);
    expect(await client.write(3, 0, 'x'.repeat(4096))).toBe(4096);
    expect(await client.read(3, 0, 16)).toHaveLength(0);
    await client.walk(0, 4, 'LOPEN');
    await open(client, 4, WRITE_ONLY);
    await expect(client.write(4, 0, 'x')).rejects.toMatchObject({ errno: E.perm });
  });

  it('is not written to when it is read-only', async () => {
    const { client } = await connect(true, { readonly: 'on' });
    await client.walk(0, 1, 'WRITE');
    await expect(open(client, 1, WRITE_ONLY)).rejects.toMatchObject({ errno: E.readOnly });
  });

  it('lets go of a request that is cancelled, which has no reply then', async () => {
    const { client, server } = await connect(true);
    await client.walk(0, 1, 'FLUSH');
    await open(client, 1, WRITE_ONLY);
    const tag = 500;
    const write = (byte: number) => {
      const message = new MessageWriter().u32(1).u64(0n).u32(1).bytes(Uint8Array.of(byte));
      return server.handle(message.finish(T.write, tag), ROOM);
    };
    const flush = () => client.call(T.flush, message => message.u16(tag));
    const waiting = write(1);
    await flush();
    expect(await waiting).toHaveLength(0);
    const done = write(0);
    await flush();
    expect((await done)[4]).toBe(T.write + 1);
  });
});
