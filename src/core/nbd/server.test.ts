import { beforeEach, describe, expect, it } from 'vitest';
import { DirtyBitmap } from '../block/dirty-bitmap.ts';
import { DEFAULT_CACHE } from '../block/graph.ts';
import { BlockNode } from '../block/node.ts';
import { ByteDisk } from '../block/testing/byte-disk.ts';
import { randomSource } from '../cpu/testing/random-program.ts';
import { EventBus } from '../events.ts';
import type { ExportSettings } from './export.ts';
import { ExportTable } from './export-table.ts';
import { CHUNK, COMMAND, COMMAND_FLAG, INFO, NBD_ERROR, OPTION, REPLY, TRANSMISSION } from './protocol.ts';
import { NbdClient } from './testing/client.ts';
import { WireWriter } from './wire.ts';

const SIZE = 1 << 20;
const ADDRESS = { kind: 'unix', path: '/nbd' } as const;

let disk: ByteDisk;
let node: BlockNode;
let table: ExportTable;
let told: string[];
let call: () => NbdClient;

beforeEach(async () => {
  disk = new ByteDisk(new Uint8Array(SIZE));
  node = new BlockNode(
    { name: 'n', driver: 'raw', fileName: 'f', readOnly: false, cache: DEFAULT_CACHE },
    disk,
  );
  const events = new EventBus(() => 0);
  told = [];
  events.on(({ event, data }) => void told.push(`${event} ${(data as { id?: string }).id}`));
  const wire = NbdClient.network();
  call = wire.call;
  table = new ExportTable({ network: wire.network }, events);
  await table.start(ADDRESS, 2);
});

function offer(more: Partial<ExportSettings> = {}): void {
  const usual = {
    id: 'e',
    name: 'e',
    description: '',
    node,
    writable: true,
    writeThrough: false,
    bitmaps: [],
  };
  table.add({ ...usual, ...more });
}

const named = (name: string, ...infos: number[]) => {
  const writer = new WireWriter().string(name).u16(infos.length);
  for (const info of infos) writer.u16(info);
  return writer.done();
};

/** A client that has chosen the export `e`. */
async function enter(structured = false): Promise<NbdClient> {
  const client = call();
  await client.greet();
  if (structured) {
    client.option(OPTION.structuredReply);
    await client.optionReply();
  }
  client.option(OPTION.go, named('e'));
  while ((await client.optionReply()).reply !== REPLY.ack);
  return client;
}

describe('the way to an export', () => {
  it('leads through a list, and by the oldest way in', async () => {
    offer({ description: 'of the test' });
    const client = call();
    await client.greet(1);
    client.option(OPTION.list);
    const { reply, data } = await client.optionReply();
    expect([reply, data.text(data.u32()), data.text(data.left)]).toEqual([REPLY.server, 'e', 'of the test']);
    expect((await client.optionReply()).reply).toBe(REPLY.ack);
    client.option(OPTION.exportName, new TextEncoder().encode('e'));
    const chosen = await client.receive(10 + 124);
    expect(chosen.u64()).toBe(BigInt(SIZE));
    expect(chosen.u16() & (TRANSMISSION.hasFlags | TRANSMISSION.readOnly)).toBe(TRANSMISSION.hasFlags);
    client.request(COMMAND.read, 0, 4);
    expect(await client.reply(4)).toMatchObject({ error: 0, data: new Uint8Array(4) });
  });

  it('tells what the export is before it is chosen', async () => {
    offer({ description: 'words', writable: false });
    const client = call();
    await client.greet();
    client.option(OPTION.info, named('e', INFO.name, INFO.description, INFO.blockSize));
    const kinds: number[] = [];
    for (
      let reply = await client.optionReply();
      reply.reply === REPLY.info;
      reply = await client.optionReply()
    ) {
      const kind = reply.data.u16();
      kinds.push(kind);
      if (kind === INFO.export) {
        expect(reply.data.u64()).toBe(BigInt(SIZE));
        expect(reply.data.u16() & TRANSMISSION.readOnly).toBe(TRANSMISSION.readOnly);
      }
    }
    expect(kinds).toEqual([INFO.name, INFO.description, INFO.blockSize, INFO.export]);
  });

  it.each([
    ['an export that there is not', OPTION.go, named('x'), REPLY.unknown],
    ['bytes too many', OPTION.list, new Uint8Array(4), REPLY.invalid],
    ['bytes too few', OPTION.go, new Uint8Array(3), REPLY.invalid],
    ['a name without end', OPTION.info, new WireWriter().u32(1e9).done(), REPLY.invalid],
    [
      'contexts without structured replies',
      OPTION.setMetaContext,
      new WireWriter().string('e').u32(0).done(),
      REPLY.invalid,
    ],
    ['TLS', OPTION.startTls, new Uint8Array(0), REPLY.policy],
    ['an option of tomorrow', 77, new Uint8Array(9), REPLY.unsupported],
    ['an option without end', OPTION.list, new Uint8Array(1 << 20), REPLY.tooBig],
  ])('refuses %s, and goes on', async (_what, option, data, error) => {
    offer();
    const client = call();
    await client.greet();
    client.option(option, data);
    expect((await client.optionReply()).reply).toBe(error);
    client.option(OPTION.abort);
    expect((await client.optionReply()).reply).toBe(REPLY.ack);
    await client.receive(1);
    expect(client.ended).toBe('end');
  });

  it('ends for who is no client', async () => {
    const client = call();
    await client.greet(0x80);
    await client.receive(1);
    expect(client.ended).toBe('end');
    const other = call();
    await other.greet();
    other.send(new TextEncoder().encode('GET / HTTP/1.1\r\n'));
    await other.receive(1);
    expect(other.ended).toBe('end');
  });

  it('is for as many as may come', async () => {
    const [first] = [call(), call()];
    expect(call().ended).toBe('destroy');
    first.leave();
    expect(call().ended).toBe('no');
  });
});

describe('requests', () => {
  it('write, flush and read', async () => {
    offer();
    const client = await enter();
    client.request(COMMAND.write, 4096, 3, { data: Uint8Array.of(1, 2, 3), cookie: 7n });
    expect(await client.reply()).toMatchObject({ error: 0, cookie: 7n });
    client.request(COMMAND.writeZeroes, 4097, 1, { flags: COMMAND_FLAG.fua | COMMAND_FLAG.noHole });
    expect(await client.reply()).toMatchObject({ error: 0 });
    for (const type of [COMMAND.flush, COMMAND.trim, COMMAND.cache]) {
      client.request(type, 0, type === COMMAND.flush ? 0 : 512);
      expect(await client.reply()).toMatchObject({ error: 0 });
    }
    client.request(COMMAND.read, 4095, 5);
    expect((await client.reply(5)).data).toEqual(Uint8Array.of(0, 1, 0, 3, 0));
    client.request(COMMAND.disconnect, 0, 0);
    await client.receive(1);
    expect(client.ended).toBe('end');
  });

  it.each([
    ['of an unknown type', 99, 0, 0, 0, NBD_ERROR.invalid],
    ['with flags of tomorrow', COMMAND.read, 0x80, 0, 1, NBD_ERROR.invalid],
    ['beyond the end', COMMAND.read, 0, SIZE - 1, 2, NBD_ERROR.invalid],
    ['far beyond it', COMMAND.read, 0, 2n ** 64n - 1n, 1, NBD_ERROR.invalid],
    ['that write beyond the end', COMMAND.writeZeroes, 0, SIZE, 1, NBD_ERROR.noSpace],
    ['for too much', COMMAND.read, 0, 0, 33 << 20, NBD_ERROR.invalid],
    ['about contexts that were not agreed on', COMMAND.blockStatus, 0, 0, 512, NBD_ERROR.invalid],
  ])('%s are refused, in both forms', async (_what, type, flags, offset, length, error) => {
    offer();
    for (const structured of [false, true]) {
      const client = await enter(structured);
      client.request(type, offset, length, { flags });
      expect(await client.reply()).toMatchObject({ error, ...(structured ? { flags: CHUNK.done } : {}) });
      client.leave();
    }
  });

  it('do not write where clients may only read', async () => {
    offer({ writable: false });
    const client = await enter();
    client.request(COMMAND.write, 0, 1, { data: Uint8Array.of(1) });
    expect(await client.reply()).toMatchObject({ error: NBD_ERROR.permission });
    client.request(COMMAND.trim, 0, 1);
    expect(await client.reply()).toMatchObject({ error: NBD_ERROR.permission });
  });

  it('end the connection where what follows cannot be told apart', async () => {
    offer();
    const client = await enter();
    client.request(COMMAND.write, 0, 33 << 20);
    await client.receive(1);
    expect(client.ended).toBe('end');
  });

  it('tell what the disk says', async () => {
    offer();
    disk.read = () => Promise.reject(new Error('Input/output error'));
    const client = await enter(true);
    client.request(COMMAND.read, 0, 512);
    const { error, data } = await client.reply();
    expect([error, new TextDecoder().decode(data.slice(6))]).toEqual([NBD_ERROR.io, 'Input/output error']);
  });

  it('ask where a bitmap is dirty', async () => {
    const bitmap = new DirtyBitmap('b', SIZE, 65536);
    bitmap.mark(65536, 2 * 65536);
    offer({ bitmaps: [bitmap] });
    const client = call();
    await client.greet();
    client.option(OPTION.structuredReply);
    await client.optionReply();
    client.option(
      OPTION.setMetaContext,
      new WireWriter().string('e').u32(1).string('qemu:dirty-bitmap:b').done(),
    );
    const context = await client.optionReply();
    const id = context.data.u32();
    expect([context.reply, context.data.text(context.data.left)]).toEqual([
      REPLY.metaContext,
      'qemu:dirty-bitmap:b',
    ]);
    await client.optionReply();
    client.option(OPTION.go, named('e'));
    while ((await client.optionReply()).reply !== REPLY.ack);
    client.request(COMMAND.blockStatus, 60000, 200000);
    const { type, data } = await client.reply();
    const runs = [id, 5536, 0, 131072, 1, 63392, 0];
    const writer = new WireWriter();
    for (const run of runs) writer.u32(run);
    expect([type, data]).toEqual([CHUNK.blockStatus, writer.done()]);
  });
});

describe('a client that sends anything', () => {
  it('gets an answer or is left alone, and the others are served on', async () => {
    offer();
    const random = randomSource(1);
    const options = [...Object.values(OPTION), 11, 99];
    for (let round = 0; round < 300; round++) {
      const client = call();
      await client.greet();
      for (let step = 0; step < 5; step++) {
        const data = Uint8Array.from({ length: random(40) }, () => random(4) * 64);
        client.option(options[random(options.length)]!, random(2) === 0 ? data : named('e', 3));
        if (random(3) === 0) client.request(random(9), random(SIZE), random(1 << 16), { data });
        if (random(8) === 0) client.send(data);
      }
      await new Promise(resolve => setImmediate(resolve));
      client.leave();
    }
    const client = await enter(true);
    client.request(COMMAND.read, 0, 16);
    expect(await client.reply()).toMatchObject({ error: 0 });
  });
});

describe('exports', () => {
  it('stay while a client has them, unless they must go', async () => {
    offer();
    const client = await enter();
    expect([node.users, table.has(node)]).toEqual([1, true]);
    expect(() => table.remove('e', false)).toThrow("export 'e' still in use");
    table.remove('e', true);
    expect([client.ended, node.users, told]).toEqual(['destroy', 0, ['BLOCK_EXPORT_DELETED e']]);
    expect(() => table.remove('e', true)).toThrow("Export 'e' is not found");
  });

  it('go with the server, and with their medium', async () => {
    offer();
    offer({ id: 'f', name: 'f' });
    expect(() => offer({ id: 'g', name: 'f' })).toThrow("NBD server already has export named 'f'");
    await expect(table.start(ADDRESS, 0)).rejects.toThrow('NBD server already running');
    table.dropNode(node);
    expect(told).toEqual(['BLOCK_EXPORT_DELETED f', 'BLOCK_EXPORT_DELETED e']);
    offer();
    const client = await enter();
    table.stop();
    expect([client.ended, table.all()]).toEqual(['destroy', []]);
    expect(() => table.stop()).toThrow('NBD server not running');
    expect(() => offer()).toThrow('NBD server not running');
  });
});
