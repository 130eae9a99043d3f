import { describe, expect, it } from 'vitest';
import { createNodeHost } from '../host/node-host.ts';
import { NullStream } from '../host/streams.ts';
import { openBackends } from './backends.ts';
import { testConfig } from './board/testing/test-board.ts';
import { VirtualClock } from './clock.ts';
import type { MachineConfig } from './config.ts';
import { EventBus } from './events.ts';

function open(changes: Partial<MachineConfig>) {
  const host = createNodeHost(() => new NullStream());
  const events = new EventBus(() => 0);
  return openBackends(testConfig(changes), host, new VirtualClock(host), events);
}

describe('openBackends', () => {
  it('connects the serial port to its own back end or to a named one', async () => {
    const own = await open({ serials: ['null'] });
    expect(own.chardevs.all().map(({ label }) => label)).toEqual(['serial0']);
    expect(own.serial).toBe(own.chardevs.get('serial0'));
    const named = await open({ serials: ['chardev:c0'], chardevs: ['null,id=c0'] });
    expect(named.chardevs.all().map(({ label, inUse }) => [label, inUse])).toEqual([['c0', true]]);
    expect(named.serial).toBe(named.chardevs.get('c0'));
    expect((await open({ serials: [] })).serial).toBeUndefined();
    const second = await open({ serials: ['none', 'null'] });
    expect(second.chardevs.all().map(({ label }) => label)).toEqual(['serial1']);
    expect(second.serial).toBeUndefined();
  });

  it('opens what monitors have for themselves in its place among the others', async () => {
    const monitor = { mode: 'control', pretty: false } as const;
    const { chardevs, monitors } = await open({
      chardevs: ['null,id=c0', 'null,id=c1'],
      monitors: [
        { ...monitor, spec: 'null', label: 'm2', chardevsBefore: 2 },
        { ...monitor, spec: 'chardev:c1', chardevsBefore: 0 },
        { ...monitor, spec: 'null', label: 'm0', chardevsBefore: 0 },
        { ...monitor, spec: 'null', label: 'm1', chardevsBefore: 1 },
      ],
      serials: ['null'],
      parallels: ['null'],
    });
    expect(chardevs.all().map(({ label }) => label)).toEqual([
      'm0',
      'c0',
      'm1',
      'c1',
      'm2',
      'serial0',
      'parallel0',
    ]);
    expect(monitors.map(({ chardev }) => chardev.label)).toEqual(['m2', 'c1', 'm0', 'm1']);
  });

  it.each([
    [{ serials: ['chardev:c0'] }, "could not connect serial device to character backend 'chardev:c0'"],
    [{ chardevs: ['null'] }, '-chardev null: chardev: no id specified'],
    [{ chardevs: ['file,id=c'] }, 'chardev: file: no filename given'],
    [{ chardevs: ['null,id=c', 'null,id=c'] }, "attempt to add duplicate property 'c' to object"],
    [{ serials: ['pigeon'] }, "could not connect serial device to character backend 'pigeon'"],
    [{ drives: [{ id: 'd', file: '/nonexistent' }] }, 'No such file or directory'],
    [{ netdevs: ['user,id=n0,net=x'] }, 'Failed to parse netmask'],
    [{ netdevs: ['user,id=n0,hostfwd=tcp'] }, "Invalid host forwarding rule 'tcp'"],
    [{ netdevs: ['pigeon,id=n0'] }, "Parameter 'type' does not accept value 'pigeon'"],
    [{ netdevs: ['hubport,id=n0,hubid=0', 'hubport,id=n0,hubid=0'] }, "Duplicate ID 'n0'"],
    [{ objects: ['rng-egd,id=r'] }, "Parameter 'qom-type' does not accept value 'rng-egd'"],
  ] satisfies [Partial<MachineConfig>, string][])('refuses %j', async (changes, message) => {
    await expect(open(changes)).rejects.toThrow(message);
  });
});
