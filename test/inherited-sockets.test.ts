/** Sockets that whoever starts the program has opened already. */
import { closeSync, openSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunningHmp } from './support/programs.ts';

type WithHandle = { _handle: { fd: number } };

const descriptorOf = (owner: Server | Socket) => (owner as unknown as WithHandle)._handle.fd;

describe('a descriptor', () => {
  let server: Server;
  let port: number;
  let program: RunningHmp;

  beforeEach(async () => {
    server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(async () => {
    await program.kill();
    server.close();
  });

  /** Starts the program with a descriptor as its number 3. */
  function start(descriptor: number, ...args: string[]): void {
    program = new RunningHmp(['-M', 'none', '-S', '-display', 'none', ...args], {}, [descriptor]);
  }

  const greeting = (socket: Socket) =>
    new Promise<string>(resolve => socket.once('data', data => resolve(data.toString())));

  it('that listens takes connections of a character device', async () => {
    const chardev = 'socket,id=c0,fd=3,server=on,wait=off';
    start(descriptorOf(server), '-chardev', chardev, '-mon', 'chardev=c0,mode=control');
    server.close(); // the program has it now
    const client = connect(port, '127.0.0.1');
    expect(await greeting(client)).toContain('"QMP"');
    client.destroy();
  });

  it('that is connected is the character device', async () => {
    const accepted = new Promise<Socket>(resolve => server.once('connection', resolve));
    const client = connect(port, '127.0.0.1');
    await new Promise(resolve => client.once('connect', resolve));
    start(descriptorOf(client), '-chardev', 'socket,id=c0,fd=3', '-mon', 'chardev=c0,mode=control');
    const other = await accepted;
    expect(await greeting(other)).toContain('"QMP"');
    client.destroy();
    other.destroy();
  });

  it('that is no socket is refused', async () => {
    const nothing = openSync('/dev/null', 'r');
    start(nothing, '-chardev', 'socket,id=c0,fd=3');
    closeSync(nothing);
    const refused = (option: string, descriptor: number) => ({
      stdout: '',
      stderr: `hmp: ${option}: File descriptor ${descriptor} is not a socket\n`,
      code: 1,
    });
    expect(await program.finished).toEqual(refused('-chardev socket,id=c0,fd=3', 3));
    start(descriptorOf(server), '-netdev', 'socket,id=n0,fd=77');
    expect(await program.finished).toEqual(refused('-netdev socket,id=n0,fd=77', 77));
  });
});
