/** Sockets that whoever starts the program has opened already. */
import { spawn } from 'node:child_process';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROGRAM } from './support/hmp.ts';

type WithHandle = { _handle: { fd: number } };

const descriptorOf = (owner: Server | Socket) => (owner as unknown as WithHandle)._handle.fd;

describe('a descriptor', () => {
  let server: Server;
  let port: number;
  let kill = () => {};

  beforeEach(async () => {
    server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => {
    kill();
    server.close();
  });

  /** Starts the program with a descriptor as its number 3; resolves with its exit code. */
  function start(descriptor: number, ...args: string[]): Promise<number | null> {
    const child = spawn(process.execPath, [PROGRAM, '-M', 'none', '-S', '-display', 'none', ...args], {
      stdio: ['ignore', 'ignore', 'ignore', descriptor],
    });
    kill = () => child.kill('SIGKILL');
    return new Promise(resolve => child.on('exit', code => resolve(code)));
  }

  const greeting = (socket: Socket) =>
    new Promise<string>(resolve => socket.once('data', data => resolve(data.toString())));

  it('that listens takes connections of a character device', async () => {
    const chardev = 'socket,id=c0,fd=3,server=on,wait=off';
    void start(descriptorOf(server), '-chardev', chardev, '-mon', 'chardev=c0,mode=control');
    server.close(); // the program has it now
    const client = connect(port, '127.0.0.1');
    expect(await greeting(client)).toContain('"QMP"');
    client.destroy();
  });

  it('that is connected is the character device', async () => {
    const accepted = new Promise<Socket>(resolve => server.once('connection', resolve));
    const client = connect(port, '127.0.0.1');
    await new Promise(resolve => client.once('connect', resolve));
    void start(descriptorOf(client), '-chardev', 'socket,id=c0,fd=3', '-mon', 'chardev=c0,mode=control');
    const other = await accepted;
    expect(await greeting(other)).toContain('"QMP"');
    client.destroy();
    other.destroy();
  });

  it('that is no socket is refused', async () => {
    expect(await start(descriptorOf(server), '-chardev', 'socket,id=c0,fd=0')).toBe(1);
    expect(await start(descriptorOf(server), '-netdev', 'socket,id=n0,fd=77')).toBe(1);
  });
});
