import { describe, expect, it } from 'vitest';
import { REG } from './mmio-registers.ts';
import { VirtioRng } from './rng.ts';
import { RngBackend } from './rng-backend.ts';
import { startDriver } from './testing/driver.ts';
import { Rig } from './testing/rig.ts';

const EVENT_IDX = 1n << 29n;
const VERSION_1 = 1n << 32n;

function setUp(options: Record<string, string> = {}, modern = false) {
  const rig = new Rig({ modern });
  const device = rig.plug(new VirtioRng(rig.types, rig.env, new Map()), options);
  return { rig, device };
}

describe.each([false, true])('virtio-rng, modern %s', modern => {
  const features = modern ? VERSION_1 : 0n;

  it('fills buffers with entropy and interrupts', () => {
    const { rig } = setUp({}, modern);
    const [queue] = startDriver(rig, features, 1);
    const { at } = queue!.add([16, 20]);
    queue!.kick();
    expect(queue!.takeUsed()).toEqual([{ id: 0, length: 36 }]);
    expect(rig.memory.read(at[0]!, 16)).toEqual(new Uint8Array(16).fill(0xa5));
    expect(rig.memory.read(at[1]!, 20)).toEqual(new Uint8Array(20).fill(0xa5));
    expect([rig.irq, rig.read(REG.interruptStatus)]).toEqual([true, 1]);
    rig.write(REG.interruptAck, 1);
    expect([rig.irq, rig.read(REG.interruptStatus)]).toEqual([false, 0]);
  });

  it('waits while the machine is stopped', () => {
    const { rig } = setUp({}, modern);
    const [queue] = startDriver(rig, features, 1);
    rig.stop();
    queue!.add([8]);
    queue!.kick();
    expect(queue!.takeUsed()).toEqual([]);
    rig.cont();
    expect(queue!.takeUsed()).toHaveLength(1);
  });
});

describe('virtio-rng', () => {
  it('honours the rate limit', () => {
    const { rig } = setUp({ 'max-bytes': '10', period: '100' });
    const [queue] = startDriver(rig, 0n, 1);
    queue!.add([8]);
    queue!.add([8]);
    queue!.add([8]);
    queue!.kick();
    expect(queue!.takeUsed().map(used => used.length)).toEqual([8, 2]);
    rig.pass(99);
    expect(queue!.takeUsed()).toEqual([]);
    rig.pass(1);
    expect(queue!.takeUsed().map(used => used.length)).toEqual([8]);
  });

  it('interrupts by EVENT_IDX only when the driver wants it', () => {
    const { rig } = setUp();
    const [queue] = startDriver(rig, EVENT_IDX, 1);
    rig.memory.writeU16(queue!.avail + 4 + 2 * queue!.num, 2); // used_event
    queue!.add([4]);
    queue!.kick();
    expect(rig.irq).toBe(true); // the first is always signalled
    rig.write(REG.interruptAck, 1);
    queue!.add([4]);
    queue!.kick();
    expect(rig.irq).toBe(false);
    queue!.add([4]);
    queue!.kick();
    expect(rig.irq).toBe(true);
    expect(rig.memory.readU16(queue!.used + 4 + 8 * queue!.num)).toBe(3); // avail_event
  });

  it('takes a back end by name and refuses unknown ones and bad limits', () => {
    const rig = new Rig();
    const named = new Map([['r0', new RngBackend('rng-random', rig.host)]]);
    expect(rig.plug(new VirtioRng(rig.types, rig.env, named), { rng: 'r0' }).realized).toBe(true);
    const { device } = setUp();
    expect(device.value('rng')).toBe(device.children.get('default-backend')?.path);
    const make = (options: Record<string, string>) => () => setUp(options);
    expect(make({ rng: 'nope' })).toThrow("Device 'nope' not found");
    expect(make({ period: '0' })).toThrow("'period' parameter expects a positive integer");
    expect(make({ 'max-bytes': '9223372036854775808' })).toThrow('less than 2^63');
    expect(make({ packed: 'on' })).toThrow("'packed=on' is not supported");
  });
});
