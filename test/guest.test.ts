/** The bundled guest in our machine: what the monitor says about its devices is what the guest did to them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freeUdpPorts } from './support/ports.ts';
import { elementText, physicalBytes, queueStatus, readRing } from './support/rings.ts';
import { ALL_DEVICES, GUEST, MODERN, SCRATCH_DISK, TestVm } from './support/vm.ts';

const DEVICES = ['rng0', 'blk0', 'net0', 'balloon0', 'ser0'];
const MACHINES = [
  { name: 'legacy, 1 hart', args: ['-smp', '1'] },
  { name: 'legacy, 2 harts', args: ['-smp', '2'] },
  { name: 'modern, 1 hart', args: ['-smp', '1', ...MODERN] },
  { name: 'modern, 2 harts', args: ['-smp', '2', ...MODERN] },
];

let vm: TestVm;

async function start(args: readonly string[], disk = SCRATCH_DISK): Promise<string> {
  vm = await TestVm.start([...GUEST, ...disk, ...ALL_DEVICES, ...args]);
  return vm.boot();
}

afterEach(() => vm.close());

const pathOf = (id: string) => `/machine/peripheral/${id}`;

/** Guest features that `info virtio-status` shows, by the names that the guest uses for them. */
async function shownFeatures(id: string): Promise<string[]> {
  const status = await vm.hmp(`info virtio-status ${pathOf(id)}`);
  const section = /Guest features:\n([\s\S]*?) {2}Host features/.exec(status)?.[1] ?? '';
  const names = [...section.matchAll(/^\t(\w+):/gm)].map(([, name]) => name!);
  expect(status).not.toMatch(/unknown/i);
  return names.map(name => name.replace(/^VIRTIO_RING_F_/, 'RING_').replace(/^VIRTIO_(\w+?_)?F_/, '')).sort();
}

interface GuestDevice {
  readonly features: readonly string[];
  readonly status: string;
  readonly queues: readonly (readonly [desc: string, avail: string, used: string])[];
}

/** What the guest's own `virtio` command says, by the kind of device. */
async function guestReport(): Promise<ReadonlyMap<string, GuestDevice>> {
  const text = `${(await vm.shell('virtio')).join('\n')}\n`;
  const blocks = [...text.matchAll(/^0x\w+ irq \d+: (\w+) id \d+ \w+ status (\w+) .*\n((?: .*\n)*)/gm)];
  return new Map(
    blocks.map(([, kind, status, body]) => [
      kind!,
      {
        status: status!,
        features: (/negotiated 0x\w+:(.*)/.exec(body!)?.[1] ?? '').trim().split(' ').filter(Boolean).sort(),
        queues: [...body!.matchAll(/desc (\w+) avail (\w+) used (\w+)/g)].map(
          ([, d, a, u]) => [d!, a!, u!] as const,
        ),
      },
    ]),
  );
}

const kindOf = (id: string) => (id === 'ser0' ? 'console' : id.replace(/\d$/, ''));

describe.each(MACHINES)('on a machine: $name', ({ args }) => {
  it('boots with every device driven', async () => {
    const boot = await start(args);
    expect(boot).toMatch(new RegExp(`^harts ${args[1]}, boot hart \\d,`, 'm'));
    expect(boot).toMatch(/^rng: 16 bytes [0-9a-f]{32}\r$/m);
    expect(boot).toContain('\r\nblk: 128 sectors, sector 0 byte sum ');
    expect(boot).toContain('\r\nnet: 52:54:00:12:34:56, link up, announced\r\n');
    expect(boot).toContain('\r\nconsole: port 0 echoes\r\n');
    expect(boot).toContain('\r\nballoon: 0 pages wanted\r\n');
  });

  it('shows the features that the guest negotiated, and its rings', async () => {
    await start(args);
    const report = await guestReport();
    const modern = args.includes(MODERN[1]!);
    for (const id of DEVICES) {
      const device = report.get(kindOf(id))!;
      expect(await shownFeatures(id), id).toEqual(device.features);
      expect(device.features.includes('VERSION_1'), id).toBe(modern);
      expect(device.status).toBe(modern ? '0x0f' : '0x07');
      for (const [index, addresses] of device.queues.entries()) {
        const status = await queueStatus(vm, pathOf(id), index);
        const shown = ['desc', 'avail', 'used'].map(name => Number(status.get(name)));
        expect(shown, `${id} ${index}`).toEqual(addresses.map(Number));
      }
    }
  });
});

describe.each([MACHINES[0]!, MACHINES[3]!])('rings in guest memory: $name', ({ args }) => {
  it('are what the monitor says about queues and elements', async () => {
    await start(args);
    await vm.shell('rng 40');
    await vm.shell('disk read 1');
    await vm.shell('disk write 2 ring');
    await vm.hmp('stop');
    const used: string[] = [];
    for (const { path, name } of await vm.execute('x-query-virtio')) {
      const count = Number((await vm.execute('x-query-virtio-status', { path }))['num-vqs']);
      for (let queue = 0; queue < count; queue++) {
        const status = await queueStatus(vm, path, queue);
        if (Number(status.get('desc')) === 0) continue;
        const ring = await readRing(vm, status);
        expect(Number(status.get('used_idx')), `${path} ${queue}`).toBe(ring.used.idx);
        expect(Number(status.get('last_avail_idx'))).toBeLessThanOrEqual(ring.avail.idx);
        expect(Number(status.get('inuse'))).toBe(Number(status.get('last_avail_idx')) - ring.used.idx);
        for (let index = 0; index < Math.min(ring.avail.idx, ring.avail.ring.length); index++) {
          const shown = await vm.hmp(`info virtio-queue-element ${path} ${queue} ${index}`);
          expect(shown).toBe(await elementText(vm, path, name, ring, index));
          used.push(`${name} ${queue}`);
        }
      }
    }
    expect(new Set(used)).toEqual(
      new Set([
        'virtio-rng 0',
        'virtio-blk 0',
        'virtio-net 0',
        'virtio-net 1',
        'virtio-balloon 2',
        'virtio-serial 0',
      ]),
    );
    expect(
      used.filter(name => name === 'virtio-blk 0'),
      'three reads and writes, one flush',
    ).toHaveLength(4);
  });
});

describe('features that the guest is told to want', () => {
  it.each([
    { args: [], mask: '0x10000200', expected: ['FLUSH', 'RING_INDIRECT_DESC'] },
    { args: MODERN, mask: '0x20000040', expected: ['BLK_SIZE', 'RING_EVENT_IDX', 'VERSION_1'] },
    { args: MODERN, mask: '0', expected: ['VERSION_1'] },
    { args: [], mask: '0', expected: [] },
  ])('$mask gives $expected', async ({ args, mask, expected }) => {
    await start([...args, '-append', `virtio.blk.features=${mask}`]);
    expect(await shownFeatures('blk0')).toEqual(expected);
    expect(await shownFeatures('rng0')).toContain('RING_EVENT_IDX');
    expect((await vm.shell('disk read 0'))[0]).toBe('disk: sector 0');
  });
});

describe('the disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hmp-disk-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const raw = (file: string, more = '') => [
    ...['-drive', `if=none,id=d0,file=${file},format=raw${more}`],
    ...['-device', 'virtio-blk-device,drive=d0,id=blk0'],
  ];

  it.each([{ args: [] as string[] }, { args: MODERN }])('keeps what was written ($args)', async ({
    args,
  }) => {
    const file = join(folder, 'disk.raw');
    writeFileSync(file, Buffer.alloc(64 * 1024, 'sector zero ', 'latin1'));
    await start(args, raw(file));
    expect((await vm.shell('disk read 0'))[1]).toBe(
      '000: 73 65 63 74 6f 72 20 7a 65 72 6f 20 73 65 63 74  sector zero sect',
    );
    expect(await vm.shell('disk write 5 kept bytes')).toEqual(['disk: sector 5: wrote 10 bytes']);
    expect(await vm.shell('disk read 128')).toEqual(['disk: sector 128 is beyond the last, 127']);
    await vm.hmp('quit');
    await vm.ended;
    await vm.close();
    expect(readFileSync(file).toString('latin1', 5 * 512, 5 * 512 + 12)).toBe('kept bytes\0\0');
    await start(args, raw(file));
    expect((await vm.shell('disk read 5'))[1]).toMatch(/ {2}kept bytes\.+$/);
  });

  it('may be read-only', async () => {
    const file = join(folder, 'disk.raw');
    writeFileSync(file, Buffer.alloc(8192, 'fixed '));
    await start(MODERN, raw(file, ',readonly=on'));
    expect(await shownFeatures('blk0')).toContain('RO');
    expect((await vm.shell('disk write 1 no')).join()).toMatch(/^disk: /);
    expect(readFileSync(file)).toEqual(Buffer.alloc(8192, 'fixed '));
    expect(await vm.hmp('info block')).toMatch(/\(raw, read-only\)/);
  });
});

describe('the shell', () => {
  it('takes entropy, talks to console and network', async () => {
    const [port] = await freeUdpPorts(1);
    const mirror = `127.0.0.1:${port}`; // datagrams from here to here: what is sent comes back
    vm = await TestVm.start([
      ...GUEST,
      ...SCRATCH_DISK,
      ...['-netdev', `socket,id=lan0,udp=${mirror},localaddr=${mirror}`],
      ...['-device', 'virtio-net-device,netdev=lan0,id=net0'],
      ...['-device', 'virtio-rng-device,id=rng0', '-device', 'virtio-serial-device,id=ser0'],
      ...['-chardev', 'vc,id=con0', '-device', 'virtconsole,chardev=con0', ...MODERN],
    ]);
    await vm.boot();
    const [first, second] = [await vm.shell('rng 20'), await vm.shell('rng 20')];
    expect(first[0]).toMatch(/^[0-9a-f]{40}$/);
    expect(second).not.toEqual(first);
    expect(await vm.shell('console to the host')).toEqual(['console: wrote 13 bytes']);
    await vm.console('con0').expect('to the host\r\n');
    vm.type('ping', 'con0');
    await vm.console('con0').expect('ping');
    vm.type('net send round\r');
    await vm.console().expect('net: sent 60 bytes to ff:ff:ff:ff:ff:ff type 0x88b5\r\n');
    await vm.console().expect('net: received 60 bytes from 52:54:00:12:34:56 type 0x88b5: round\r\n');
    expect(await vm.shell('mem')).toContain('ram        0x80000000-0x87ffffff 131072 KiB');
  });

  it('reboots, panics, is reset, and powers off', async () => {
    await start([]);
    const reset = vm.event('RESET');
    vm.type('reboot\r');
    await vm.console().expect('rebooting\r\n');
    await vm.boot();
    expect((await reset).data).toEqual({ guest: true, reason: 'guest-reset' });
    vm.type('panic of the test\r');
    expect(await vm.console().expect('guest halted\r\n')).toContain('\r\nguest panic: of the test\r\n');
    await vm.hmp('system_reset');
    await vm.boot();
    vm.type('poweroff\r');
    await vm.console().expect('powering off\r\n');
    expect(await vm.ended).toEqual({ cause: 'guest-shutdown', status: 0 });
  });
});

describe('harts', () => {
  it('start, stop and wake', async () => {
    vm = await TestVm.start(['-smp', '4']);
    await vm.boot();
    expect(await vm.shell('cpus stop 3')).toEqual(['hart 3: stopped']);
    expect((await vm.shell('cpus')).map(line => line.split(',')[0])).toEqual([
      'hart 0: started',
      'hart 1: started',
      'hart 2: started',
      'hart 3: stopped',
    ]);
    expect(await vm.shell('cpus start 3')).toEqual(['hart 3: started']);
    await vm.shell('cpus wake 1');
    expect((await vm.shell('cpus'))[1]).toBe('hart 1: started, 1 wakeups');
    expect(await vm.shell('sbi')).toContain('remote fence: ok');
    expect((await vm.hmp('info cpus')).split('\n')).toHaveLength(5);
  });

  it('keep time', async () => {
    await start([]);
    const ticks = async () => Number(/(\d+) ticks$/.exec((await vm.shell('uptime'))[0]!)?.[1]);
    const first = await ticks();
    while ((await ticks()) <= first); // a timer that never fires ends in the limit of the test
  });
});

describe('what the host asks of the guest', () => {
  it.each([{ args: [] as string[] }, { args: MODERN }])('the balloon moves ($args)', async ({ args }) => {
    await start(args);
    expect(await vm.hmp('info balloon')).toBe('balloon: actual=128\n');
    const changed = vm.event('BALLOON_CHANGE');
    await vm.hmp('balloon 96');
    await vm.console().expect('\r\nballoon: 8192 pages of 8192 wanted\r\nguest> ');
    expect(((await changed).data as { actual: bigint }).actual).toBeLessThan(128n << 20n);
    expect(await vm.hmp('info balloon')).toBe('balloon: actual=96\n');
    await vm.hmp('balloon 128');
    await vm.console().expect('balloon: 0 pages of 0 wanted\r\nguest> ');
    expect(await vm.hmp('info balloon')).toBe('balloon: actual=128\n');
  });

  it('the link goes down and up', async () => {
    await start(MODERN);
    await vm.hmp('set_link net0 off');
    await vm.console().expect('\r\nnet: link down\r\nguest> ');
    await vm.hmp('set_link net0 on');
    await vm.console().expect('\r\nnet: link up\r\nguest> ');
    expect(await vm.refusal('set_link nosuch on')).toBe("Error: Device 'nosuch' not found\n");
  });
});

describe('memory', () => {
  it('is translated as the guest has mapped it', async () => {
    await start(['-smp', '2']);
    await vm.hmp('stop');
    expect(await vm.hmp('gva2gpa 0xffffffc080205678')).toBe('gpa: 0x80205678\n');
    expect(await vm.hmp('gva2gpa 0x10000005')).toBe('gpa: 0x10000005\n');
    expect(await vm.hmp('gva2gpa 0xffffffc080000000'), "the firmware's pages").toBe('Unmapped\n');
    const words = (dump: string) => dump.replace(/^[0-9a-f]+: /gm, '');
    const virtual = await vm.hmp('x /64xb 0xffffffc080200000');
    expect(virtual).toMatch(/^ffffffc080200000: /);
    expect(words(virtual)).toBe(words(await vm.hmp('xp /64xb 0x80200000')));
    const image = readFileSync('src/guest/built/guest.elf');
    expect(image.includes(await physicalBytes(vm, 0x80200000n, 64))).toBe(true);
    expect(await vm.hmp('x /1i 0xffffffc080200000')).toMatch(/^0xffffffc080200000: {2}[0-9a-f]{4,8} +\S/);
    expect(await vm.refusal('x /4xw 0x100000000000')).toBe('0000100000000000: Cannot access memory\n');
    expect(await vm.refusal('xp /4xw 0x18000000')).toBe('0000000018000000: Cannot access memory\n');
  });

  it('is seen by the hart that was chosen', async () => {
    await start(['-smp', '2']);
    await vm.hmp('stop');
    const stack = await vm.hmp('print /x $sp');
    await vm.hmp('cpu 1');
    expect(await vm.hmp('print /x $mhartid')).toBe('0x1\n');
    expect(await vm.hmp('print /x $sp')).not.toBe(stack);
  });
});
