import { describe, expect, it } from 'vitest';
import { balloonHandlers } from '../../qmp/balloon.ts';
import { type BalloonSlot, VirtioBalloon } from './balloon.ts';
import { REG } from './mmio-registers.ts';
import { startDriver } from './testing/driver.ts';
import { RAM, RAM_SIZE, Rig } from './testing/rig.ts';

const PAGE_POISON = 1n << 4n;
const STATS = 1n << 1n;
const MIB = 1 << 20;

function setUp(options: Record<string, string> = {}) {
  const rig = new Rig();
  const slot: BalloonSlot = { balloon: null };
  const make = () => new VirtioBalloon(rig.types, rig.env, slot, RAM_SIZE);
  const device = rig.plug(make(), { id: 'bal0', ...options });
  return { rig, slot, device, make };
}

const pages = (...numbers: number[]) => new Uint8Array(Uint32Array.from(numbers).buffer);

function stat(tag: number, value: bigint): number[] {
  const bytes = new Uint8Array(10);
  new DataView(bytes.buffer).setUint16(0, tag, true);
  new DataView(bytes.buffer).setBigUint64(2, value, true);
  return [...bytes];
}

describe('virtio-balloon', () => {
  it('asks the guest to shrink and hears how far it got', async () => {
    const { rig, slot } = setUp();
    const handlers = balloonHandlers(slot);
    startDriver(rig, 0n, 3);
    await handlers.balloon!({ value: BigInt(MIB / 2) });
    expect([rig.read(REG.config), rig.read(REG.interruptStatus)]).toEqual([128, 3]);
    rig.write(REG.config + 4, 100);
    expect(await handlers['query-balloon']!({})).toEqual({ actual: BigInt(RAM_SIZE - 100 * 4096) });
    await handlers.balloon!({ value: 1n << 40n });
    expect(rig.read(REG.config)).toBe(0);
    expect(() => handlers.balloon!({ value: 0n })).toThrow("Parameter 'target' expects a size");
  });

  it('tells of changes at most once a second, and then of the latest', () => {
    const { rig } = setUp();
    startDriver(rig, 0n, 3);
    const told = () =>
      rig.seen.map(({ data }) => (RAM_SIZE - Number((data as { actual: bigint }).actual)) / 4096);
    for (const count of [1, 2, 3]) rig.write(REG.config + 4, count);
    expect(told()).toEqual([1]);
    rig.pass(1000);
    expect(told()).toEqual([1, 3]);
    rig.pass(1000);
    expect(told()).toEqual([1, 3]);
    rig.write(REG.config + 4, 4);
    expect(told()).toEqual([1, 3, 4]);
  });

  it('takes pages away and forgets what was in them', () => {
    const { rig, device } = setUp();
    const [inflate, deflate] = startDriver(rig, 0n, 3);
    const address = RAM + 0x80000;
    rig.memory.write(address, Uint8Array.of(1, 2, 3));
    inflate!.add([pages(address / 4096, 0, 0xffff_ffff)]); // the others are not RAM
    inflate!.kick();
    expect([...rig.memory.read(address, 3)]).toEqual([0, 0, 0]);
    expect(inflate!.takeUsed()).toEqual([{ id: 0, length: 0 }]);
    deflate!.add([pages(address / 4096)]);
    deflate!.kick();
    expect([deflate!.takeUsed().length, device.broken]).toEqual([1, false]);
  });

  it('does not work through more pages than the guest has', () => {
    const { rig, device } = setUp();
    const [inflate] = startDriver(rig, 0n, 3);
    inflate!.add([new Uint8Array((RAM_SIZE / 4096) * 4 + 4)]);
    inflate!.kick();
    expect([device.broken, rig.warnings.at(-1)]).toEqual([
      true,
      expect.stringContaining('more than the guest has'),
    ]);
  });

  it('polls statistics at the interval it is told', () => {
    const { rig, device } = setUp();
    const stats = startDriver(rig, STATS, 3)[2]!;
    expect(device.getProperty('guest-stats')).toMatchObject({ 'last-update': 0n });
    stats.add([Uint8Array.from([...stat(4, 1000n), ...stat(5, 2000n), ...stat(99, 1n)])]);
    stats.kick();
    expect(device.getProperty('guest-stats')).toMatchObject({
      'last-update': 1_700_000_000n,
      stats: { 'stat-free-memory': 1000n, 'stat-total-memory': 2000n, 'stat-swap-in': 2n ** 64n - 1n },
    });
    expect(stats.takeUsed()).toEqual([]);
    device.setProperty('guest-stats-polling-interval', 2n);
    rig.pass(0);
    expect(stats.takeUsed()).toEqual([{ id: 0, length: 30 }]);
    stats.add([Uint8Array.from(stat(4, 7n))]);
    stats.kick();
    rig.pass(1999);
    expect(stats.takeUsed()).toEqual([]);
    rig.pass(1);
    expect(stats.takeUsed()).toHaveLength(1);
    device.setProperty('guest-stats-polling-interval', 0n);
    expect(device.getProperty('guest-stats-polling-interval')).toBe(0n);
  });

  it('checks the polling interval', () => {
    const { device } = setUp();
    const set = (value: bigint | string) => () => device.setProperty('guest-stats-polling-interval', value);
    expect(set(-1n)).toThrow('timer value must be greater than zero');
    expect(set(1n << 32n)).toThrow('timer value is too big');
    expect(set('x')).toThrow('expected: integer');
  });

  it('reports free pages when asked for, and leaves poisoned ones alone', () => {
    const { rig } = setUp({ 'free-page-reporting': 'on' });
    const queues = startDriver(rig, (1n << 5n) | PAGE_POISON, 4);
    const at = rig.alloc(4096, 4096);
    rig.memory.write(at, Uint8Array.of(9));
    const give = () => {
      queues[3]!.descriptor(0, at, 4096, 2);
      queues[3]!.offer(0);
      queues[3]!.kick();
    };
    rig.write(REG.config + 12, 0xaa);
    give();
    expect(rig.memory.read(at, 1)[0]).toBe(9);
    rig.write(REG.config + 12, 0);
    give();
    expect(rig.memory.read(at, 1)[0]).toBe(0);
  });

  it('is the only one, and says so when there is none', () => {
    const { make } = setUp();
    const rig = new Rig();
    expect(() => rig.plug(make())).toThrow('Only one balloon device is supported');
    expect(() => setUp({ 'free-page-hint': 'on' })).toThrow("requires 'iothread'");
    const handlers = balloonHandlers({ balloon: null });
    expect(() => handlers['query-balloon']!({})).toThrow('No balloon device has been activated');
  });
});
