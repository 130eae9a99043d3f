import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseOptions } from '../hx/index.ts';
import { parseInvocation } from './parse-invocation.ts';

const table = parseOptions(readFileSync('hx/hmp-options.hx', 'utf8'), 'hx/hmp-options.hx');
const parse = (...argv: string[]) => parseInvocation(table, argv);

describe('parseInvocation', () => {
  it('boots the bundled guest with one device of each kind when told nothing', () => {
    const { machine, commands, output } = parse();
    expect(machine.devices.map(({ driver }) => driver)).toEqual([
      'virtio-blk-device',
      'virtio-net-device',
      'virtio-rng-device',
      'virtio-balloon-device',
    ]);
    expect(machine).toMatchObject({
      kernel: null,
      bundledGuest: true,
      bios: null,
      ramSize: 128 << 20,
      harts: 1,
      serials: ['vc'],
    });
    expect(commands).toEqual([]);
    expect(output).toBe('text');
  });

  it.each([
    ['-M', 'virt'],
    ['-nodefaults'],
    ['-kernel', 'x'],
    ['-bios', 'x'],
    ['-device', 'virtio-rng-device'],
    ['-drive', 'if=none,id=d0,file=mem:1M'],
  ])('brings no guest and no devices of its own with %s', (...argv) => {
    const { devices, bundledGuest } = parse(...argv).machine;
    expect(devices.map(({ driver }) => driver)).toEqual(argv[0] === '-device' ? ['virtio-rng-device'] : []);
    expect(bundledGuest).toBe(false);
  });

  it('reads QEMU options with one dash or two', () => {
    const { machine } = parse(
      '--m',
      '1G',
      '-smp',
      'cpus=2',
      '-name',
      'guest=vm,process=p',
      '-uuid',
      '550E8400-e29b-41d4-a716-446655440000',
      '-global',
      'virtio-mmio.force-legacy=false',
      '-cpu',
      'rv64,sv48=off',
      '-no-reboot',
      '-S',
      '-serial',
      'null',
      '--netdev=hubport,id=n0,hubid=1',
    );
    expect(machine).toMatchObject({
      ramSize: 2 ** 30,
      harts: 2,
      name: 'vm',
      uuid: '550e8400-e29b-41d4-a716-446655440000',
      globals: [{ driver: 'virtio-mmio', property: 'force-legacy', value: 'false' }],
      cpu: { model: 'rv64', properties: { sv48: 'off' } },
      actions: { reboot: 'shutdown' },
      startPaused: true,
      serials: ['null'],
    });
  });

  it('keeps commands and files in order, and tables with their handlers', () => {
    const given = parse('-c', 'a', '-f', 'x', '-c', 'b', '-e', '--hx', 't', '--handlers', 'm', '--hx', 'u');
    expect(given).toMatchObject({
      commands: ['a', 'b'],
      files: ['x'],
      stopAtError: true,
      tables: [
        { file: 't', handlers: 'm' },
        { file: 'u', handlers: null },
      ],
    });
  });

  it('turns -device help into the monitor command on a machine that does not run', () => {
    const given = parse('-device', 'virtio-rng-device', '-device', 'virtio-blk-device,help', '-c', 'x');
    expect(given.commands).toEqual(['device_add virtio-blk-device,help']);
    expect(given.machine).toMatchObject({ devices: [], startPaused: true });
  });

  it.each([
    [['-serail', 'x'], '-serail: invalid option (did you mean -serial?)'],
    [['-S=x'], 'invalid option'],
    [['--S=x'], 'takes no argument'],
    [['-o', 'xml'], 'expected text or json'],
    [['-cpu', 'rv64,+zba'], 'Expected key=value format, found +zba.'],
    [['-m', '1k'], 'too few'],
    [['--handlers', 'm'], 'give --hx FILE before it'],
  ])('refuses %j', (argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
  });
});
