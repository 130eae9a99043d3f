import { beforeEach, describe, expect, it } from 'vitest';
import { VirtioPciProxy } from '../hw/virtio/pci-proxy.ts';
import { VirtioRng } from '../hw/virtio/rng.ts';
import { createRngBackend } from '../hw/virtio/rng-backend.ts';
import { VirtioScsi } from '../hw/virtio/scsi.ts';
import { IoThread } from '../objects/iothread.ts';
import { Bus, Device } from '../qom/device.ts';
import { formatQtree } from '../qom/qtree.ts';
import type { DeviceOptions } from './plug.ts';
import { type TestMachine, testBoard } from './testing/test-board.ts';

const RNG = 'virtio-rng-device';

describe('DevicePlugger', () => {
  let machine: TestMachine;

  beforeEach(() => {
    machine = testBoard();
  });

  function add(options: DeviceOptions) {
    const { board } = machine;
    return board.addDevice(options, () => new VirtioRng(board.types, board.environment, new Map()));
  }

  it('fills transports from the last to the first', () => {
    expect(add({ driver: RNG, id: 'a' }).parentBus?.name).toBe('virtio-mmio-bus.7');
    expect(add({ driver: RNG }).parentBus?.name).toBe('virtio-mmio-bus.6');
    expect(add({ driver: RNG, bus: 'virtio-mmio-bus.2' }).parentBus?.name).toBe('virtio-mmio-bus.2');
  });

  it('passes over the bus inside a PCI device, which has its one', () => {
    const { types, pciEnvironment, environment } = machine.board;
    const inside = () => new VirtioRng(types, environment, new Map());
    const proxy = () => new VirtioPciProxy('virtio-rng-pci', types, pciEnvironment, inside, 1);
    machine.board.addDevice({ driver: 'virtio-rng-pci' }, proxy);
    expect(add({ driver: RNG }).parentBus?.name).toBe('virtio-mmio-bus.7');
  });

  it('puts devices under the peripheral containers and into the listing', () => {
    expect(add({ driver: RNG, id: 'rng0', period: '7' }).path).toBe('/machine/peripheral/rng0');
    expect(add({ driver: RNG }).path).toBe('/machine/peripheral-anon/device[0]');
    const listing = formatQtree(machine.board.sysbus, false);
    expect(listing).toContain(`      dev: ${RNG}, id "rng0"\n`);
    expect(listing).toContain('        period = 7 (0x7)\n');
  });

  it('starts devices with the values of -global', () => {
    machine = testBoard({
      globals: [
        { driver: 'virtio-device', property: 'event_idx', value: 'off' },
        { driver: 'virtio-mmio', property: 'force-legacy', value: 'false' },
      ],
    });
    expect(add({ driver: RNG }).value('event_idx')).toBe(false);
    expect(machine.board.transports[0]?.modern).toBe(true);
  });

  it('looks for the thread of a device among the objects', () => {
    const { board } = machine;
    const scsi = (options: DeviceOptions) =>
      board.addDevice(
        { driver: 'virtio-scsi-device', ...options },
        () => new VirtioScsi(board.types, board.environment),
      );
    board.objects.add('t0', new IoThread({}));
    board.objects.add('r0', createRngBackend({ 'qom-type': 'rng-builtin' }, machine.host));
    expect(scsi({ iothread: 't0' }).realized).toBe(true);
    expect(() => scsi({ iothread: 't1' })).toThrow("Device 't1' not found");
    expect(() => scsi({ iothread: 'r0', id: 's1' })).toThrow(
      "Invalid parameter type for 'iothread', expected: iothread",
    );
    expect(board.root.children.get('machine')!.children.get('peripheral')!.children.has('s1')).toBe(false);
  });

  it.each<[string, DeviceOptions, string]>([
    ['no driver', { id: 'x' }, "Parameter 'driver' is missing"],
    ['an unknown driver', { driver: 'foo' }, "'foo' is not a valid device model name"],
    ['a type that is no device', { driver: 'irq' }, "'irq' is not a valid device model name"],
    [
      'an abstract type',
      { driver: 'virtio-device' },
      "Parameter 'driver' expects a non-abstract device type",
    ],
    ["the board's own", { driver: 'serial-mm' }, "Parameter 'driver' expects a pluggable device type"],
    ['an unknown bus', { driver: RNG, bus: 'nope' }, "Bus 'nope' not found"],
    ['a wrong bus', { driver: RNG, bus: 'main-system-bus' }, `Device '${RNG}' can't go on System bus`],
    [
      'a bus that is not there',
      { driver: 'virtconsole' },
      "No 'virtio-serial-bus' bus found for device 'virtconsole'",
    ],
    ['a bad id', { driver: RNG, id: '1a' }, "Parameter 'id' expects an identifier"],
    ['an unknown property', { driver: RNG, nosuch: '1' }, `Property '${RNG}.nosuch' not found`],
    ['a bad value', { driver: RNG, period: 'abc' }, "Parameter 'period' expects integer"],
    [
      'a read-only property',
      { driver: RNG, hotplugged: 'on' },
      `Property '${RNG}.hotplugged' is not writable`,
    ],
  ])('refuses %s and leaves nothing behind', (_what, options, message) => {
    const before = formatQtree(machine.board.sysbus, true);
    expect(() => add(options)).toThrow(message);
    expect(formatQtree(machine.board.sysbus, true)).toBe(before);
    expect(machine.board.root.descend(['machine', 'peripheral'])?.children.size).toBe(0);
  });

  it('refuses a second device on a transport, a second id, and a ninth device', () => {
    add({ driver: RNG, id: 'a', bus: 'virtio-mmio-bus.3' });
    expect(() => add({ driver: RNG, bus: 'virtio-mmio-bus.3' })).toThrow("Bus 'virtio-mmio-bus.3' is full");
    expect(() => add({ driver: RNG, id: 'a' })).toThrow("Duplicate device ID 'a'");
    for (let i = 0; i < 7; i++) add({ driver: RNG });
    expect(() => add({ driver: RNG })).toThrow(`No 'virtio-bus' bus found for device '${RNG}'`);
  });

  it('does not let properties change once the device is there', () => {
    const device = add({ driver: RNG, id: 'a' });
    expect(() => device.setProperty('period', 5)).toThrow(
      `Attempt to set property 'period' on device 'a' (type '${RNG}') after it was realized`,
    );
  });
});

describe('a bus that allows hotplugging', () => {
  it('takes devices later and lets them go', () => {
    const { board } = testBoard();
    const bus = board.transports[0]!.addBus('hot', new Bus('virtio-serial-bus', true));
    const create = (driver: string) => new Device(driver, board.types);
    const device = board.plugger.add({ driver: 'virtserialport', id: 'port' }, create, true);
    expect([bus.devices, device.realized]).toEqual([[device], true]);
    expect(bus.getProperty('child[0]')).toBe('/machine/peripheral/port');
    const removed: string[] = [];
    board.plugger.onRemoved(({ id }) => removed.push(id));
    board.plugger.remove('port');
    expect(removed).toEqual(['port']);
    expect([bus.devices, device.realized]).toEqual([[], false]);
    expect(() => bus.getProperty('child[0]')).toThrow("Property 'virtio-serial-bus.child[0]' not found");
    expect(() => board.plugger.remove('port')).toThrow("Device 'port' not found");
  });
});

describe('configuration', () => {
  it.each([
    [{ cpu: { model: 'foo', properties: {} } }, "unable to find CPU model 'foo'"],
    [
      { cpu: { model: 'rv64', properties: { foo: '1' } } },
      "can't apply global rv64-riscv-cpu.foo=1: Property 'rv64-riscv-cpu.foo' not found",
    ],
    [
      { cpu: { model: 'rv64', properties: { sv48: 'x' } } },
      "can't apply global rv64-riscv-cpu.sv48=x: Parameter 'sv48' expects 'on' or 'off'",
    ],
    [{ cpu: { model: 'rv64', properties: { f: 'off' } } }, 'D extension requires F extension'],
    [{ harts: 600 }, "Invalid SMP CPUs 600. The max CPUs supported by machine 'virt' is 512"],
    [{ machineProperties: { foo: '1' } }, "Property 'virt-machine.foo' not found"],
    [{ machineProperties: { aia: 'plic' } }, 'Invalid AIA interrupt controller type'],
    [{ machineProperties: { 'aia-guests': '8' } }, 'Invalid number of AIA IMSIC guests'],
    [{ machineProperties: { 'aia-guests': '1' } }, 'does not support aia-guests=1: only 0'],
    [
      { globals: [{ driver: 'virtio-mmio', property: 'nosuch', value: '1' }] },
      "can't apply global virtio-mmio.nosuch=1: Property 'virtio-mmio.nosuch' not found",
    ],
    [
      { globals: [{ driver: 'virtio-mmio', property: 'force-legacy', value: 'maybe' }] },
      "can't apply global virtio-mmio.force-legacy=maybe: Parameter 'force-legacy' expects 'on' or 'off'",
    ],
  ])('refuses %j', (changes, message) => {
    expect(() => testBoard(changes)).toThrow(message);
  });
});
