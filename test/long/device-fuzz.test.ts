/**
 * Every device that a command line can ask for, and everything on the board, under a driver that means no good: the
 * machine goes on, and the monitor tells about it. The types are asked of the machine: new ones are covered by themselves.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { busTypeOf } from '../../src/core/qom/device-help.ts';
import type { TypeTable } from '../../src/core/qom/types.ts';
import { allRegisters, HostileDriver } from '../support/hostile-driver.ts';
import { Random } from '../support/random.ts';
import { MODERN, TestVm } from '../support/vm.ts';

const SEED = Number(process.env['HMP_FUZZ_SEED'] ?? 20260101);
const ROUNDS = 100;
const POKES = 100;
/** wfi; j -4: the harts stay out of it. */
const PARKED = Uint32Array.of(0x10500073, 0xffdff06f);
/** What offers a bus that the board does not have. */
const CONTROLLERS: Readonly<Record<string, string>> = {
  'virtio-serial-bus': 'virtio-serial-device',
  SCSI: 'virtio-scsi-device',
};

const folder = mkdtempSync(join(tmpdir(), 'hmp-fuzz-'));
const parked = join(folder, 'parked.bin');
writeFileSync(parked, new Uint8Array(PARKED.buffer));

const start = (...args: string[]) =>
  TestVm.start(['-M', 'virt', '-m', '32M', '-bios', parked, '-no-shutdown', ...args]);

/** Options that make a device with the back ends that its properties name. */
function optionsFor(types: TypeTable, driver: string): string[] {
  const controller = CONTROLLERS[busTypeOf(types, driver) ?? ''];
  const options = controller === undefined ? [] : ['-device', controller];
  const values = [driver, 'id=victim'];
  for (const { name, kind } of types.optionsOf(driver)) {
    if (kind === 'drive') {
      options.push('-drive', 'if=none,id=disk,file=mem:64K,format=raw');
      values.push(`${name}=disk`);
    } else if (kind === 'netdev') {
      options.push('-netdev', 'hubport,id=lan,hubid=0');
      values.push(`${name}=lan`);
    } else if (kind === 'chr') {
      options.push('-chardev', 'null,id=line');
      values.push(`${name}=line`);
    } else if (name === 'fsdev') {
      options.push('-fsdev', `local,id=files,path=${folder},security_model=none`);
      values.push('fsdev=files', 'mount_tag=files');
    } else if (name === 'data-len') {
      values.push('addr=0x80000000', 'data=1', 'data-len=4');
    }
  }
  return [...options, '-device', values.join(',')];
}

async function userDevices(): Promise<[string, string[]][]> {
  const vm = await start('-S');
  const { types } = vm.machine.board;
  const drivers = [...types.all()].filter(
    type => type.userCreatable === true && type.abstract !== true && types.isA(type.name, 'device'),
  );
  const list = drivers.map(({ name }): [string, string[]] => [name, optionsFor(types, name)]);
  await vm.close();
  return list;
}

const devices = await userDevices();

describe(`under a hostile driver (HMP_FUZZ_SEED=${SEED})`, () => {
  let vm: TestVm | undefined;
  afterEach(() => vm?.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  it('finds devices', () => {
    expect(devices.map(([name]) => name)).toContain('virtio-blk-device');
  });

  it.each([['the board', []], ...devices])('%s goes on', async (name, options) => {
    for (const mode of [[], MODERN]) {
      vm = await start(...mode, ...options);
      await torment(vm, new Random(SEED));
      await answers(vm);
      if (mode.length === 0) await vm.close();
    }
    expect(name).not.toBe('');
  });
});

async function torment(vm: TestVm, random: Random): Promise<void> {
  const { memory } = vm.machine.board;
  const driver = new HostileDriver(memory, random);
  for (let round = 0; round < ROUNDS; round++) {
    const registers = allRegisters(memory);
    driver.scribble();
    if (random.chance(2)) driver.startDriver();
    for (let poke = 0; poke < POKES; poke++) driver.poke(random.pick(registers));
    await new Promise(setImmediate); // back ends answer, requests for a reset are carried out
    if (vm.events.some(({ event }) => event === 'SHUTDOWN')) await vm.outcome('system_reset');
  }
}

/** The monitor's answers are about the machine, none about a defect of ours. */
async function answers(vm: TestVm): Promise<void> {
  await vm.outcome('system_reset');
  await vm.outcome('cont');
  const lines = [
    'info qtree',
    'info qom-tree',
    'info mtree',
    'info virtio',
    'info block',
    'info network',
    'info pci',
  ];
  const paths = (await vm.execute('x-query-virtio')).map(({ path }) => path);
  const perDevice = paths.flatMap(path => [
    `info virtio-status ${path}`,
    ...[0, 1, 2].flatMap(queue => [
      `info virtio-queue-status ${path} ${queue}`,
      `info virtio-queue-element ${path} ${queue}`,
    ]),
  ]);
  for (const line of [...lines, ...perDevice]) {
    expect((await vm.outcome(line)).text).not.toMatch(/\n\s+at |TypeError|RangeError|undefined/);
  }
  expect(await vm.hmp('info status')).toMatch(/^VM status: /);
}
