import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freeUdpPorts } from '../../../test/support/ports.ts';
import { until } from '../../../test/support/waiting.ts';
import { createNodeHost } from '../../host/node-host.ts';
import { NullStream } from '../../host/streams.ts';
import type { ByteStream } from '../../host/types.ts';
import { parseChardev } from './options.ts';
import { ChardevTable } from './table.ts';

const host = createNodeHost(() => new NullStream());
const bytes = (text: string) => new TextEncoder().encode(text);

/** What a stream tells, as one text. */
function listen(stream: ByteStream): { text: string } {
  const heard = { text: '' };
  stream.onEvent?.(event => {
    heard.text += `<${event}>`;
  });
  stream.onData(chunk => {
    heard.text += Buffer.from(chunk).toString('latin1');
  });
  return heard;
}

let folder: string;
let table: ChardevTable;
let sockets: Socket[];
let servers: Server[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hmp-chardev-'));
  table = new ChardevTable(host);
  sockets = [];
  servers = [];
});
afterEach(() => {
  table.close();
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

async function open(text: string) {
  await table.openRequest(parseChardev(text));
  return table.get(parseChardev(text).id)!;
}

/** A client with what it heard. */
function call(to: string | number): { socket: Socket; heard: { text: string } } {
  const socket = typeof to === 'string' ? connect(to) : connect(to, '127.0.0.1');
  const heard = { text: '' };
  socket.on('data', chunk => {
    heard.text += chunk.toString('latin1');
  });
  socket.on('close', () => {
    heard.text += '<closed>';
  });
  socket.on('error', () => {});
  sockets.push(socket);
  return { socket, heard };
}

describe('a unix socket', () => {
  it('is for its owner alone, serves one at a time, and names its state', async () => {
    const path = join(folder, 's');
    writeFileSync(join(folder, 'other'), '');
    const chardev = await open(`socket,id=c,path=${path},server=on,wait=off`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(chardev.filename).toBe(`disconnected:unix:${path},server=on`);
    chardev.write(bytes('lost'));
    const heard = listen(chardev);
    const first = call(path);
    await until(() => heard.text === '<opened>');
    expect(chardev.filename).toBe(`unix:${path},server=on`);
    const second = call(path);
    second.socket.write('later');
    first.socket.write('ping');
    await until(() => heard.text === '<opened>ping');
    chardev.write(bytes('pong'));
    await until(() => first.heard.text === 'pong');
    first.socket.end();
    await until(() => heard.text === '<opened>ping<closed><opened>later');
    chardev.write(bytes('you'));
    await until(() => second.heard.text === 'you');
    table.remove('c');
    await until(() => second.heard.text.endsWith('<closed>'));
    await until(() => statSync(path, { throwIfNoEntry: false }) === undefined);
  });

  it('takes the place of one that was left behind, and of no other file', async () => {
    const path = join(folder, 's');
    await open(`socket,id=a,path=${path},server=on,wait=off`);
    await open(`socket,id=b,path=${path},server=on,wait=off`);
    const file = join(folder, 'file');
    writeFileSync(file, 'x');
    await expect(open(`socket,id=c,path=${file},server=on,wait=off`)).rejects.toThrow(
      `Failed to bind socket to ${file}: Address already in use`,
    );
    await expect(open('socket,id=c,path=/nonexistent/a,server=on,wait=off')).rejects.toThrow(
      'Failed to bind socket to /nonexistent/a: No such file or directory',
    );
    await expect(open(`socket,id=c,path=${folder}/${'x'.repeat(200)}`)).rejects.toThrow('is too long');
  });
});

describe('a tcp socket', () => {
  it('listens on the loopback where it is told no host, and waits if it is told to', async () => {
    let chardev: Awaited<ReturnType<typeof open>> | undefined;
    const notices: string[] = [];
    const told = new ChardevTable({ ...host, notice: line => void notices.push(line) });
    const opening = told.openRequest(parseChardev('socket,id=c,host=,port=0,server=on,wait=on')).then(() => {
      chardev = told.get('c');
    });
    await until(() => notices.length > 0);
    const port = Number(
      /^waiting for connection on: disconnected:tcp:127\.0\.0\.1:(\d+),server=on$/.exec(notices[0]!)![1],
    );
    expect(chardev).toBeUndefined();
    const { socket } = call(port);
    await opening;
    expect(chardev!.filename).toBe(
      `tcp:127.0.0.1:${port},server=on <-> 127.0.0.1:${(socket.address() as { port: number }).port}`,
    );
    told.close();
  });

  it('connects, says why it cannot, and with reconnect tries again', async () => {
    const server = createServer(socket => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.write('hello');
    });
    servers.push(server);
    const port = await new Promise<number>(resolve =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    );
    const chardev = await open(`socket,id=c,host=127.0.0.1,port=${port},reconnect-ms=5`);
    const heard = listen(chardev);
    await until(() => heard.text === 'hello');
    expect(chardev.filename).toMatch(`<-> 127.0.0.1:${port}`);
    sockets[0]!.destroy();
    await until(() => heard.text === 'hello<closed><opened>hello');
    server.close();
    for (const socket of sockets) socket.destroy();
    await until(() => heard.text.endsWith('<closed><closed>'));
    expect(chardev.filename).toBe(`disconnected:tcp:127.0.0.1:${port}`);
    await expect(open(`socket,id=d,host=127.0.0.1,port=${port}`)).rejects.toThrow(
      `Failed to connect to '127.0.0.1:${port}': Connection refused`,
    );
    await expect(open('socket,id=d,host=127.0.0.1,port=abc')).rejects.toThrow(
      'address resolution failed for 127.0.0.1:abc: Servname not supported for ai_socktype',
    );
  });

  it('speaks telnet', async () => {
    const chardev = await open(`socket,id=c,path=${folder}/t,server=on,wait=off,telnet=on`);
    const heard = listen(chardev);
    const { socket, heard: client } = call(`${folder}/t`);
    await until(() => client.text.length === 12);
    expect(client.text).toBe('\xff\xfb\x01\xff\xfb\x03\xff\xfb\x00\xff\xfd\x00');
    socket.write(Buffer.from('a\xff\xfd\x01b\xff\xffc\xff\xf3d\xff', 'latin1'));
    await until(() => heard.text.endsWith('d'));
    socket.write(Buffer.from('\xf1e', 'latin1'));
    await until(() => heard.text.endsWith('e'));
    expect(heard.text).toBe('<opened><break>ab\xffcde');
  });

  it('holds back a fast writer, and tells when a slow reader has caught up', async () => {
    const chardev = await open(`socket,id=c,path=${folder}/slow,server=on,wait=off`);
    const heard = listen(chardev);
    const { socket } = call(`${folder}/slow`);
    socket.pause();
    await until(() => heard.text === '<opened>');
    let written = 0;
    for (; !chardev.congested; written += 65536) chardev.write(new Uint8Array(65536));
    expect(written).toBeLessThan(8 << 20);
    socket.resume();
    await until(() => heard.text === '<opened><drained>');
    chardev.setFlowing(false);
    for (let n = 0; n < 64; n++) socket.write(new Uint8Array(65536));
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(heard.text.length).toBeLessThan(1 << 20);
    chardev.setFlowing(true);
    await until(() => heard.text.length >= 64 * 65536);
  });
});

describe('udp', () => {
  it('carries both ways', async () => {
    const [port, other] = await freeUdpPorts(2);
    const a = await open(`udp,id=a,host=127.0.0.1,port=${port},localaddr=127.0.0.1,localport=${other}`);
    const b = await open(`udp,id=b,host=127.0.0.1,port=${other},localaddr=127.0.0.1,localport=${port}`);
    const [fromB, fromA] = [listen(a), listen(b)];
    a.write(bytes('to b'));
    b.write(bytes('to a'));
    await until(() => fromA.text === 'to b' && fromB.text === 'to a');
    expect(a.filename).toBe('udp');
    await expect(
      open(`udp,id=c,host=127.0.0.1,port=1,localaddr=127.0.0.1,localport=${port}`),
    ).rejects.toThrow('Failed to bind socket: Address already in use');
  });
});
