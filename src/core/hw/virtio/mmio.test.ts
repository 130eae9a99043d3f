import { describe, expect, it } from 'vitest';
import { REG } from './mmio-registers.ts';
import { VirtioRng } from './rng.ts';
import { DriverQueue, placeQueue, startDriver } from './testing/driver.ts';
import { Rig } from './testing/rig.ts';

const RING_RESET = 1n << 40n;
const VERSION_1 = 1n << 32n;

function setUp(modern: boolean) {
  const rig = new Rig({ modern });
  return { rig, device: rig.plug(new VirtioRng(rig.types, rig.env, new Map())) };
}

function features(rig: Rig): bigint {
  rig.write(REG.deviceFeaturesSel, 1);
  const high = BigInt(rig.read(REG.deviceFeatures));
  rig.write(REG.deviceFeaturesSel, 0);
  return (high << 32n) | BigInt(rig.read(REG.deviceFeatures));
}

describe('virtio-mmio', () => {
  it.each([
    [false, 1],
    [true, 2],
  ])('without a device identifies itself and reads zero (modern %s)', (modern, version) => {
    const rig = new Rig({ modern });
    expect([rig.read(REG.magic), rig.read(REG.version), rig.read(REG.vendorId)]).toEqual([
      0x74726976,
      version,
      0x554d4551,
    ]);
    for (const offset of [REG.deviceId, REG.queueNumMax, REG.status, REG.config, REG.shmLenLow]) {
      expect(rig.read(offset)).toBe(0);
    }
    rig.write(REG.status, 1);
    expect(rig.read(REG.status)).toBe(0);
  });

  it('offers legacy drivers the legacy bits', () => {
    const { rig } = setUp(false);
    expect(features(rig)).toBe((1n << 24n) | (1n << 27n) | (1n << 28n) | (1n << 29n) | RING_RESET);
    expect([rig.read(REG.deviceId), rig.read(REG.queueNumMax)]).toEqual([4, 1024]);
  });

  it('offers modern drivers VERSION_1 and no legacy bits', () => {
    const { rig } = setUp(true);
    expect(features(rig)).toBe((1n << 28n) | (1n << 29n) | VERSION_1 | RING_RESET);
    for (const offset of [REG.shmLenLow, REG.shmLenHigh, REG.shmBaseLow, REG.shmBaseHigh]) {
      expect(rig.read(offset)).toBe(0xffff_ffff);
    }
  });

  it('takes only offered features, and none after FEATURES_OK', () => {
    const { rig, device } = setUp(true);
    startDriver(rig, VERSION_1 | (1n << 29n) | 3n, 1);
    expect(device.guestFeatures).toBe(VERSION_1 | (1n << 29n));
    rig.write(REG.driverFeaturesSel, 0);
    rig.write(REG.driverFeatures, 0);
    rig.write(REG.status, 15);
    expect(device.guestFeatures).toBe(VERSION_1 | (1n << 29n));
  });

  it('lays legacy rings out from the page number', () => {
    const { rig, device } = setUp(false);
    const [queue] = startDriver(rig, 0n, 1);
    const { ring } = device.queues[0]!;
    expect([ring.desc, ring.avail, ring.used].map(Number)).toEqual([queue!.desc, queue!.avail, queue!.used]);
    expect(rig.read(REG.queuePfn)).toBe(queue!.desc / 4096);
    rig.write(REG.queueNum, 8);
    rig.write(REG.queueAlign, 64);
    expect(Number(ring.used)).toBe(Math.ceil((queue!.desc + 8 * 16 + 4 + 16) / 64) * 64);
    rig.write(REG.queuePfn, 0);
    expect([ring.desc, device.status]).toEqual([0n, 0]);
  });

  it('starts on a kick before DRIVER_OK, and reports it', () => {
    const { rig, device } = setUp(false);
    rig.write(REG.guestPageSize, 4096);
    rig.write(REG.driverFeatures, 0);
    expect([device.startOnKick, device.started]).toEqual([true, false]);
    placeQueue(rig, new DriverQueue(rig, 0, 8, rig.alloc(3 * 4096, 4096)), false);
    rig.write(REG.queueNotify, 0);
    expect([device.startOnKick, device.started]).toEqual([false, true]);
  });

  it('resets one queue when RING_RESET was negotiated', () => {
    const { rig, device } = setUp(true);
    const [queue] = startDriver(rig, VERSION_1 | RING_RESET, 1);
    queue!.add([4]);
    queue!.kick();
    expect([device.queues[0]!.usedIdx, rig.read(REG.queueReady)]).toEqual([1, 1]);
    rig.write(REG.queueReset, 1);
    expect([device.queues[0]!.usedIdx, rig.read(REG.queueReady), rig.read(REG.queueReset)]).toEqual([
      0, 0, 0,
    ]);
    expect([device.queues[0]!.ring.num, device.status]).toEqual([8, 15]);
    const again = new DriverQueue(rig, 0, 16, rig.alloc(3 * 4096, 4096));
    placeQueue(rig, again, true);
    again.add([4]);
    again.kick();
    expect(again.takeUsed()).toHaveLength(1);
  });

  it('stops a queue that is no longer ready', () => {
    const { rig } = setUp(true);
    const [queue] = startDriver(rig, VERSION_1, 1);
    rig.write(REG.queueReady, 0);
    queue!.add([4]);
    queue!.kick();
    expect(queue!.takeUsed()).toEqual([]);
  });

  it('ignores accesses of the wrong size and registers of the other version', () => {
    const { rig, device } = setUp(false);
    expect([rig.read(REG.magic, 1), rig.read(REG.queueReady), rig.read(REG.configGeneration)]).toEqual([
      0, 0, 0,
    ]);
    rig.write(REG.status, 7, 1);
    rig.write(REG.queueReady, 1);
    rig.write(REG.queueSel, 5000);
    expect([device.status, device.queueSel]).toEqual([0, 0]);
    rig.write(REG.queueSel, 3);
    expect([device.queueSel, rig.read(REG.queueNumMax)]).toEqual([3, 0]);
  });

  it('takes one device and only a virtio one', () => {
    const { rig } = setUp(false);
    expect(() => rig.plug(new VirtioRng(rig.types, rig.env, new Map()), { id: 'r2' })).toThrow('is full');
  });

  it('goes back to its beginnings on a machine reset', () => {
    const { rig, device } = setUp(true);
    const [queue] = startDriver(rig, VERSION_1, 1);
    queue!.add([4]);
    queue!.kick();
    expect(rig.irq).toBe(true);
    rig.transport.reset();
    expect([device.status, device.guestFeatures, device.started, rig.irq]).toEqual([0, 0n, false, false]);
    expect([device.queues[0]!.ring.desc, rig.read(REG.queueReady)]).toEqual([0n, 0]);
  });
});
