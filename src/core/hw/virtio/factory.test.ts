import { describe, expect, it } from 'vitest';
import { DriveTable } from '../../block/drive.ts';
import { ChardevTable } from '../../chardev/table.ts';
import { Displays } from '../../display/console.ts';
import { Input } from '../../input/input.ts';
import { NetTable } from '../../net/table.ts';
import { createVirtioDevice } from './factory.ts';
import { createRngBackend } from './rng-backend.ts';
import { Rig } from './testing/rig.ts';

function setUp() {
  const rig = new Rig();
  const backends = {
    drives: new DriveTable(),
    nets: new NetTable(),
    chardevs: new ChardevTable(rig.host),
    rngs: new Map(),
    balloon: { balloon: null },
    input: new Input(rig.clock),
    displays: new Displays(),
    ramSize: 1 << 20,
  };
  return { rig, make: (typeName: string) => createVirtioDevice(typeName, rig.types, rig.env, backends) };
}

describe('factory', () => {
  it('makes every type that a user may plug into a virtio bus', () => {
    const { rig, make } = setUp();
    const names = [...rig.types.all()]
      .filter(type => type.bus?.startsWith('virtio-') && type.userCreatable)
      .map(type => type.name);
    expect(names).toHaveLength(12);
    expect(names.map(name => make(name).typeName)).toEqual(names);
    expect(() => make('virtio-cat-device')).toThrow("'virtio-cat-device' is not a valid device model name");
  });

  it('realizes nothing without its bus', () => {
    const { make } = setUp();
    expect(() => make('virtio-rng-device').realize()).toThrow("No 'virtio-bus' bus found");
    expect(() => make('virtconsole').realize()).toThrow("No 'virtio-serial-bus' bus found");
  });

  it('draws entropy from generators only', () => {
    const { rig } = setUp();
    const make = (filename: string) => createRngBackend({ 'qom-type': 'rng-random', filename }, rig.host);
    expect(make('/dev/random').typeName).toBe('rng-random');
    expect(() => make('/etc/passwd')).toThrow('takes entropy from');
  });
});
