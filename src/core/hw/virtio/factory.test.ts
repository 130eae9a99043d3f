import { describe, expect, it } from 'vitest';
import { DriveTable } from '../../block/drive.ts';
import { ChardevTable } from '../../chardev/table.ts';
import { unconnected } from '../../irq.ts';
import { createNetdevs } from '../../net/table.ts';
import { createVirtioDevice, plugVirtioDevice, type VirtioBackends } from './factory.ts';
import { VirtioMmioTransport } from './mmio.ts';
import { createRngBackend } from './rng-backend.ts';
import { Rig } from './testing/rig.ts';

function setUp() {
  const rig = new Rig();
  const backends: VirtioBackends = {
    drives: new DriveTable(),
    nets: createNetdevs([]),
    chardevs: new ChardevTable(rig.host),
    rngs: new Map(),
    balloon: { balloon: null },
    ramSize: 1 << 20,
  };
  const transports = [0, 1, 2].map(n => new VirtioMmioTransport(rig.types, rig.env, unconnected, n));
  for (const [n, transport] of transports.entries()) rig.root.add(`t${n}`, transport);
  const make = (typeName: string, bus?: string) => {
    const device = createVirtioDevice(typeName, rig.types, rig.env, backends);
    rig.root.add('device[*]', device);
    plugVirtioDevice(device, transports, rig.types, bus);
    device.realize();
    return device;
  };
  return { rig, make, transports };
}

describe('factory', () => {
  it('makes every type that a user may create', () => {
    const { rig, make } = setUp();
    const names = [...rig.types.all()].filter(type => type.bus?.startsWith('virtio-') && type.userCreatable);
    expect(names.map(type => type.name).sort()).toEqual([
      'virtconsole',
      'virtio-balloon-device',
      'virtio-blk-device',
      'virtio-net-device',
      'virtio-rng-device',
      'virtio-serial-device',
      'virtserialport',
    ]);
    expect(make('virtio-serial-device').parentBus?.busName).toBe('virtio-mmio-bus.2');
    expect(make('virtconsole').parentBus?.busName).toBe('virtio-serial-bus.0');
    expect(make('virtio-rng-device').parentBus?.busName).toBe('virtio-mmio-bus.1');
    expect(make('virtio-net-device', 'virtio-mmio-bus.0').realized).toBe(true);
    expect(() => make('virtio-balloon-device')).toThrow(
      "No 'virtio-bus' bus found for device 'virtio-balloon-device'",
    );
    expect(() => make('virtio-cat-device')).toThrow("'virtio-cat-device' is not a valid device model name");
  });

  it('refuses buses that are unknown, full or of another kind', () => {
    const { make } = setUp();
    make('virtio-rng-device');
    expect(() => make('virtconsole')).toThrow("No 'virtio-serial-bus' bus found for device 'virtconsole'");
    expect(() => make('virtio-rng-device', 'virtio-mmio-bus.9')).toThrow("Bus 'virtio-mmio-bus.9' not found");
    expect(() => make('virtio-rng-device', 'virtio-mmio-bus.2')).toThrow("Bus 'virtio-mmio-bus.2' is full");
    expect(() => make('virtconsole', 'virtio-mmio-bus.0')).toThrow("can't go on virtio-mmio-bus bus");
  });

  it('gives entropy objects their properties', () => {
    const { rig } = setUp();
    const make = (options: Record<string, string>) => createRngBackend(options, rig.host);
    expect(make({ 'qom-type': 'rng-random', id: 'r', filename: '/dev/random' }).typeName).toBe('rng-random');
    expect(() => make({ 'qom-type': 'rng-egd', id: 'r' })).toThrow('invalid object type: rng-egd');
    expect(() => make({ 'qom-type': 'rng-builtin' })).toThrow("Parameter 'id' is missing");
    expect(() => make({ 'qom-type': 'rng-builtin', id: 'r', x: '1' })).toThrow(
      "Property 'rng-builtin.x' not found",
    );
    expect(() => make({ 'qom-type': 'rng-random', id: 'r', filename: '/etc/passwd' })).toThrow(
      'takes entropy from',
    );
  });
});
