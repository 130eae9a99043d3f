import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATUS_NEEDS_RESET } from './constants.ts';
import { REG } from './mmio-registers.ts';
import { DESC_INDIRECT, DESC_NEXT, DESC_WRITE } from './ring.ts';
import { VirtioRng } from './rng.ts';
import { type DriverQueue, startDriver } from './testing/driver.ts';
import { RAM, RAM_SIZE, Rig } from './testing/rig.ts';

const VERSION_1 = 1n << 32n;
const NUM = 16;

function setUp(modern = true) {
  const rig = new Rig({ modern });
  const device = rig.plug(new VirtioRng(rig.types, rig.env, new Map()));
  const [queue] = startDriver(rig, (modern ? VERSION_1 : 0n) | (1n << 28n), 1, NUM);
  return { rig, device, queue: queue! };
}

type Attack = (queue: DriverQueue, rig: Rig) => void;
const W = DESC_WRITE;
const attacks: readonly (readonly [string, Attack, string])[] = [
  ['a descriptor outside RAM', queue => queue.descriptor(0, 0x1000, 16, W), 'bogus descriptor'],
  ['a descriptor across the end of RAM', q => q.descriptor(0, RAM + RAM_SIZE - 8, 16, W), 'bogus descriptor'],
  ['an address above 2^53', q => q.descriptor(0, 2 ** 60, 16, W), 'bogus descriptor'],
  ['an absurd length', q => q.descriptor(0, RAM, 0xffff_ffff, W), 'bogus descriptor'],
  ['a length of zero', q => q.descriptor(0, RAM, 0, W), 'zero sized buffers'],
  ['a loop', q => q.descriptor(0, RAM, 4, W | DESC_NEXT, 0), 'Looped descriptor'],
  ['a next beyond the table', q => q.descriptor(0, RAM, 4, W | DESC_NEXT, NUM), 'Desc next is 16'],
  [
    'readable after writable',
    q => {
      q.descriptor(0, RAM, 4, W | DESC_NEXT, 1);
      q.descriptor(1, RAM, 4, 0);
    },
    'Incorrect order',
  ],
  [
    'an indirect table of odd size',
    q => q.descriptor(0, RAM, 24, DESC_INDIRECT),
    'Invalid size for indirect',
  ],
  ['an empty indirect table', q => q.descriptor(0, RAM, 0, DESC_INDIRECT), 'Invalid size for indirect'],
  ['an indirect table outside RAM', q => q.descriptor(0, 64, 32, DESC_INDIRECT), 'Cannot map indirect'],
  [
    'a loop in an indirect table',
    (q, rig) => {
      const table = rig.alloc(32);
      q.descriptor(0, RAM, 4, W | DESC_NEXT, 1, table);
      q.descriptor(1, RAM, 4, W | DESC_NEXT, 0, table);
      q.descriptor(0, table, 32, DESC_INDIRECT);
    },
    'Looped descriptor',
  ],
  [
    'more buffers than a chain may have',
    (q, rig) => {
      const table = rig.alloc(1100 * 16);
      for (let n = 0; n < 1100; n++) q.descriptor(n, RAM, 4, W | DESC_NEXT, n + 1, table);
      q.descriptor(0, table, 1100 * 16, DESC_INDIRECT);
    },
    'too many write descriptors',
  ],
];

describe('virtqueue', () => {
  it.each(attacks)('breaks the device, not the machine, on %s', (_, attack, message) => {
    const { rig, device, queue } = setUp();
    attack(queue, rig);
    queue.offer(0);
    queue.kick();
    expect(rig.warnings.at(-1)).toContain(message);
    expect([device.broken, device.status & STATUS_NEEDS_RESET]).toEqual([true, STATUS_NEEDS_RESET]);
    expect(rig.read(REG.interruptStatus)).toBe(3); // configuration change: the driver is to look
    queue.kick();
    expect(queue.takeUsed()).toEqual([]);
    rig.write(REG.status, 0);
    expect([device.broken, device.status]).toEqual([false, 0]);
  });

  it('breaks without NEEDS_RESET for a legacy driver', () => {
    const { rig, device, queue } = setUp(false);
    queue.descriptor(0, 0, 4, W);
    queue.offer(0);
    queue.kick();
    expect([device.broken, rig.read(REG.status)]).toEqual([true, 7]);
  });

  it('breaks on heads and indices that cannot be', () => {
    const first = setUp();
    first.queue.offer(NUM);
    first.queue.kick();
    expect(first.rig.warnings.at(-1)).toContain('Guest says index 16 is available');
    const second = setUp();
    second.rig.memory.writeU16(second.queue.avail + 2, NUM + 1);
    second.queue.kick();
    expect(second.rig.warnings.at(-1)).toContain('Guest moved used index from 0 to 17');
  });

  it('breaks on rings outside RAM', () => {
    const { rig, device } = setUp();
    rig.write(REG.status, 0);
    rig.write(REG.queueSel, 0);
    rig.write(REG.queueNum, NUM);
    rig.write(REG.queueDescLow, 0x10);
    rig.write(REG.queueReady, 1);
    expect(device.broken).toBe(true);
    expect(rig.warnings.at(-1)).toContain('Cannot map desc');
  });

  it('takes every index of a queue through its wrap-around', () => {
    const { device, queue } = setUp();
    for (let n = 0; n < 66_000; n++) {
      queue.descriptor(0, RAM, 4, W);
      queue.offer(0);
      queue.kick();
    }
    expect([device.broken, device.queues[0]!.usedIdx, device.queues[0]!.inuse]).toEqual([
      false,
      66_000 & 0xffff,
      0,
    ]);
  });

  it('does not interrupt a driver that asked for silence', () => {
    const { rig, queue } = setUp();
    rig.memory.writeU16(queue.avail, 1);
    queue.add([4]);
    queue.kick();
    expect([queue.takeUsed().length, rig.irq]).toEqual([1, false]);
  });
});

const junkDescriptor = fc.record({
  address: fc.oneof(fc.integer({ min: RAM, max: RAM + RAM_SIZE }), fc.nat(), fc.constant(2 ** 52)),
  length: fc.oneof(fc.integer({ min: 0, max: 64 }), fc.integer({ min: 0, max: 0xffff_ffff })),
  flags: fc.oneof(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 0xffff })),
  next: fc.oneof(fc.integer({ min: 0, max: NUM }), fc.integer({ min: 0, max: 0xffff })),
});

describe('hostile drivers', () => {
  it('never make a device throw or hang: rings', () => {
    const run = fc.property(
      fc.boolean(),
      fc.array(junkDescriptor, { minLength: NUM, maxLength: NUM }),
      fc.array(fc.integer({ min: 0, max: NUM }), { maxLength: NUM }),
      fc.integer({ min: 0, max: 0xffff }),
      (modern, descriptors, heads, jump) => {
        const { rig, device, queue } = setUp(modern);
        for (const [n, d] of descriptors.entries()) queue.descriptor(n, d.address, d.length, d.flags, d.next);
        for (const head of heads) queue.offer(head);
        queue.kick();
        rig.memory.writeU16(queue.avail + 2, jump);
        queue.kick();
        rig.write(REG.status, 0);
        expect(device.broken).toBe(false);
      },
    );
    fc.assert(run, { numRuns: 150 });
  });

  it('never make a device throw or hang: registers', () => {
    const access = fc.record({
      offset: fc.oneof(fc.constantFrom(...Object.values(REG)), fc.integer({ min: 0, max: 0x1ff })),
      value: fc.oneof(
        fc.integer({ min: 0, max: 32 }),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.constant(RAM),
      ),
      size: fc.constantFrom(1 as const, 2 as const, 4 as const),
      write: fc.boolean(),
    });
    const run = fc.property(fc.boolean(), fc.array(access, { maxLength: 200 }), (modern, accesses) => {
      const { rig } = setUp(modern);
      for (const { offset, value, size, write } of accesses) {
        if (write) rig.write(offset, value, size);
        else expect(rig.read(offset, size)).toBeLessThanOrEqual(0xffff_ffff);
      }
    });
    fc.assert(run, { numRuns: 150 });
  });
});
