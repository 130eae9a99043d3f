import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadSchema } from '../../qapi/index.ts';
import type { QmpValue } from '../../qapi/value.ts';
import { Dispatcher } from '../../qmp/dispatch.ts';
import { type TestMachine, testBoard, testConfig } from '../board/testing/test-board.ts';
import { VirtioRng } from '../hw/virtio/rng.ts';
import { machineInfoHandlers } from './machine-info.ts';
import { memoryHandlers } from './memory.ts';
import { qdevHandlers } from './qdev.ts';
import { qomHandlers } from './qom.ts';

const GOLDEN = join(process.env['HMP_SHARED'] ?? '../shared', 'golden/qemu-10.2.2/linux-qmp.json');
const KERNEL = { name: 'k', data: new Uint8Array(Uint32Array.of(0x10500073, 0xffdff06f).buffer) }; // wfi; j -4
const RNG = '/machine/peripheral/rng0';

describe('QMP commands of the machine', () => {
  let machine: TestMachine;
  let dispatcher: Dispatcher;

  beforeEach(() => {
    machine = testBoard({ kernel: KERNEL, harts: 2 });
    const { board, bus } = machine;
    const createDevice = () => new VirtioRng(board.types, board.environment, new Map());
    board.addDevice({ driver: 'virtio-rng-device', id: 'rng0' }, createDevice);
    const config = testConfig({ name: 'vm', harts: 2 });
    dispatcher = new Dispatcher(loadSchema(), {
      ...qomHandlers(board),
      ...qdevHandlers({ ...board, events: bus, defer: callback => callback(), createDevice }),
      ...memoryHandlers(board, config.ramSize),
      ...machineInfoHandlers({ ...board, config, threadId: 42 }),
    });
  });

  const run = (command: string, args: Record<string, QmpValue> = {}) => dispatcher.dispatch(command, args);

  async function text(command: string, args: Record<string, QmpValue> = {}): Promise<string> {
    return ((await run(command, args)) as { 'human-readable-text': string })['human-readable-text'];
  }

  async function failure(command: string, args: Record<string, QmpValue> = {}): Promise<string> {
    const error = await run(command, args).then(
      () => undefined,
      (reason: { errorClass: string; message: string }) => reason,
    );
    return error ? `${error.errorClass}: ${error.message}` : 'no error';
  }

  it('lists objects by absolute, partial and linked paths', async () => {
    const names = async (path: string) => {
      const list = (await run('qom-list', { path })) as { name: string; type: string }[];
      return list.map(({ name, type }) => `${name} (${type})`);
    };
    expect(await names('/machine/peripheral')).toEqual(['type (string)', 'rng0 (child<virtio-rng-device>)']);
    expect(await names('rng0')).toEqual(await names(RNG));
    expect(await names(`${RNG}/parent_bus`)).toContain('child[0] (link<virtio-rng-device>)');
    expect(await names('/')).toContain('machine (child<virt-machine>)');
    expect(await failure('qom-list', { path: '/nope' })).toBe("DeviceNotFound: Device '/nope' not found");
    expect(await failure('qom-list', { path: 'virtio-mmio[0]' })).toBe(
      "GenericError: Path 'virtio-mmio[0]' is ambiguous",
    );
  });

  it('tells the values of several objects at once, of what can be read', async () => {
    const [device, group] = (await run('qom-list-get', { paths: [RNG, '/machine/peripheral'] })) as {
      properties: { name: string; type: string; value?: QmpValue }[];
    }[];
    expect(device?.properties).toContainEqual({ name: 'realized', type: 'bool', value: true });
    expect(device?.properties.map(({ name, type }) => ({ name, type }))).toEqual(
      ((await run('qom-list', { path: RNG })) as { name: string; type: string }[]).map(({ name, type }) => ({
        name,
        type,
      })),
    );
    expect(group?.properties).toContainEqual({ name: 'rng0', type: 'child<virtio-rng-device>', value: RNG });
    expect(await failure('qom-list-get', { paths: [RNG, '/nope'] })).toBe(
      "DeviceNotFound: Device '/nope' not found",
    );
  });

  it('reads and writes properties', async () => {
    const get = (path: string, property: string) => run('qom-get', { path, property });
    expect(await get(RNG, 'realized')).toBe(true);
    expect(await get('/machine/peripheral', 'rng0')).toBe(RNG);
    expect(await get(RNG, 'parent_bus')).toBe('/machine/unattached/device[11]/virtio-mmio-bus.7');
    expect(await get('/machine/virt.flash0', 'sector-length')).toBe(262144n);
    expect(await get('/machine/unattached/system[0]', 'size')).toBe(2n ** 64n - 1n);
    expect(await get('/machine', 'memory')).toEqual({ size: 128n * 1024n * 1024n });
    const set = (path: string, property: string, value: QmpValue) =>
      failure('qom-set', { path, property, value });
    expect(await set(RNG, 'nosuch', 1)).toBe("GenericError: Property 'virtio-rng-device.nosuch' not found");
    expect(await set(RNG, 'type', 'x')).toBe(
      "GenericError: Property 'virtio-rng-device.type' is not writable",
    );
    expect(await set('/machine/peripheral', 'rng0', 1)).toBe(
      "GenericError: Property 'container.rng0' is not writable",
    );
    expect(await set('/machine/unattached/device[4]', 'force-legacy', false)).toBe(
      "GenericError: Attempt to set property 'force-legacy' on anonymous device (type 'virtio-mmio') after it was realized",
    );
  });

  it('lists types', async () => {
    const buses = await run('qom-list-types', { implements: 'bus' });
    expect(buses).toContainEqual({ name: 'virtio-mmio-bus', parent: 'virtio-bus' });
    expect(buses).not.toContainEqual(expect.objectContaining({ abstract: true }));
    const bases = await run('qom-list-types', { implements: 'bus', abstract: true });
    expect(bases).toContainEqual({ name: 'bus', abstract: true, parent: 'object' });
    expect(await run('qom-list-types', { implements: 'nosuch' })).toEqual([]);
    expect(await run('qom-list-types', { implements: 'accel' })).toEqual([
      { name: 'qtest-accel', parent: 'accel' },
      { name: 'tcg-accel', parent: 'accel' },
    ]);
    expect(await failure('qom-list-properties', { typename: 'nosuch' })).toBe(
      "DeviceNotFound: Class 'nosuch' not found",
    );
    const properties = await run('qom-list-properties', { typename: 'riscv.aclint.swi' });
    expect(properties).toContainEqual({ name: 'realized', type: 'bool' });
    expect(properties).toContainEqual({ name: 'num-harts', type: 'uint32', 'default-value': 1 });
    const namesOf = async (typename: string) =>
      ((await run('qom-list-properties', { typename })) as { name: string }[])
        .map(({ name }) => name)
        .join(' ');
    const memory =
      'type share size dump prealloc-threads x-use-canonical-path-for-ramblock-id policy prealloc-context prealloc ' +
      'reserve host-nodes merge';
    expect(await namesOf('memory-backend-ram')).toBe(memory);
    expect(await namesOf('memory-backend-file')).toBe(
      `${memory} pmem align offset mem-path rom discard-data readonly`,
    );
    expect(await namesOf('secret')).toBe('type file format data');
  });

  it.skipIf(!existsSync(GOLDEN))('knows the properties of a device as the golden capture does', async () => {
    interface Exchange {
      in: { execute: string };
      out: { return: { name: string; 'default-value'?: QmpValue }[] };
    }
    const { qmp } = JSON.parse(readFileSync(GOLDEN, 'utf8')) as { qmp: Exchange[] };
    const theirs = qmp.find(exchange => exchange.in.execute === 'device-list-properties')!.out.return;
    const ours = await run('device-list-properties', { typename: 'virtio-rng-device' });
    // JSON.parse rounds the capture's 64-bit default.
    const comparable = (list: { name: string; 'default-value'?: QmpValue }[]) =>
      list
        .map(({ 'default-value': value, ...rest }) => ({
          ...rest,
          ...(value === undefined
            ? {}
            : { 'default-value': typeof value === 'bigint' ? Number(value) : value }),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(comparable(ours as typeof theirs)).toEqual(comparable(theirs));
  });

  it('refuses what cannot be listed, added or removed', async () => {
    const list = (typename: string) => failure('device-list-properties', { typename });
    expect(await list('nosuch')).toBe("DeviceNotFound: Device 'nosuch' not found");
    expect(await list('virtio-device')).toBe(
      "GenericError: Parameter 'typename' expects a non-abstract device type",
    );
    const add = (args: Record<string, QmpValue>) => failure('device_add', args);
    expect(await add({ driver: 'foo' })).toBe("GenericError: 'foo' is not a valid device model name");
    expect(await add({ driver: 'virtio-rng-device' })).toBe(
      "GenericError: Bus 'virtio-mmio-bus.6' does not support hotplugging",
    );
    const remove = (id: string) => failure('device_del', { id });
    expect(await remove('xx')).toBe("DeviceNotFound: Device 'xx' not found");
    expect(await remove('rng0')).toBe("GenericError: Bus 'virtio-mmio-bus.7' does not support hotplugging");
    expect(await remove('/machine/soc0')).toBe(
      "GenericError: Bus 'main-system-bus' does not support hotplugging",
    );
    expect(await remove('/machine/unattached')).toBe(
      'GenericError: /machine/unattached is not a hotpluggable device',
    );
  });

  it('helps to add devices', async () => {
    const list = await text('x-query-device-help');
    expect(list).toMatch(
      /^Storage devices:\nname "scsi-cd", bus SCSI, desc "virtual SCSI CD-ROM"\nname "scsi-hd"/m,
    );
    expect(list).toMatch(/^name "virtio-blk-device", bus virtio-bus\n[\s\S]*\n\nNetwork devices:\n/m);
    expect(list).not.toContain('virtio-mmio"');
    expect(list).not.toContain('no-user');
    const all = await text('x-query-device-help', { all: true });
    expect(all).toContain('name "virtio-mmio", bus System, no-user\n');
    const addable = all.split('\n').filter(line => line.startsWith('name') && !line.endsWith(', no-user'));
    expect(addable).toEqual(list.split('\n').filter(line => line.startsWith('name')));
    expect(await text('x-query-device-help', { driver: 'virtio-mmio' })).toBe(`\
virtio-mmio options:
  force-legacy=<bool>    - on/off (default: on)
  format_transport_address=<bool> - on/off (default: on)
  ioeventfd=<bool>       - on/off (default: on)
`);
    expect(await text('x-query-device-help', { driver: 'riscv.sifive.test' })).toBe(
      'There are no options for riscv.sifive.test.\n',
    );
    expect(await failure('x-query-device-help', { driver: 'foo' })).toBe(
      "DeviceNotFound: Device 'foo' not found",
    );
  });

  it('lists devices by bus', async () => {
    expect(await text('x-query-qtree', { brief: true })).toContain(
      '      dev: virtio-rng-device, id "rng0"\n',
    );
    expect(await text('x-query-qtree')).toContain('    hart-config = "MS,MS"\n');
  });

  it('shows the memory map and what was loaded', async () => {
    expect(await text('x-query-mtree', { flatview: true })).toContain(
      'FlatView #1\n AS "memory", root: system\n',
    );
    expect(await text('x-query-mtree', { owner: true })).toContain(' owner:{dev path=/machine/fw_cfg}\n');
    expect(await text('x-query-roms')).toContain('addr=0000000080000000 size=0x000008 mem=ram name="k"\n');
    expect(await run('query-memory-size-summary')).toEqual({ 'base-memory': 128n * 1024n * 1024n });
  });

  it('reads memory, registers of devices included', async () => {
    const read = async (address: bigint, size: bigint, physical: boolean) => {
      const { data } = (await run('x-read-memory', { address, size, physical })) as { data: string };
      return Buffer.from(data, 'base64').toString('hex');
    };
    expect(await read(0x8000_0000n, 8n, true)).toBe('730050106ff0dfff');
    expect(await read(0x8000_0000n, 8n, false)).toBe('730050106ff0dfff');
    expect(await read(0x1000_1000n, 8n, true)).toBe('7669727401000000'); // a legacy virtio transport
    expect(await failure('x-read-memory', { address: 0n, size: 4n })).toBe(
      'GenericError: Cannot access memory',
    );
    expect(await failure('x-read-memory', { address: 0xfffen, size: 4n, physical: true })).toBe(
      'GenericError: Cannot access memory',
    );
    expect(await failure('x-read-memory', { address: 0n, size: 1n << 40n })).toMatch(
      /Parameter 'size' expects/,
    );
    expect(await failure('x-read-memory', { address: 0n, size: 4n, 'cpu-index': 9n })).toBe(
      "GenericError: Parameter 'cpu-index' expects a CPU number",
    );
  });

  it('disassembles and translates', async () => {
    const [first] = (await run('x-disassemble', { address: 0x1000n, count: 2, physical: true })) as {
      address: bigint;
      bytes: string;
      text: string;
    }[];
    expect(first).toMatchObject({ address: 0x1000n, bytes: '97020000' });
    expect(first?.text).toMatch(/^auipc\s+t0,0/);
    expect(await failure('x-disassemble', { address: 0n, count: 1 })).toBe(
      'GenericError: Cannot access memory',
    );
    expect(await run('x-translate', { address: 0x8000_0000n })).toEqual({ physical: 0x8000_0000n });
  });

  it('tells what machine it is', async () => {
    expect(await run('query-name')).toEqual({ name: 'vm' });
    expect(await run('query-uuid')).toEqual({ UUID: '00000000-0000-0000-0000-000000000000' });
    expect(await run('query-target')).toEqual({ arch: 'riscv64' });
    expect(await run('query-kvm')).toEqual({ enabled: false, present: false });
    expect(await run('query-version')).toEqual({
      qemu: { major: 10n, minor: 2n, micro: 2n },
      package: '',
    });
    expect(await run('query-machines')).toMatchObject([
      { name: 'none', 'cpu-max': 1n },
      { name: 'virt', 'cpu-max': 512n },
    ]);
    expect(await run('query-cpus-fast')).toMatchObject([
      { 'cpu-index': 0n, 'qom-path': '/machine/soc0/harts[0]', 'thread-id': 42n, target: 'riscv64' },
      { 'cpu-index': 1n, 'qom-path': '/machine/soc0/harts[1]' },
    ]);
  });

  it('shows registers and what the harts have done', async () => {
    expect(await text('x-query-registers')).toMatch(/^\nCPU#0\n.*\n/);
    expect(await text('x-query-registers', { all: true })).toContain('\nCPU#1\n');
    expect(await run('x-query-register', { name: 'pc', 'cpu-index': 1n })).toEqual({ value: 0x1000n });
    expect(await failure('x-query-register', { name: 'nosuch' })).toBe('GenericError: unknown register');
    expect(await run('x-query-register-names')).toContain('satp');
    machine.run(1000);
    const stats = (await run('x-query-vcpu-stats')) as { instructions: bigint; halted: boolean }[];
    expect(stats).toHaveLength(2);
    expect(stats[0]?.instructions).toBeGreaterThan(6n);
  });
});
