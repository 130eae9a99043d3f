/** Back ends of whole machines: cables between two of them and to QEMU, the serial port on sockets and files. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadStream } from 'node:tty';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePorts } from './support/ports.ts';
import { hasQemu, QEMU } from './support/programs.ts';
import { Transcript } from './support/transcript.ts';
import { GUEST, MODERN, TestVm } from './support/vm.ts';
import { until } from './support/waiting.ts';

const [port = 0] = await freePorts(1);

let folder: string;
let vms: TestVm[];
let sockets: Socket[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hmp-backends-'));
  vms = [];
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const vm of vms) await vm.close();
  rmSync(folder, { recursive: true });
});

async function start(...args: string[]): Promise<TestVm> {
  const vm = await TestVm.start(args);
  vms.push(vm);
  return vm;
}

const connected = (vm: TestVm) => until(async () => /socket: conn/.test(await vm.hmp('info network')));

/** Somebody at the other end of a unix socket. */
function call(path: string): { socket: Socket; transcript: Transcript } {
  const socket = connect(path);
  const transcript = new Transcript();
  socket.on('data', bytes => transcript.append(bytes.toString('latin1')));
  sockets.push(socket);
  return { socket, transcript };
}

/** Sockets that this process has open. */
const openSockets = () =>
  readdirSync('/proc/self/fd').filter(descriptor => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;

describe('a cable', () => {
  const card = (mac: string) => ['-device', `virtio-net-device,netdev=n0,id=net0,mac=52:54:00:00:00:${mac}`];

  it('joins two machines, whose guests hear each other', async () => {
    const [a, b] = [
      await start('-netdev', `socket,id=n0,listen=:${port}`, ...card('0a'), ...MODERN, ...GUEST),
      await start('-netdev', `socket,id=n0,connect=127.0.0.1:${port}`, ...card('0b'), ...MODERN, ...GUEST),
    ];
    await Promise.all([a!.boot(), b!.boot()]);
    await connected(a!);
    a!.type('net send hello\r');
    await b!.console().expect('net: received 60 bytes from 52:54:00:00:00:0a type 0x88b5: hello\r\n');
    b!.type('net send back\r');
    await a!.console().expect('net: received 60 bytes from 52:54:00:00:00:0b type 0x88b5: back\r\n');
    await b!.hmp('netdev_del n0');
    await b!.console().expect('net: link down');
    expect(await b!.refusal('netdev_del n0')).toBe("Error: Device 'n0' not found\n");
    await until(async () => !/connection from/.test(await a!.hmp('info network')));
  });

  it.skipIf(!hasQemu)('joins a machine to QEMU', async () => {
    const vm = await start('-S', '-netdev', `socket,id=n0,listen=:${port}`, ...card('0a'));
    const dump = join(folder, 'frames');
    const qemu = spawn(QEMU, [
      ...['-M', 'virt', '-display', 'none', '-S', '-monitor', 'stdio'],
      ...['-netdev', `socket,id=n0,connect=127.0.0.1:${port}`, ...card('0b')],
      ...['-object', `filter-dump,id=f0,netdev=n0,file=${dump}`],
    ]);
    const heard = new Transcript();
    qemu.stdout.on('data', bytes => heard.append(String(bytes)));
    try {
      await connected(vm);
      await vm.hmp('announce_self');
      const mac = Buffer.from('ffffffffffff52540000000a8035', 'hex');
      await until(() => existsSync(dump) && readFileSync(dump).includes(mac));
    } finally {
      qemu.kill();
      await once(qemu, 'exit');
    }
  });

  it('is gone with its sockets when it is removed', async () => {
    const vm = await start('-S', '-nodefaults', '-serial', 'null');
    for (let n = 0; n < 3; n++) {
      await vm.hmp(`netdev_add socket,id=s,listen=:${port}`);
      await vm.hmp('netdev_add user,id=u,hostfwd=tcp:127.0.0.1:0-:22');
      await vm.hmp(`chardev-add socket,id=c,path=${folder}/c,server=on,wait=off`);
      const used = openSockets();
      expect(used).toBeGreaterThanOrEqual(3);
      for (const line of ['netdev_del s', 'netdev_del u', 'chardev-remove c']) await vm.hmp(line);
      await until(() => openSockets() <= used - 3);
    }
  });
});

describe('the network that nobody asked for', () => {
  it('is there, unless something else is said', async () => {
    const text = async (...args: string[]) => (await start('-M', 'virt', '-S', ...args)).hmp('info network');
    expect(await text()).toMatch(
      /^hub 0\n \\ hub0port1: #net1\d\d: index=0,type=user,net=10\.0\.2\.0,restrict=off\n \\ hub0port0\n$/,
    );
    expect(await text('-nic', 'none')).toBe('');
    expect(await text('-nodefaults')).toBe('');
    expect(await text('-nic', 'user,mac=52:54:00:00:00:01')).toMatch(
      /^virtio-net-device\.0: index=0,type=nic,model=virtio-net-device,macaddr=52:54:00:00:00:01\n \\ #net0\d\d: index=0,type=user,/,
    );
    expect(await text('-net', 'nic', '-net', 'user')).toMatch(
      /^hub 0\n \\ hub0port1: #net1\d\d: .*\n \\ hub0port0: virtio-net-device\.0: index=0,type=nic,/,
    );
  });
});

describe('the serial port', () => {
  it('speaks through a unix socket, and goes on elsewhere', async () => {
    const path = join(folder, 'serial');
    const vm = await start('-serial', `unix:${path},server=on,wait=off`);
    expect(await vm.hmp('info chardev')).toBe(
      `parallel0: filename=vc\nserial0: filename=disconnected:unix:${path},server=on\n`,
    );
    const { socket, transcript } = call(path);
    await until(async () =>
      (await vm.hmp('info chardev')).includes(`serial0: filename=unix:${path},server=on`),
    );
    socket.write('\r');
    await transcript.expect('guest> ');
    socket.write('mem\r');
    await transcript.expect('131072 KiB');
    const file = join(folder, 'log');
    await vm.hmp(`chardev-change serial0 file,path=${file}`);
    expect(await vm.hmp('info chardev')).toContain('serial0: filename=file\n');
    const refused = await vm.refusal(`chardev-change serial0 socket,path=${folder}/nobody`);
    expect(refused).toBe(`Error: Failed to connect to '${folder}/nobody': No such file or directory\n`);
    await vm.hmp('chardev-change serial0 vc');
    vm.type('mem\r');
    await vm.console('serial0').expect('131072 KiB');
  });

  it('lead to a pseudo-terminal', async () => {
    const vm = await start(...GUEST);
    await vm.boot();
    const said = await vm.hmp(`chardev-change serial0 pty,path=${folder}/terminal`);
    const [, name = ''] = /^char device redirected to (\S+) \(label serial0\)\n$/.exec(said)!;
    expect(await vm.hmp('info chardev')).toContain(`serial0: filename=pty:${name}\n`);
    const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
    const terminal = new ReadStream(openSync(`${folder}/terminal`, flags));
    const transcript = new Transcript();
    terminal.on('data', bytes => transcript.append(bytes.toString('latin1')));
    writeSync(openSync(name, flags), 'mem\r');
    await transcript.expect('131072 KiB');
    terminal.destroy();
    expect(await vm.execute('chardev-add', { id: 'p', backend: { type: 'pty', data: {} } })).toEqual({
      pty: expect.stringMatching(/^\/dev\//),
    });
  });

  it('keeps what a console writes in a ring buffer', async () => {
    const vm = await start(
      ...GUEST,
      ...['-chardev', 'ringbuf,id=r0', '-device', 'virtio-serial-device,id=ser0', ...MODERN],
      ...['-device', 'virtconsole,chardev=r0', '-netdev', 'hubport,id=h,hubid=0'],
    );
    await vm.boot();
    expect(await vm.shell('console kept')).toEqual(['console: wrote 6 bytes']);
    expect(await vm.hmp('ringbuf_read r0 100')).toMatch(/kept\\u000D\n\n$/);
    expect(await vm.refusal('chardev-remove r0')).toBe("Error: Chardev 'r0' is busy\n");
  });
});
