import { describe, expect, it } from 'vitest';
import { mmioMistake } from './mmio-mistakes.ts';
import { REG } from './mmio-registers.ts';
import { VirtioRng } from './rng.ts';
import { Rig } from './testing/rig.ts';

describe('mistakes of a driver', () => {
  it.each([
    ['read', REG.magic, 2, true, 'virtio_mmio_read: wrong size access to register!'],
    ['write', 0x00d8, 4, true, 'virtio_mmio_write: bad register offset (0xd8)'],
    ['write', REG.magic, 4, true, 'virtio_mmio_write: write to read-only register (0x0)'],
    ['read', REG.queueNotify, 4, false, 'virtio_mmio_read: read of write-only register (0x50)'],
    ['read', REG.queuePfn, 4, true, 'virtio_mmio_read: read from legacy register (0x40) in non-legacy mode'],
    [
      'write',
      REG.queueReady,
      4,
      false,
      'virtio_mmio_write: write to non-legacy register (0x44) in legacy mode',
    ],
    ['read', REG.queuePfn, 4, false, null],
    ['write', REG.queueDescHigh, 4, true, null],
    ['write', REG.config + 3, 1, true, null],
  ])('%s at %d of %d bytes, modern %s', (kind, offset, size, modern, told) => {
    expect(mmioMistake({ offset, size, value: 0n, write: kind === 'write' }, modern)).toBe(told);
  });

  it('are none on a transport without a device', () => {
    const rig = new Rig({ modern: true });
    const wrong = { offset: 0xd8, size: 4, value: 0n, write: false };
    const mistake = () => rig.transport.region.ops!.mistake!(wrong);
    expect(mistake()).toBeNull();
    rig.plug(new VirtioRng(rig.types, rig.env, new Map()));
    expect(mistake()).toContain('bad register offset');
  });
});
