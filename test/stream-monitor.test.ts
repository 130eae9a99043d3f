/** The monitor for people on a character device, as scripts and terminals use it over a socket. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunningHmp } from './support/programs.ts';

const GREETING = /^hmp \S+ monitor - type 'help' for more information\r\n\(qemu\) /;

describe('a monitor on a socket', () => {
  let folder: string;
  let path: string;
  let program: RunningHmp;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hmp-monitor-'));
    path = join(folder, 'monitor');
  });
  afterEach(async () => {
    await program.kill();
    rmSync(folder, { recursive: true });
  });

  async function start(...args: string[]): Promise<void> {
    program = new RunningHmp(['-M', 'none', '-S', ...args]);
    await program.listening(path);
  }

  async function until(socket: Socket, pattern: RegExp): Promise<string> {
    let text = '';
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      text += chunk;
      if (pattern.test(text)) return text;
    }
    throw new Error(`the connection ended after ${JSON.stringify(text)}`);
  }

  it('greets, echoes, answers and ends', async () => {
    await start('-monitor', `unix:${path},server=on,wait=off`);
    const socket = connect(path);
    expect(await until(socket, /\) $/)).toMatch(GREETING);
    socket.write('p 1\n');
    const echo = 'p\x1b[K\x1b[Dp \x1b[K\x1b[D\x1b[Dp 1\x1b[K';
    expect(await until(socket, /\) $/)).toBe(`${echo}\r\n0x1\r\n(qemu) `);
    socket.write('\x1b[A');
    expect(await until(socket, /K$/)).toBe('p 1\x1b[K');
    socket.write('\x7f2\r');
    expect(await until(socket, /\) $/)).toContain('\r\n0x2\r\n');
    socket.write('info status\nquit\n');
    expect(await until(socket, /paused/)).toContain('VM status: paused (prelaunch)');
    expect(await program.finished).toEqual({ stdout: '', stderr: '', code: 0 });
  });

  it('completes, and begins anew for the next one', async () => {
    await start('-display', 'none', '-chardev', `socket,path=${path},server=on,wait=off,id=c0`, '-mon', 'c0');
    const socket = connect(path);
    await until(socket, /\) $/);
    socket.write('info sta\t');
    expect(await until(socket, /\) .*sta/s)).toContain('\r\nstats     status    \r\n(qemu) info stat');
    socket.write('u\ts\x17\x17\x17nosuch\n');
    expect(await until(socket, /\) $/)).toContain("unknown command: 'nosuch'\r\n");
    socket.destroy();
    const next = connect(path);
    expect(await until(next, /\) $/)).toMatch(GREETING);
    next.write('info history\n');
    expect(await until(next, /\) $/)).toContain("0: 'nosuch'");
    next.destroy();
  });
});
