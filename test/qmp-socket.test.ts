/** The program as launchers and QMP clients use it: no monitor, a socket. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hmp, PROGRAM } from './support/hmp.ts';
import { listening } from './support/listening.ts';

/** One connection, read message by message. */
class Client {
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;

  constructor(path: string) {
    this.#socket = connect(path);
    this.#lines = createInterface({ input: this.#socket })[Symbol.asyncIterator]();
  }

  async next(): Promise<Record<string, unknown>> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the connection ended');
    return JSON.parse(value as string);
  }

  send(message: string): Promise<Record<string, unknown>> {
    this.#socket.write(`${message}\n`);
    return this.next();
  }

  /** Past greeting and negotiation. */
  async open(): Promise<this> {
    await this.next();
    await this.send('{"execute": "qmp_capabilities"}');
    return this;
  }

  close(): void {
    this.#socket.destroy();
  }
}

describe('-qmp on a socket', () => {
  let folder: string;
  let path: string;
  let child: ChildProcess;
  let exit: Promise<number | null>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hmp-qmp-'));
    path = join(folder, 'qmp');
    const args = ['-M', 'virt', '-S', '-display', 'none', '-qmp', `unix:${path},server=on,wait=off`];
    child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    exit = new Promise(resolve => child.on('exit', code => resolve(code)));
    await listening(path);
  });
  afterEach(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('is for its owner alone, and serves one client after the other', async () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (let round = 0; round < 2; round++) {
      const client = new Client(path);
      expect(await client.next()).toMatchObject({ QMP: { capabilities: ['oob'] } });
      expect(await client.send('{"execute": "query-status", "id": 1}')).toMatchObject({
        error: { class: 'CommandNotFound' },
        id: 1,
      });
      expect(await client.send('{"execute": "qmp_capabilities"}')).toEqual({ return: {} });
      expect(await client.send('{"execute": "query-status", "id": 2}')).toMatchObject({
        return: { running: false },
        id: 2,
      });
      client.close();
    }
  });

  it('tells events, answers HMP lines, and ends with quit', async () => {
    const client = await new Client(path).open();
    const hmp = '{"execute": "human-monitor-command", "arguments": {"command-line": "info chardev"}}';
    expect((await client.send(hmp))['return']).toContain(
      `compat_monitor0: filename=unix:${path},server=on\r\n`,
    );
    expect(await client.send('{"execute": "cont"}')).toMatchObject({ event: 'RESUME' });
    expect(await client.next()).toEqual({ return: {} });
    expect(await client.send('{"execute": "system_reset"}')).toMatchObject({ event: 'RESET' });
    expect(await client.next()).toEqual({ return: {} });
    expect(await client.send('{"execute": "quit"}')).toMatchObject({
      event: 'SHUTDOWN',
      data: { reason: 'host-qmp-quit' },
    });
    expect(await client.next()).toEqual({ return: {} });
    expect(await exit).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  it('ends in order when a signal asks for it', async () => {
    const client = await new Client(path).open();
    child.kill('SIGTERM');
    expect(await client.next()).toMatchObject({ event: 'SHUTDOWN' });
    expect(await exit).toBe(0);
  });
});

describe('-qmp on input and output', () => {
  it.each(['stdio', 'chardev'])('talks to whoever started it (%s)', async way => {
    const qmp = way === 'stdio' ? ['-qmp', 'stdio'] : ['-chardev', 'stdio,id=c', '-mon', 'c,mode=control'];
    const requests = ['qmp_capabilities', 'query-status', 'quit'].map(execute => JSON.stringify({ execute }));
    const input = `${requests.join('\n')}\n`;
    const run = await hmp(['-M', 'none', '-display', 'none', ...qmp], { input, keepOpen: true });
    const lines = run.stdout.trimEnd().split('\r\n');
    const messages = lines.map(line => JSON.parse(line) as object);
    expect(messages.map(message => Object.keys(message)[0])).toEqual([
      ...['QMP', 'return', 'return', 'timestamp', 'return'],
    ]);
    expect(messages[2]).toEqual({ return: { running: true, status: 'running' } });
    expect(run.code).toBe(0);
  });
});

describe('-qmp to a socket on which the client listens', () => {
  /** What comes over the connection until it ends; the client asks as soon as it is there. */
  const heard = async (args: readonly string[], asked: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'hmp-qmp-'));
    const path = join(folder, 'qmp');
    let text = '';
    const server = createServer(socket => {
      socket.on('error', () => {}); // whoever is refused breaks the connection
      socket.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      socket.write(asked);
    });
    await new Promise<void>(resolve => server.listen(path, resolve));
    try {
      const end = await hmp(['-S', '-display', 'none', '-qmp', `unix:${path}`, ...args]);
      return {
        ...end,
        messages: text
          .split('\r\n')
          .filter(Boolean)
          .map(line => JSON.parse(line)),
      };
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  };
  const commands = ['qmp_capabilities', 'query-status', 'nosuch', 'quit'];
  const asked = commands.map((execute, id) => JSON.stringify({ execute, id })).join('\n');

  it('answers in order what was sent before there was a machine', async () => {
    const { messages, code } = await heard(['-M', 'virt'], asked);
    expect(messages).toMatchObject([
      { QMP: { capabilities: ['oob'] } },
      { return: {}, id: 0 },
      { return: { running: false }, id: 1 },
      { error: { class: 'CommandNotFound' }, id: 2 },
      { return: {}, id: 3 },
      { event: 'SHUTDOWN' },
    ]);
    expect(code).toBe(0);
  });

  it('answers nothing where the command line asks for what cannot be had', async () => {
    const { messages, code, stderr } = await heard(['-M', 'virt', '-device', 'nosuch'], asked);
    expect(messages.filter(message => !('QMP' in message))).toEqual([]);
    expect(stderr).toContain("-device nosuch: 'nosuch' is not a valid device model name");
    expect(code).toBe(1);
  });
});
