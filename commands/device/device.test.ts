import { describe, expect, it } from 'vitest';
import { shown, testContext } from '../test-support.ts';
import { completeDeviceAdd, completeDeviceDel, deviceAdd, deviceDel } from './device.ts';

function machine() {
  return testContext({
    'x-query-device-help': ({ driver }) => ({ 'human-readable-text': `help of ${driver ?? 'all'}\n` }),
    device_add: () => ({}),
    device_del: () => ({}),
    'qom-list-types': () => [{ name: 'virtio-rng-device' }],
    'device-list-properties': () => [{ name: 'period', type: 'uint32' }],
    'qom-list': () => [
      { name: 'type', type: 'string' },
      { name: 'rng0', type: 'child<virtio-rng-device>' },
    ],
  });
}

describe('device_add', () => {
  it.each([{ driver: 'help' }, { driver: '?' }])('%j lists the drivers', async device => {
    expect(shown(await deviceAdd(machine(), { device }))).toBe('help of all\n');
  });

  it('DRIVER,help lists its properties', async () => {
    const device = { driver: 'virtio-rng-device', help: 'on' };
    expect(shown(await deviceAdd(machine(), { device }))).toBe('help of virtio-rng-device\n');
  });

  it('hands a device on as it is written', async () => {
    const ctx = machine();
    await deviceAdd(ctx, { device: { driver: 'virtio-rng-device', id: 'r2', period: '5' } });
    expect(ctx.asked).toEqual([
      { command: 'device_add', args: { driver: 'virtio-rng-device', id: 'r2', period: '5' } },
    ]);
  });

  it('misses the driver', async () => {
    await expect(deviceAdd(machine(), { device: { id: 'r2' } })).rejects.toThrow(
      "Parameter 'driver' is missing",
    );
  });

  it('completes drivers, then properties', async () => {
    const { qmp, session, signal } = machine();
    const at = (prefix: string) =>
      completeDeviceAdd({ qmp, session, signal, words: ['device_add', prefix], index: 1, prefix });
    expect((await at('virtio')).map(each => each.text)).toEqual(['help', 'virtio-rng-device']);
    expect(await at('virtio-rng-device,id=r2,p')).toEqual([
      { text: 'virtio-rng-device,id=r2,period=', help: 'uint32' },
    ]);
  });
});

describe('device_del', () => {
  it('hands the identifier on', async () => {
    const ctx = machine();
    await deviceDel(ctx, { id: 'rng0' });
    expect(ctx.asked).toEqual([{ command: 'device_del', args: { id: 'rng0' } }]);
  });

  it('completes identifiers', async () => {
    const { qmp, session, signal } = machine();
    expect(
      await completeDeviceDel({ qmp, session, signal, words: ['device_del', ''], index: 1, prefix: '' }),
    ).toEqual([{ text: 'rng0', help: 'virtio-rng-device' }]);
  });
});
