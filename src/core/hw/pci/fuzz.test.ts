import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AccessSize } from '../../memory/region.ts';
import { pciHandlers } from '../../qmp/pci.ts';
import { formatQtree } from '../../qom/qtree.ts';
import { PciDriver } from '../virtio/testing/pci-driver.ts';

const ECAM = 0x3000_0000;
const RUNS = 25;

const size = fc.constantFrom<AccessSize>(1, 2, 4);
const value = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 1, 7, 0xffff_ffff, 0x4000_0000, 0x1_0100));
/** Functions that exist, and some that do not. */
const place = fc.record({
  bus: fc.constantFrom(0, 0, 0, 1, 1, 2, 255),
  slot: fc.constantFrom(0, 1, 2, 3, 4, 31),
  register: fc.oneof(
    fc.nat(0xfff),
    fc.nat(0xff),
    fc.constantFrom(0x04, 0x18, 0x10, 0x20, 0x24, 0x48, 0x6c, 0x9a),
  ),
});
const configAccess = fc.record({ kind: fc.constant('config' as const), place, size, value });
/** Where the regions were put at first, and the rest of the windows. */
const address = fc.oneof(
  fc.nat(0x4fff).map(offset => 0x4000_0000 + offset),
  fc.nat(0x7fff).map(offset => 0x4000_4000 + offset),
  fc.nat(0x1fff).map(offset => 0x300_0000 + offset),
  fc.nat(0xffff).map(offset => 0x4_0000_0000 + offset),
);
const regionAccess = fc.record({ kind: fc.constant('region' as const), address, size, value });
const hotplug = fc.record({ kind: fc.constant('hotplug' as const), come: fc.boolean() });
const step = fc.oneof(configAccess, regionAccess, regionAccess, hotplug);

function plug(rig: PciDriver, come: boolean): void {
  try {
    if (come) rig.add('virtio-rng-pci,id=hot,bus=rp0', true);
    else rig.machine.board.plugger.remove('hot');
  } catch (error) {
    expect(error).toHaveProperty('errorClass'); // a refusal, not a crash
  }
}

it('survives any access to configuration space and regions, and comes back after a reset', () => {
  const run = fc.property(fc.array(step, { maxLength: 150 }), steps => {
    const rig = new PciDriver('virtio-net-pci,netdev=n0');
    rig.add('pcie-root-port,id=rp0,addr=4');
    rig.add('pvpanic-pci,addr=2');
    rig.add('virtio-balloon-pci,addr=1');
    rig.config(4).write(0x18, 0x0001_0100);
    for (const each of steps) {
      if (each.kind === 'hotplug') plug(rig, each.come);
      else {
        const where = each.kind === 'region' ? each.address : ECAM + offsetOf(each.place);
        rig.read(where, each.size);
        rig.write(where, each.value, each.size);
      }
    }
    formatQtree(rig.machine.board.sysbus, false);
    rig.machine.board.formatMtree({ flatview: true });
    pciHandlers(rig.machine.board.pci)['query-pci']?.({});
    rig.machine.board.reset();
    expect([rig.config(0).read(0), rig.config(3).read(0), rig.config(3).read(0x10)]).toEqual([
      0x0008_1b36, 0x1000_1af4, 1,
    ]);
  });
  fc.assert(run, { numRuns: RUNS });
});

it('survives any ring, and serves after a reset', () => {
  const descriptor = fc.tuple(fc.nat(0xffff_ffff), fc.nat(0xffff), fc.nat(7), fc.nat(20));
  const run = fc.property(
    fc.array(descriptor, { minLength: 8, maxLength: 8 }),
    fc.array(fc.nat(0xffff), { maxLength: 8 }),
    fc.boolean(),
    (descriptors, heads, legacy) => {
      const rig = new PciDriver('virtio-net-pci,netdev=n0');
      const queues = legacy ? rig.startLegacy(3) : rig.startModern(3, 8);
      for (const queue of queues) {
        descriptors.forEach(([at, length, flags, next], n) => {
          queue.descriptor(n, at, length, flags, next);
        });
        for (const head of heads) queue.offer(head);
        queue.kick();
        rig.machine.host.flush();
      }
      rig.machine.board.reset();
      expect(rig.config3.read(0)).toBe(0x1000_1af4);
    },
  );
  fc.assert(run, { numRuns: RUNS });
});

function offsetOf({ bus, slot, register }: { bus: number; slot: number; register: number }): number {
  return (bus << 20) + (slot << 15) + register;
}
