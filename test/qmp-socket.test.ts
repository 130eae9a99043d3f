/** The program as launchers and QMP clients use it: no monitor, a socket. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hmp } from './support/hmp.ts';
import { MachineProgram, STOPPED } from './support/programs.ts';
import { QmpConnection } from './support/qmp-connection.ts';

describe('-qmp on a socket', () => {
  let program: MachineProgram;

  beforeEach(async () => {
    program = await new MachineProgram('hmp', STOPPED).start();
  });
  afterEach(() => program.dispose());

  it('is for its owner alone, and serves one client after the other', async () => {
    expect(statSync(program.socket).mode & 0o777).toBe(0o600);
    for (let round = 0; round < 2; round++) {
      const client = new QmpConnection(program.socket);
      expect(await client.message()).toMatchObject({ QMP: { capabilities: ['oob'] } });
      expect(await client.request({ execute: 'query-status', id: 1 })).toMatchObject({
        error: { class: 'CommandNotFound' },
        id: 1,
      });
      expect(await client.request({ execute: 'qmp_capabilities' })).toEqual({ return: {} });
      expect(await client.request({ execute: 'query-status', id: 2 })).toMatchObject({
        return: { running: false },
        id: 2,
      });
      client.close();
    }
  });

  it('tells events, answers HMP lines, and ends with quit', async () => {
    const client = await program.connect();
    expect(await client.line('info chardev')).toContain(
      `compat_monitor0: filename=unix:${program.socket},server=on\r\n`,
    );
    client.send({ execute: 'cont' });
    expect(await client.message()).toMatchObject({ event: 'RESUME' });
    expect(await client.message()).toEqual({ return: {} });
    client.send({ execute: 'system_reset' });
    expect(await client.message()).toMatchObject({ event: 'RESET' });
    expect(await client.message()).toEqual({ return: {} });
    client.send({ execute: 'quit' });
    expect(await client.message()).toMatchObject({ event: 'SHUTDOWN', data: { reason: 'host-qmp-quit' } });
    expect(await client.message()).toEqual({ return: {} });
    expect(await program.exit).toBe(0);
    expect(existsSync(program.socket)).toBe(false);
  });

  it('ends in order when a signal asks for it', async () => {
    const client = await program.connect();
    program.terminate();
    expect(await client.message()).toMatchObject({ event: 'SHUTDOWN' });
    expect(await program.exit).toBe(0);
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
      { event: 'SHUTDOWN' },
      { return: {}, id: 3 },
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
