import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Displays } from '../../display/console.ts';
import { capture } from '../../display/surface.ts';
import { VirtioGpu } from './gpu.ts';
import { CMD, RESP } from './gpu-format.ts';
import { startDriver } from './testing/driver.ts';
import { RAM, RAM_SIZE, Rig } from './testing/rig.ts';

const FEATURES = (1n << 32n) | 2n;

/** Numbers that commands are made of: mostly such as mean something, and such as overflow. */
const field = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 1, 1, 2, 16, 16, 32, 67) },
  { weight: 2, arbitrary: fc.constantFrom(RAM, RAM + 0x8000, 4096, 65536) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0xffff_ffff, 0x8000_0000, 0x7fff_ffff, 0x4000_0001, RAM + RAM_SIZE),
  },
  { weight: 1, arbitrary: fc.nat(0xffff_ffff) },
);
const command = fc.record({
  type: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...Object.values(CMD)) },
    { weight: 1, arbitrary: fc.nat(0xffff) },
  ),
  flags: fc.nat(3),
  fields: fc.array(field, { maxLength: 14 }),
  cut: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(40) }),
  room: fc.oneof(
    fc.constant(2048),
    fc.nat({ max: 64 }).map(n => n + 1),
  ),
});

function encode({
  type,
  flags,
  fields,
  cut,
}: {
  type: number;
  flags: number;
  fields: number[];
  cut: number;
}) {
  const words = Uint32Array.of(type, flags, 1, 2, 3, 0, ...fields);
  const bytes = new Uint8Array(words.buffer);
  return bytes.subarray(0, Math.max(bytes.length - cut, 1));
}

describe('virtio-gpu under random commands', () => {
  it('answers each, stays within its memory and shows something', () => {
    const property = fc.property(fc.array(command, { minLength: 1, maxLength: 60 }), commands => {
      const rig = new Rig({ modern: true });
      const displays = new Displays();
      const device = rig.plug(new VirtioGpu(rig.types, rig.env, displays), { max_hostmem: '64k' });
      const queues = startDriver(rig, FEATURES, 2, 16);
      for (const each of commands) {
        const queue = queues[each.type >= CMD.updateCursor ? 1 : 0]!;
        queue.add([encode(each), each.room]);
        queue.kick();
        expect(queue.takeUsed()).toHaveLength(1);
      }
      expect([device.broken, rig.warnings]).toEqual([false, []]);
      const { width, height, rgb } = capture(displays.first!.surface);
      expect(rgb).toHaveLength(width * height * 3);
      const { at } = queues[0]!.add([
        encode({ type: CMD.getDisplayInfo, flags: 0, fields: [], cut: 0 }),
        408,
      ]);
      queues[0]!.kick();
      expect(rig.memory.readU32(at[1]!)).toBe(RESP.okDisplayInfo);
    });
    fc.assert(property, { numRuns: 150 });
  });
});
