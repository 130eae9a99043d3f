/** The protocol of test programs: what they do with a machine that nobody executes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunningHmp } from './support/programs.ts';
import { QtestClient } from './support/qtest-client.ts';
import { TestVm } from './support/vm.ts';

const RAM = 0x8000_0000;
const MTIMECMP = 0x200_4000;
const MTIME = 0x200_bff8;
const RTC = 0x10_1000;
const PLIC = 0xc00_0000;
const RTC_SOURCE = 11;
const LAST_TRANSPORT = 0x1000_8000;
const MTIMER_PATH = '/machine/unattached/device[1]';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hmp-qtest-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('-qtest', () => {
  let client: QtestClient;
  let vm: TestVm | undefined;

  beforeEach(async () => {
    client = await QtestClient.listen(join(folder, 'qtest'));
  });
  afterEach(async () => {
    await vm?.close();
    vm = undefined;
    client.close();
  });

  async function start(...args: string[]): Promise<void> {
    const log = join(folder, 'log');
    const qtest = ['-qtest', `unix:${join(folder, 'qtest')}`, '-qtest-log', log, '-accel', 'qtest'];
    vm = await TestVm.start([...qtest, ...args]);
  }

  it('reads and writes memory', async () => {
    await start();
    expect(await client.run('endianness')).toBe('little');
    await client.write('q', RAM, 0x1122334455667788n);
    expect(await client.ask(`readq ${RAM}`)).toBe('OK 0x1122334455667788');
    expect(await client.ask(`readb 0x${RAM.toString(16)}`)).toBe('OK 0x0000000000000088');
    expect(await client.ask(`read ${RAM} 4`)).toBe('OK 0x88776655');
    expect(await client.ask(`write ${RAM} 5 0x0102`)).toBe('OK');
    expect(await client.ask(`b64read ${RAM} 6`)).toBe('OK AQIAAAAz');
    expect(await client.ask(`b64write ${RAM} 3 AQID`)).toBe('OK');
    expect(await client.ask(`memset ${RAM + 1} 1 0xff`)).toBe('OK');
    expect(await client.ask(`memset ${RAM} 0 1`)).toBe('OK');
    expect(await client.run(`read ${RAM} 3`)).toBe('0x01ff03');
    expect(await vm!.hmp(`xp /3xb ${RAM}`)).toContain('0x01 0xff 0x03');
  });

  it('reads registers in the pieces that devices take; elsewhere there is nothing', async () => {
    await start('-device', 'virtio-rng-device');
    expect(await client.read('l', LAST_TRANSPORT)).toBe(0x74726976n);
    expect(await client.read('l', LAST_TRANSPORT + 8)).toBe(4n);
    expect(await client.run(`read ${LAST_TRANSPORT} 12`)).toBe('0x766972740100000004000000');
    expect(await client.read('b', PLIC)).toBe(0n); // takes words only
    expect(await client.read('q', 0x1234_5678_0000)).toBe(0n);
    expect(await client.run('readq 0xfffffffffffffff8')).toBe('0x0000000000000000');
    expect(await client.run(`write ${RAM - 2} 4 0x01020304`)).toBe('');
    expect(await client.run(`read ${RAM - 2} 4`)).toBe('0xffff0304'); // below RAM are PCI's windows
  });

  it('moves time, and timers with it', async () => {
    await start();
    expect(await client.read('q', MTIME)).toBe(0n);
    await client.write('q', MTIMECMP, 50n);
    await client.run(`irq_intercept_out ${MTIMER_PATH}`);
    expect(await client.run('clock_step 4900')).toBe('4900');
    expect(client.interrupts).toEqual([]);
    expect(await client.run('clock_step')).toBe('5000');
    expect(client.interrupts).toEqual(['IRQ raise 0']);
    expect(await client.read('q', MTIME)).toBe(50n);
    expect(await client.run('clock_set 4000')).toBe('5000'); // never back
    expect(await client.run('clock_set 6000')).toBe('6000');
    await client.write('q', MTIMECMP, 100n);
    expect(client.interrupts).toEqual(['IRQ raise 0', 'IRQ lower 0']);
    expect(await client.run('csr get_csr 0 0x344 0')).toBe('0 0000000000000000');
    await client.run('clock_step 4000');
    expect(await client.run('csr get_csr 0 0x344 0')).toBe('0 0000000000000080');
  });

  it('shows interrupts on their way to the controller, and the date as the clock has it', async () => {
    await start();
    await client.run('irq_intercept_in /machine/unattached/device[2]');
    const [low, high] = [await client.read('l', RTC), await client.read('l', RTC + 4)];
    const alarm = ((high << 32n) | low) + 1_000_000_000n;
    await client.write('l', RTC + 0x10, 1);
    await client.write('l', RTC + 0x0c, alarm >> 32n);
    await client.write('l', RTC + 0x08, alarm & 0xffff_ffffn);
    await client.run('clock_step 999999000');
    expect(client.interrupts).toEqual([]);
    await client.run('clock_step 2000');
    expect(client.interrupts).toEqual([`IRQ raise ${RTC_SOURCE}`]);
    expect(await client.read('l', PLIC + 0x1000)).toBe(1n << BigInt(RTC_SOURCE));
    await client.write('l', RTC + 0x1c, 1);
    expect(client.interrupts).toEqual([`IRQ raise ${RTC_SOURCE}`, `IRQ lower ${RTC_SOURCE}`]);
  });

  it('drives inputs of devices and harts', async () => {
    await start('-smp', '2');
    await client.run('set_irq_in /machine/unattached/device[2] unnamed-gpio-in 5 1');
    expect(await client.read('l', PLIC + 0x1000)).toBe(1n << 5n);
    await client.run('set_irq_in /machine/soc0/harts[1] unnamed-gpio-in 9 1');
    expect(await client.run('csr get_csr 1 0x344 0')).toBe('0 0000000000000280');
    expect(await client.run('csr set_csr 0 0x340 0xff')).toBe('0 00000000000000ff');
    expect(await client.run('csr get_csr 0 832 0')).toBe('0 00000000000000ff');
  });

  it('executes nothing, and loads nothing to execute', async () => {
    await start();
    expect(await vm!.hmp('info accelerators')).toBe('[qtest] tcg\n');
    expect(await vm!.hmp('info status')).toBe('VM status: running\n');
    const roms = await vm!.hmp('info roms');
    expect([...roms.matchAll(/name="(.*)"/g)].map(([, name]) => name)).toEqual([
      'mrom.reset',
      'mrom.finfo',
      'fdt',
      'etc/acpi/tables',
      'etc/table-loader',
      'etc/acpi/rsdp',
    ]);
    expect(await vm!.hmp('info registers')).toContain(' pc       0000000000001000\n');
  });

  it.each([
    ['frob 1', "FAIL Unknown command 'frob'"],
    ['', "FAIL Unknown command ''"],
    ['readb', 'FAIL Missing argument'],
    ['readb x', "FAIL Invalid number 'x'"],
    ['readb 0x10000000000000000', "FAIL Number '0x10000000000000000' out of range"],
    ['writeq 0', 'FAIL Missing argument'],
    ['read 0 0', 'FAIL Nothing to read'],
    ['read 0 0xffffffffff', "FAIL Number '0xffffffffff' out of range"],
    ['write 0 1 0x', 'FAIL Invalid argument size'],
    ['write 0 1 0xzz', 'FAIL Invalid data'],
    ['b64write 0 1 !!!!', 'FAIL Invalid data'],
    ['inb 0x10000', "FAIL Number '0x10000' out of range"],
    ['inb 0', 'OK 0x00ff'],
    ['inl 0', 'OK 0xffffffff'],
    ['outb 0 1', 'OK'],
    ['irq_intercept_in /machine', 'FAIL Unknown device'],
    ['irq_intercept_in', 'FAIL Missing argument'],
    ['set_irq_in /machine/unattached/device[2] unnamed-gpio-in 96 1', 'FAIL Unknown interrupt'],
    ['csr get_csr 3 0x340 0', "FAIL Unknown hart '3'"],
    ['csr get_csr 0 0x7ff 0', "FAIL Illegal csr '0x7ff'"],
    ['csr set_csr 0 0xf14 1', "FAIL Illegal csr '0xf14'"],
    ['csr swap 0 0x340 0', "FAIL Unknown operation 'swap'"],
    ['module_load a b', 'FAIL'],
    ['rtas a', "FAIL Unknown command 'rtas'"],
    ['clock_step -', "FAIL Invalid number '-'"],
    ['clock_step 010', 'OK 8'],
  ])('answers %j', async (line, answer) => {
    await start();
    expect(await client.ask(line)).toContain(answer);
    expect(await client.ask('endianness')).toBe('OK little');
  });

  it('watches one device only', async () => {
    await start();
    await client.run(`irq_intercept_out ${MTIMER_PATH}`);
    expect(await client.ask(`irq_intercept_out ${MTIMER_PATH}`)).toBe('OK');
    expect(await client.ask('irq_intercept_in /machine/unattached/device[2]')).toBe(
      'FAIL IRQ intercept already enabled',
    );
  });

  it('logs the dialogue', async () => {
    await start();
    await client.run('endianness');
    const log = readFileSync(join(folder, 'log'), 'utf8').replace(/\d+\.\d{6}/g, 'T');
    expect(log).toBe('[I T] OPENED\n[R +T] endianness\n[S +T] OK little\n');
  });

  it('leaves the clock alone where the harts run', async () => {
    vm = await TestVm.start([
      '-qtest',
      `unix:${join(folder, 'qtest')}`,
      '-qtest-log',
      'none',
      '-S',
      '-M',
      'virt',
    ]);
    expect(await client.ask('clock_step 1')).toBe("FAIL Unknown command 'clock_step'");
  });
});

it('runs as test programs start it, and ends with a signal', async () => {
  const client = await QtestClient.listen(join(folder, 'qtest'));
  const qmp = createServer();
  await new Promise<void>(resolve => qmp.listen(join(folder, 'qmp'), resolve));
  const greeting = new Promise<string>(resolve => {
    qmp.once('connection', socket => socket.once('data', data => resolve(data.toString())));
  });
  const args = [
    ...['-qtest', `unix:${join(folder, 'qtest')}`, '-qtest-log', '/dev/null'],
    ...['-chardev', `socket,path=${join(folder, 'qmp')},id=char0`, '-mon', 'chardev=char0,mode=control'],
    ...['-display', 'none', '-machine', 'none', '-accel', 'qtest'],
  ];
  const program = new RunningHmp(args);
  program.type('info status\n'); // is nobody's
  expect(await client.ask('endianness')).toBe('OK little');
  expect(JSON.parse(await greeting)).toHaveProperty('QMP.capabilities');
  program.signal('SIGTERM');
  expect(await program.finished).toEqual({ stdout: '', stderr: '', code: 0 });
  client.close();
  qmp.close();
});
