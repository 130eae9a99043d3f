/** The interface for people on another program's machine, in a real pseudo-terminal. */
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PROGRAM } from './support/hmp.ts';
import { MachineProgram, STOPPED } from './support/programs.ts';
import { PtyScreen } from './support/pty.ts';

const CTRL_D = '\x04';
const CTRL_O = '\x0f';

let machine: MachineProgram;
let screen: PtyScreen;

beforeEach(async () => {
  machine = await new MachineProgram('hmp', [...STOPPED, '-device', 'virtio-rng-device,id=rng0']).start();
});
afterEach(async () => {
  await screen.close();
  await machine.dispose();
});

async function start(args: readonly string[] = [], env: Record<string, string> = {}): Promise<void> {
  screen = PtyScreen.start(process.execPath, [PROGRAM, '--attach', machine.socket, ...args], {
    env: { XDG_STATE_HOME: join(machine.folder, 'state'), ...env },
  });
  await screen.waitFor(text => /^\(hmp\)/m.test(text.text()), 'a prompt');
}

it('shows events and completes; Ctrl-D leaves the machine running', async () => {
  await start();
  await screen.waitFor(s => /^prelaunch/m.test(s.text()), 'a status line');
  screen.send('cont\r');
  await screen.waitFor('[event] RESUME');
  screen.send('device_del \t');
  await screen.waitFor(s => s.cursorLine() === '(hmp) device_del rng0', 'the device');
  screen.send('\x15');
  await screen.waitFor(s => s.cursorLine() === '(hmp)', 'an empty line');
  screen.send(CTRL_D);
  expect(await screen.exitCode()).toBe(0);
  expect(machine.running).toBe(true);
});

it.each(['xterm', 'dumb'])('connects again after a loss, and ends with the machine (TERM=%s)', async TERM => {
  await start([], { TERM });
  await machine.kill();
  await screen.waitFor('was lost');
  if (TERM !== 'dumb') await screen.waitFor('disconnected, connecting again');
  screen.send('info status\r');
  await screen.waitFor('there is no connection to the machine now');
  rmSync(machine.socket);
  await machine.start();
  await screen.waitFor('connected again');
  screen.send('info status\r');
  await screen.waitFor('VM status: paused (prelaunch)');
  machine.terminate();
  await screen.waitFor('the machine ended: host-');
  expect(await screen.exitCode()).toBe(0);
});

it('quit ends the machine', async () => {
  await start();
  screen.send('quit\r');
  expect(await screen.exitCode()).toBe(0);
  expect(await machine.exit).toBe(0);
});

it('shows the serial port of the socket that is named, and types into it', async () => {
  const path = join(machine.folder, 'serial');
  const peers: Socket[] = [];
  const server: Server = createServer(peer => {
    peers.push(peer);
    peer.on('error', () => {});
    peer.on('data', bytes => peer.write(`echo ${bytes.toString()}\r\n`));
    peer.write('guest says hello\r\n');
  });
  await new Promise<void>(resolve => server.listen(path, resolve));
  try {
    await start(['-serial', `unix:${path}`]);
    screen.send(CTRL_O);
    await screen.waitFor('guest says hello');
    screen.send('x');
    await screen.waitFor('echo x');
    peers[0]!.destroy();
    await screen.waitFor(() => peers.length === 2, 'a second connection');
    screen.send('y');
    await screen.waitFor('echo y');
  } finally {
    for (const peer of peers) peer.destroy();
    server.close();
  }
});
