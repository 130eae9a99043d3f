/** Stopping, going on, resetting and ending, with a guest that is busy. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hmp } from './support/hmp.ts';
import { GUEST, TestVm } from './support/vm.ts';

let vm: TestVm;

async function boot(...args: string[]): Promise<void> {
  vm = await TestVm.start(args);
  await vm.boot();
}

async function spin(): Promise<void> {
  vm.type('spin\r');
  await vm.console().expect('spinning, any key stops\r\n');
}

/** Instructions that each hart has executed. */
async function instructions(): Promise<bigint[]> {
  return (await vm.execute('x-query-vcpu-stats')).map(hart => hart.instructions);
}

/** Resolves when hart 0 has executed more than that. */
async function movedOn(from: bigint): Promise<void> {
  while ((await instructions())[0]! <= from);
}

afterEach(() => vm.close());

describe('stop and cont', () => {
  it('are obeyed by a guest that never waits', async () => {
    await boot('-smp', '2');
    await spin();
    await movedOn((await instructions())[0]!);
    await vm.hmp('stop');
    expect(await vm.hmp('info status')).toBe('VM status: paused\n');
    const standing = await instructions();
    const registers = await vm.hmp('info registers -a');
    for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve));
    expect(await instructions()).toEqual(standing);
    expect(await vm.hmp('info registers -a')).toBe(registers);
    await vm.hmp('cont');
    expect(await vm.hmp('info status')).toBe('VM status: running\n');
    await movedOn(standing[0]!);
    vm.type('x');
    expect(await vm.console().expect('guest> ')).toMatch(/^spun \d+ turns\r\n/);
    expect(vm.eventNames()).toEqual(['RESUME', 'STOP', 'RESUME']);
  });

  it('change nothing where there is nothing to change', async () => {
    await boot();
    const before = vm.events.length;
    await vm.hmp('cont');
    await vm.hmp('stop');
    await vm.hmp('stop');
    expect(vm.eventNames().slice(before)).toEqual(['STOP']);
  });

  it('keep input for later', async () => {
    await boot();
    await vm.hmp('stop');
    vm.type('echo while it stood\r');
    await vm.hmp('cont');
    await vm.console().expect('echo while it stood\r\nwhile it stood\r\n');
  });

  it('are answered beside other requests while the guest spins', async () => {
    await boot();
    await spin();
    const answers = await Promise.all(Array.from({ length: 200 }, () => vm.execute('query-status')));
    expect(answers).toEqual(Array(200).fill({ running: true, status: 'running' }));
  });
});

describe('system_reset', () => {
  it('starts a running guest anew', async () => {
    await boot();
    await spin();
    const reset = vm.event('RESET');
    await vm.hmp('system_reset');
    expect((await reset).data).toEqual({ guest: false, reason: 'host-qmp-system-reset' });
    expect(await vm.hmp('info status')).toBe('VM status: running\n');
    expect(await vm.boot()).toContain('hmp firmware');
  });

  it('leaves a paused machine before its first instruction', async () => {
    await boot();
    await vm.hmp('stop');
    const before = vm.events.length;
    const reset = vm.event('RESET');
    await vm.hmp('system_reset');
    await reset;
    expect(await vm.hmp('info status')).toBe('VM status: paused (prelaunch)\n');
    expect(await vm.hmp('print /x $pc')).toBe('0x1000\n');
    await vm.hmp('cont');
    await vm.boot();
    expect(vm.eventNames().slice(before)).toEqual(['RESET', 'RESUME']);
  });

  it('puts every device back', async () => {
    await boot(...GUEST, '-device', 'virtio-rng-device,id=rng0');
    expect(await vm.hmp('info virtio-status /machine/peripheral/rng0')).toContain('DRIVER_OK');
    await vm.hmp('stop');
    const reset = vm.event('RESET');
    await vm.hmp('system_reset');
    await reset;
    expect(await vm.hmp('info virtio-status /machine/peripheral/rng0')).not.toContain('DRIVER_OK');
    expect(await vm.hmp('info virtio-queue-status /machine/peripheral/rng0 0')).toMatch(/desc: +0x0{16}\n/);
  });
});

describe('the end', () => {
  it('comes with quit, whatever the machine does', async () => {
    await boot('-no-shutdown', '-no-reboot');
    await spin();
    const told = vm.event('SHUTDOWN');
    await vm.hmp('quit');
    expect((await told).data).toEqual({ guest: false, reason: 'host-qmp-quit' });
    expect(await vm.ended).toEqual({ cause: 'host-qmp-quit', status: 0 });
  });

  it.each([
    { command: 'poweroff', reason: 'guest-shutdown', status: 0 },
    { command: 'poweroff fail', reason: 'guest-panic', status: 1 },
  ])('comes when the guest says $command', async ({ command, reason, status }) => {
    await boot();
    const told = vm.event('SHUTDOWN');
    vm.type(`${command}\r`);
    expect((await told).data).toEqual({ guest: true, reason });
    expect(await vm.ended).toEqual({ cause: reason, status });
    expect(vm.eventNames().at(-1)).toBe('SHUTDOWN');
    expect(vm.console().text, 'the last words').toMatch(/powering off\r\n$/);
  });

  it('comes instead of a reboot with -no-reboot', async () => {
    await boot('-no-reboot');
    const told = vm.event('SHUTDOWN');
    vm.type('reboot\r');
    expect((await told).data).toEqual({ guest: true, reason: 'guest-reset' });
    expect(await vm.ended).toEqual({ cause: 'guest-reset', status: 0 });
    expect(vm.eventNames()).not.toContain('RESET');
  });

  it('is a standstill with -no-shutdown, from which a reset leads on', async () => {
    await boot('-no-shutdown');
    const before = vm.events.length;
    const stopped = vm.event('STOP');
    vm.type('poweroff\r');
    await stopped;
    expect(await vm.hmp('info status')).toBe('VM status: paused (shutdown)\n');
    expect(await vm.refusal('cont')).toBe('Error: Resetting the Virtual Machine is required\n');
    const reset = vm.event('RESET');
    await vm.hmp('system_reset');
    await reset;
    expect(await vm.hmp('info status')).toBe('VM status: paused (prelaunch)\n');
    await vm.hmp('cont');
    await vm.boot();
    expect(vm.eventNames().slice(before)).toEqual(['SHUTDOWN', 'STOP', 'RESET', 'RESUME']);
  });

  it('can be chosen while the machine runs', async () => {
    await boot();
    await vm.execute('set-action', { shutdown: 'pause', reboot: 'shutdown' });
    const stopped = vm.event('STOP');
    vm.type('reboot\r');
    await stopped;
    expect(await vm.hmp('info status')).toBe('VM status: paused (shutdown)\n');
  });
});

/**
 * Prints '!' and writes a number of up to 18 bits to the test device:
 * lui t2,0x10000; li t3,'!'; sb t3,(t2); lui t0,0x100; lui+addi t1; sw t1,(t0); j .
 */
function testDeviceProgram(value: number): Buffer {
  const low = value & 0xfff;
  const words = [
    0x100003b7,
    0x02100e13,
    0x01c38023,
    0x001002b7,
    0x00000337 | (value - low),
    0x00030313 | (low << 20),
    0x0062a023,
    0x0000006f,
  ];
  return Buffer.from(Uint32Array.from(words).buffer);
}

describe('the exit status of the program', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hmp-exit-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const firmware = (value: number) => {
    const file = join(folder, `firmware-${value}.bin`);
    writeFileSync(file, testDeviceProgram(value));
    return file;
  };

  it.each([
    { what: 'passes', value: 0x5555, code: 0 },
    { what: 'fails with 3', value: 0x33333, code: 3 },
    { what: 'fails without a number', value: 0x3333, code: 0 },
  ])('is $code when firmware $what, though stdin is open', async ({ value, code }) => {
    const run = await hmp(['-bios', firmware(value)], { keepOpen: true });
    expect(run).toEqual({ stdout: '', stderr: '', code });
  });

  it('comes after the last output is in its file', async () => {
    const log = join(folder, 'serial.log');
    const run = await hmp(['-bios', firmware(0x5555), '-serial', `file:${log}`], { keepOpen: true });
    expect(run).toEqual({ stdout: '', stderr: '', code: 0 });
    expect(readFileSync(log, 'latin1')).toBe('!');
  });

  it('is that of the guest when a script has waited for its end', async () => {
    const run = await hmp(['-S', '-bios', firmware(0x53333), '-c', 'cont', '-c', 'wait SHUTDOWN 20']);
    expect(run).toEqual({
      stdout: 'SHUTDOWN {"guest": true, "reason": "guest-panic"}\n',
      stderr: '',
      code: 5,
    });
  });

  it('is 3 for a command that the machine does not live to answer', async () => {
    const run = await hmp(['-bios', firmware(0x5555), '-c', 'wait WATCHDOG 20']);
    expect(run).toEqual({ stdout: '', stderr: 'Error: the connection to the machine was lost\n', code: 3 });
  });

  it('is 0 for a quit beside a running guest', async () => {
    const run = await hmp([], { input: 'info status\nquit\n', keepOpen: true });
    expect(run).toEqual({ stdout: 'VM status: running\n', stderr: '', code: 0 });
  });
});
