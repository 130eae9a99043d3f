import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { builtImage, connectTo, hasEmulator, TestMachine, TestWire, Transcript } from './test-machine.ts';

const MODERN = ['-global', 'virtio-mmio.force-legacy=false'];
/** The guest must not need floating point nor anything beyond RV64IMAC. */
const PLAIN_CPU = ['-cpu', 'rv64,f=off,d=off,zba=off,zbb=off,zbc=off,zbs=off,h=off'];

const HUB = ['-netdev', 'hubport,hubid=0,id=n0'];

const withDevices = (directory: string, net = HUB): string[] => [
  ...['-device', 'virtio-rng-device,id=rng0'],
  ...[
    '-drive',
    `file=${directory}/disk,format=raw,if=none,id=d0`,
    '-device',
    'virtio-blk-device,drive=d0,id=blk0',
  ],
  ...net,
  ...['-device', 'virtio-net-device,netdev=n0,id=net0'],
  ...['-device', 'virtio-balloon-device,id=balloon0'],
  ...['-chardev', `socket,id=c0,path=${directory}/console,server=on,wait=off`],
  ...['-device', 'virtio-serial-device,id=serial0,max_ports=1', '-device', 'virtconsole,chardev=c0'],
];

interface VirtioStatus {
  status: { statuses: string[] };
  'guest-features': { transports: string[]; 'dev-features'?: string[] };
}

/** Feature and status names come with an explanation behind a colon. */
const firstWords = (texts: string[]): string[] => texts.map(text => text.split(':')[0] ?? '');

const featuresOf = async (machine: TestMachine, id: string): Promise<string[]> => {
  const path = `/machine/peripheral/${id}`;
  const answer = (await machine.execute('x-query-virtio-status', { path })) as VirtioStatus;
  const { transports, 'dev-features': own = [] } = answer['guest-features'];
  return firstWords([...transports, ...own]).sort();
};

let machine: TestMachine | undefined;
const start = (args: (directory: string) => string[]): TestMachine => {
  machine = new TestMachine(args);
  return machine;
};

afterEach(async () => {
  await machine?.close();
  machine = undefined;
});

describe('built images', () => {
  it('are small ELF files for riscv64', () => {
    for (const name of ['firmware', 'guest'] as const) {
      expect(statSync(builtImage(name)).size).toBeLessThan(100 * 1024);
      const header = readFileSync(builtImage(name)).subarray(0, 32);
      expect(header.toString('latin1', 0, 4)).toBe('\x7fELF');
      expect(header.readUInt16LE(18)).toBe(243);
      expect(header.readBigUInt64LE(24)).toBe(name === 'firmware' ? 0x80000000n : 0x80200000n);
    }
  });

  it('are what their sources give', ctx => {
    const script = fileURLToPath(new URL('build.sh', import.meta.url));
    const check = spawnSync(script, ['--check'], { encoding: 'utf8' });
    ctx.skip(check.status === 77, check.stderr.trim());
    expect(check.stderr).toBe('');
    expect(check.status).toBe(0);
  });
});

describe.skipIf(!hasEmulator())('firmware on the reference emulator', () => {
  it('waits where nothing is loaded to go on with', async () => {
    const { serial } = start(directory => {
      writeFileSync(`${directory}/zeros`, Buffer.alloc(4096));
      return ['-kernel', `${directory}/zeros`];
    });
    await serial.expect('nothing is loaded there: waiting');
  });
});

describe.skipIf(!hasEmulator())('guest on the reference emulator', () => {
  const variants = [
    { name: 'legacy, 1 hart', args: ['-smp', '1'], status: 'status 0x07' },
    { name: 'modern, 2 harts', args: ['-smp', '2', ...MODERN], status: 'status 0x0f' },
    {
      name: 'modern, plain CPU, MTIMER',
      args: [...MODERN, '-cpu', `${PLAIN_CPU[1]},sstc=off`],
      status: 'status 0x0f',
    },
  ];

  it.each(variants)('boots and drives its devices: $name', async ({ args, status }) => {
    const guest = start(directory => [...withDevices(directory), ...args]);
    const boot = await guest.boot();
    expect(boot).toMatch(
      /hmp firmware 0\.1: SBI 2\.0, \d harts?, boot hart 0, timer (sstc|mtimer), next 0x80200000\r\n/,
    );
    expect(boot).toMatch(/rng: 16 bytes [0-9a-f]{32}\r\n/);
    expect(boot).toContain('blk: 128 sectors, sector 0 byte sum ');
    expect(boot).toContain('net: 52:54:00:12:34:56, link up, announced\r\n');
    expect(boot).toContain('console: port 0 echoes\r\n');
    expect(boot).toContain('balloon: 0 pages wanted\r\n');
    const report = (await guest.run('virtio')).join('\n');
    expect(report.split(status).length - 1).toBe(5);
    expect((await guest.run('rng 20'))[0]).toMatch(/^[0-9a-f]{40}$/);
    expect((await guest.run('disk read 0')).slice(0, 2)).toEqual([
      'disk: sector 0',
      '000: 73 65 63 74 6f 72 20 7a 65 72 6f 20 73 65 63 74  sector zero sect',
    ]);
    expect(await guest.run('disk write 5 ring bytes')).toEqual(['disk: sector 5: wrote 10 bytes']);
    expect(readFileSync(guest.file('disk')).toString('latin1', 5 * 512, 5 * 512 + 11)).toBe('ring bytes\0');
    expect((await guest.run('disk read 5'))[1]).toContain('ring bytes......');
    expect(await guest.run('disk read 128')).toEqual(['disk: sector 128 is beyond the last, 127']);
    guest.type('poweroff\r');
    expect(await guest.exit).toBe(0);
  });

  it('edits lines and knows its commands', async () => {
    const guest = start(() => []);
    expect(await guest.boot()).not.toContain('rng:');
    guest.type('ecko\x7f\x7fho one\r');
    expect(await guest.serial.expect('guest> ')).toBe('ecko\b \b\b \bho one\r\none\r\nguest> ');
    guest.type('junk\x15echo two\x03');
    expect(await guest.serial.expect('guest> ')).toContain('echo two^C\r\nguest> ');
    expect(await guest.run('nosuch')).toEqual(['unknown command: nosuch (help lists them)']);
    expect((await guest.run('help')).map(line => line.split(' ')[0])).toEqual(
      'help echo uptime mem cpus sbi virtio disk rng net console spin panic reboot poweroff'.split(' '),
    );
    expect((await guest.run('uptime'))[0]).toMatch(/^up \d+\.\d{3} s, \d+ ticks$/);
    expect(await guest.run('mem')).toContain('reserved   0x80000000-0x8007ffff 512 KiB');
    for (const command of ['rng 1', 'disk read 0', 'net', 'console x']) {
      expect((await guest.run(command))[0]).toMatch(/^(rng|disk|net|console): no device$/);
    }
    guest.type('reboot\r');
    await guest.serial.expect('rebooting\r\n');
    await guest.boot();
    guest.type('spin\r');
    await guest.serial.expect('spinning, any key stops\r\n');
    guest.type('x');
    expect(await guest.serial.expect('guest> ')).toMatch(/^spun \d+ turns\r\n/);
    guest.type('panic of the test\r');
    expect(await guest.serial.expect('guest halted\r\n')).toContain('\r\nguest panic: of the test\r\n');
  });

  it.each(['on', 'off'])('is served by the firmware, sstc=%s', async sstc => {
    const guest = start(() => ['-smp', '3', '-cpu', `rv64,sstc=${sstc}`]);
    await guest.boot();
    expect(await guest.run('sbi')).toEqual([
      'SBI 2.0, implementation 0x686d70 version 0x10000',
      'extensions TIME IPI RFENCE HSM SRST DBCN',
      'debug console speaks',
      'debug console on firmware memory: error -3',
      'remote fence: ok',
      'fence of hart 64: error -3',
      'suspend until the next interrupt: ok',
    ]);
  });

  it('tells of a failure when it powers off', async () => {
    const guest = start(() => []);
    await guest.boot();
    guest.type('poweroff fail\r');
    await guest.serial.expect('powering off\r\n');
    expect(await guest.exit).toBe(1);
  });

  it('starts, stops and wakes harts', async () => {
    const guest = start(() => ['-smp', '4']);
    await guest.boot();
    expect(await guest.run('cpus stop 3')).toEqual(['hart 3: stopped']);
    const states = await guest.run('cpus');
    expect(states.map(line => line.split(',')[0])).toEqual([
      'hart 0: started',
      'hart 1: started',
      'hart 2: started',
      'hart 3: stopped',
    ]);
    expect(await guest.run('cpus start 3')).toEqual(['hart 3: started']);
    expect(await guest.run('cpus start 3')).toEqual(['hart 3: SBI error -6']);
    expect(await guest.run('cpus wake 1')).toEqual(['hart 1: woken']);
  });

  it.each([
    { args: [], extra: ['VIRTIO_F_ANY_LAYOUT'] },
    { args: MODERN, extra: ['VIRTIO_F_VERSION_1'] },
  ])('negotiates what it wants and no more: $extra', async ({ args, extra }) => {
    const guest = start(directory => [...withDevices(directory), ...args]);
    await guest.boot();
    const rings = [...extra, 'VIRTIO_RING_F_EVENT_IDX', 'VIRTIO_RING_F_INDIRECT_DESC'];
    expect(await featuresOf(guest, 'rng0')).toEqual(rings);
    expect(await featuresOf(guest, 'balloon0')).toEqual(['VIRTIO_BALLOON_F_STATS_VQ', ...rings]);
    const blk = await featuresOf(guest, 'blk0');
    expect(blk).toEqual(expect.arrayContaining(['VIRTIO_BLK_F_FLUSH', 'VIRTIO_RING_F_EVENT_IDX']));
  });

  it('takes feature masks from the command line', async () => {
    const masks = 'virtio.rng.features=0 quiet virtio.balloon.features=0x10000000';
    const guest = start(directory => [...withDevices(directory), '-append', masks]);
    expect(await guest.boot()).toContain(`bootargs "${masks}"\r\n`);
    expect(await featuresOf(guest, 'rng0')).toEqual([]);
    expect(await featuresOf(guest, 'balloon0')).toEqual(['VIRTIO_RING_F_INDIRECT_DESC']);
    expect((await guest.run('rng 4'))[0]).toMatch(/^[0-9a-f]{8}$/);
  });

  it('echoes on the virtio console', async () => {
    const guest = start(withDevices);
    const socket = await connectTo(guest.file('console'));
    const port = new Transcript();
    socket.on('data', chunk => port.append(chunk.toString('latin1')));
    await guest.boot();
    expect(await guest.run('console from the shell')).toEqual(['console: wrote 16 bytes']);
    await port.expect('from the shell\r\n');
    socket.write('ping');
    await port.expect('ping');
    socket.destroy();
  });

  it.each([[], MODERN])('exchanges frames', async (...args) => {
    const wire = await TestWire.open();
    const guest = start(directory => [...withDevices(directory, wire.netdev('n0')), ...args]);
    await guest.boot();
    const arp = await wire.receive();
    expect(arp.subarray(0, 14).toString('hex')).toBe('ffffffffffff5254001234560806');
    expect(await guest.run('net send over the wire')).toEqual([
      'net: sent 60 bytes to ff:ff:ff:ff:ff:ff type 0x88b5',
    ]);
    const frame = await wire.receive();
    expect(frame.length).toBe(60);
    expect(frame.toString('latin1', 12, 28)).toBe('\x88\xb5over the wire\0');
    frame.fill(0x02, 6, 12);
    guest.type('ec');
    wire.send(frame);
    await guest.serial.expect(
      '\r\nnet: received 60 bytes from 02:02:02:02:02:02 type 0x88b5: over the wire\r\nguest> ec',
    );
    guest.type('ho ok\r');
    await guest.serial.expect('\r\nok\r\nguest> ');
    expect(await guest.run('net')).toEqual(['net: 52:54:00:12:34:56, link up, 2 sent, 1 received']);
    wire.close();
  });

  it('follows the link and the balloon', async () => {
    const guest = start(directory => [...withDevices(directory), ...MODERN]);
    await guest.boot();
    await guest.execute('set_link', { name: 'net0', up: false });
    await guest.serial.expect('\r\nnet: link down\r\nguest> ');
    await guest.execute('balloon', { value: 96 * 1024 * 1024 });
    await guest.serial.expect('\r\nballoon: 8192 pages of 8192 wanted\r\nguest> ');
    expect(await guest.execute('query-balloon')).toEqual({ actual: 96 * 1024 * 1024 });
    await guest.execute('balloon', { value: 128 * 1024 * 1024 });
    await guest.serial.expect('balloon: 0 pages of 0 wanted\r\nguest> ');
    expect(await guest.run('mem')).toContain('balloon    0 pages of 0 wanted');
  });
});
