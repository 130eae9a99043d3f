/** The program attached to another program's machine: to itself always, to QEMU where that is installed. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hmp } from './support/hmp.ts';
import { MachineProgram, QEMUS, RunningHmp, STOPPED } from './support/programs.ts';

const OURS = [...STOPPED, '-device', 'virtio-rng-device,id=rng0', '-smp', '2'];
const KINDS = ['hmp', ...QEMUS];

describe.each(KINDS)('attached to %s', kind => {
  let machine: MachineProgram;
  const attached = (args: readonly string[], options = {}) =>
    hmp(['--attach', `unix:${machine.socket}`, ...args], options);

  beforeAll(async () => {
    machine = await new MachineProgram(kind, OURS).start();
  });
  afterAll(() => machine.dispose());

  it('answers scripts, and leaves the machine running', async () => {
    const run = await attached([], { input: 'info status\n# comment\ncont\ninfo status\nstop\n' });
    expect(run).toEqual({
      stdout: 'VM status: paused (prelaunch)\nVM status: running\n',
      stderr: '',
      code: 0,
    });
    expect(machine.running).toBe(true);
    const other = await machine.connect();
    expect(await other.request({ execute: 'query-status' })).toMatchObject({
      return: { running: false, status: 'paused' },
    });
    other.close();
  });

  it('prints JSON: typed values by QMP, text from the other monitor', async () => {
    const commands = ['info status', 'info mtree', 'nosuch'].flatMap(line => ['-c', line]);
    const run = await attached(['-o', 'json', ...commands]);
    const lines = run.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
    expect(lines[0]).toMatchObject({ return: { running: false } });
    expect(lines[1]).toEqual({
      command: 'info mtree',
      return: { 'human-readable-text': expect.stringContaining('riscv_virt_board.ram') },
    });
    expect(lines[2]).toEqual({
      command: 'nosuch',
      error: { class: 'CommandNotFound', desc: "unknown command: 'nosuch'" },
    });
    expect(run.code).toBe(1);
  });

  it('waits for events of the machine, and of a second without one', async () => {
    const run = await attached([
      '-c',
      'cont',
      '-c',
      'wait RESUME 20',
      '-c',
      'wait SHUTDOWN 10ms',
      '-c',
      'stop',
    ]);
    expect(run.stdout).toBe('RESUME {}\n');
    expect(run.stderr).toContain('SHUTDOWN');
    expect(run.code).toBe(4);
  });

  it('works on the hart that was chosen', async () => {
    const run = await attached(['-c', 'cpu 1', '-c', 'info registers', '-c', 'cpu 7']);
    expect(run.stdout).toMatch(/CPU#1\n/);
    expect(run.stdout).not.toMatch(/CPU#0\n/);
    expect(run.stderr).toBe('invalid CPU index\n');
  });

  it('ends a script early with detach', async () => {
    const run = await attached(['-c', 'detach', '-c', 'nosuch']);
    expect(run).toEqual({ stdout: '', stderr: '', code: 0 });
    expect(machine.running).toBe(true);
  });

  it('tells that the machine was lost, with exit code 3', async () => {
    const own = await new MachineProgram(kind, STOPPED).start();
    const run = new RunningHmp(['--attach', own.socket, '-c', 'info status', '-c', 'wait RESET']);
    await run.until('VM status');
    await own.kill();
    expect(await run.finished).toMatchObject({
      stderr: expect.stringMatching(/^Error: the connection to unix:\S+ was lost(: .*)?\n$/),
      code: 3,
    });
    await own.dispose();
  });

  it('tells it also while no command runs', async () => {
    const own = await new MachineProgram(kind, STOPPED).start();
    const run = new RunningHmp(['--attach', own.socket]);
    run.type('info status\n');
    await run.until('VM status');
    await own.kill();
    expect(await run.finished).toMatchObject({
      stderr: expect.stringMatching(/^hmp: the connection to unix:\S+ was lost(: .*)?\n$/),
      code: 3,
    });
    await own.dispose();
  });

  it('ends the machine with quit', async () => {
    const own = await new MachineProgram(kind, STOPPED).start();
    const run = await hmp(['--attach', own.socket], { input: 'quit\nnosuch\n' });
    expect(run).toEqual({ stdout: '', stderr: '', code: 0 });
    expect(await own.exit).toBe(0);
    await own.dispose();
  });

  it('ends when the machine does, though its own input stays open', async () => {
    const own = await new MachineProgram(kind, STOPPED).start();
    const run = new RunningHmp(['--attach', own.socket]);
    run.type('info status\n');
    await run.until('VM status');
    own.terminate();
    expect(await run.finished).toEqual({
      stdout: 'VM status: paused (prelaunch)\n',
      stderr: '',
      code: 0,
    });
    await own.dispose();
  });

  it('gives a hint while another client has the socket', async () => {
    const first = new RunningHmp(['--attach', machine.socket]);
    first.type('info status\n');
    await first.until('VM status');
    const second = new RunningHmp(['--attach', machine.socket, '-c', 'info version']);
    await second.until('another one may be connected');
    first.signal('SIGINT');
    expect((await first.finished).code).toBe(130);
    expect(await second.finished).toMatchObject({ stdout: expect.stringMatching(/^\d+\.\d+/), code: 0 });
  });
});

/** What stands for ssh: it forwards as `-L LOCAL:REMOTE` says, on this host. */
const FAKE_SSH = `#!/usr/bin/env node
import { connect, createServer } from 'node:net';
import { writeFileSync } from 'node:fs';
const args = process.argv.slice(2);
writeFileSync(process.env.SSH_LOG, JSON.stringify(args));
if (args.includes('nohost')) {
  console.error('ssh: Could not resolve hostname nohost: Name or service not known');
  process.exit(255);
}
const [, local, remote] = /^(.*[^\\\\]):(.*)$/.exec(args[args.indexOf('-L') + 1]);
createServer(from => {
  const to = connect(remote.replaceAll('\\\\', ''));
  to.on('error', error => {
    console.error('channel 2: open failed: connect failed: ' + error.message);
    from.destroy();
  });
  to.on('close', () => from.destroy());
  from.on('close', () => to.destroy());
  from.on('error', () => {});
  from.pipe(to).pipe(from);
}).listen(local);
`;

describe('other ways to a machine', () => {
  let machine: MachineProgram;
  let env: Record<string, string>;
  let log: string;

  beforeAll(async () => {
    machine = await new MachineProgram('hmp', OURS).start();
    const bin = join(machine.folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'package.json'), '{"type": "module"}');
    writeFileSync(join(bin, 'ssh'), FAKE_SSH);
    chmodSync(join(bin, 'ssh'), 0o755);
    mkdirSync(join(machine.folder, 'tmp'));
    log = join(machine.folder, 'ssh-log');
    env = {
      PATH: `${bin}${delimiter}${process.env['PATH']}`,
      SSH_LOG: log,
      TMPDIR: join(machine.folder, 'tmp'),
    };
  });
  afterAll(() => machine.dispose());

  it('goes through ssh, and leaves nothing behind', async () => {
    const run = await hmp(['--attach', `ssh://me@there:2222${machine.socket}`, '-c', 'info status'], { env });
    expect(run).toEqual({ stdout: 'VM status: paused (prelaunch)\n', stderr: '', code: 0 });
    const args = JSON.parse(readFileSync(log, 'utf8')) as string[];
    expect(args.slice(-6)).toEqual(['-p', '2222', '-l', 'me', '--', 'there']);
    expect(args).toContain('ExitOnForwardFailure=yes');
    expect(readdirSync(env['TMPDIR']!)).toEqual([]);
  });

  it('tells what ssh complained of', async () => {
    const unknown = await hmp(['--attach', 'ssh://nohost/qmp', '-c', 'info status'], { env });
    expect(unknown).toEqual({
      stdout: '',
      stderr: 'hmp: ssh://nohost/qmp: ssh: Could not resolve hostname nohost: Name or service not known\n',
      code: 3,
    });
    const noSocket = await hmp(['--attach', 'ssh://there/nosuch', '-c', 'info status'], { env });
    expect(noSocket.stderr).toMatch(
      /^hmp: ssh:\/\/there\/nosuch: closed before it greeted: channel 2: open failed: .*\n$/,
    );
    expect(noSocket.code).toBe(3);
  });

  it('runs a command that carries the bytes', async () => {
    const carry = join(machine.folder, 'carry.mjs');
    writeFileSync(
      carry,
      `import { connect } from 'node:net'; const s = connect(process.argv[2]); process.stdin.pipe(s).pipe(process.stdout);`,
    );
    const command = `'${process.execPath}' '${carry}' '${machine.socket}'`;
    const run = await hmp(['--attach', `exec:${command}`, '-c', 'info status']);
    expect(run).toEqual({ stdout: 'VM status: paused (prelaunch)\n', stderr: '', code: 0 });
    const failed = await hmp(['--attach', 'exec:echo >&2 no way; exit 3', '-c', 'info status']);
    expect(failed.stderr).toBe('hmp: exec:echo >&2 no way; exit 3: closed before it greeted: no way\n');
    expect(failed.code).toBe(3);
  });
});

describe('what cannot be attached to', () => {
  let server: Server | null = null;
  afterEach(() => server?.close());

  const listen = async (greeting: string): Promise<number> => {
    server = createServer(socket => socket.on('error', () => {}).end(greeting));
    await new Promise<void>(resolve => server!.listen(0, '127.0.0.1', resolve));
    return (server.address() as { port: number }).port;
  };

  it.each([
    [
      ['--attach', '/nonexistent/qmp', '-c', 'info status'],
      'unix:/nonexistent/qmp: No such file or directory',
      3,
    ],
    [['--attach', 'nonsense:', '-c', 'info status'], '-attach nonsense:: expected unix:PATH', 1],
    [['--attach', '/x', '-kernel', 'Image'], '-kernel: with -attach', 1],
  ])('%j', async (args, message, code) => {
    const run = await hmp(args);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(/^hmp: [^\n]+\n$/);
    expect(run.stderr).toContain(message);
    expect(run.code).toBe(code);
  });

  it.each([
    ['SSH-2.0-x\r\n', 'is no QMP server: it said "SSH-2.0-x"'],
    ["QEMU 7.2.0 monitor - type 'help' for more information\r\n(qemu) ", "is QEMU's human monitor"],
    ['', 'closed before it greeted'],
  ])('a server that says %j', async (greeting, message) => {
    const port = await listen(greeting);
    const run = await hmp(['--attach', `127.0.0.1:${port}`, '-c', 'info status']);
    expect(run.stderr).toMatch(/^hmp: [^\n]+\n$/);
    expect(run.stderr).toContain(message);
    expect(run.code).toBe(3);
  });

  it('a server that says nothing, until Ctrl-C', async () => {
    server = createServer(() => {});
    await new Promise<void>(resolve => server!.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const run = new RunningHmp(['--attach', `tcp:127.0.0.1:${port}`, '-c', 'info status']);
    await run.until('no greeting yet');
    run.signal('SIGINT');
    expect((await run.finished).code).toBe(130);
  });
});
