import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLUSTER, OverlayFile } from './overlay-file.ts';
import { ByteDisk, difference } from './testing/byte-disk.ts';

const SIZE = 5 * CLUSTER + 512;
const image = () => Uint8Array.from({ length: SIZE }, (_, n) => (n * 7 + (n >> 9)) & 0xff);

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('write'), at: fc.nat(SIZE), length: fc.nat(2 * CLUSTER) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('read'), at: fc.nat(SIZE), length: fc.nat(3 * CLUSTER) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('resize'), at: fc.nat(SIZE), length: fc.nat(CLUSTER) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('commit'), at: fc.constant(0), length: fc.constant(0) }),
  },
);

/** A plain array that the overlay must agree with. */
class Reference {
  bytes = image();

  resize(size: number): void {
    const bytes = new Uint8Array(size);
    bytes.set(this.bytes.subarray(0, size));
    this.bytes = bytes;
  }
}

async function perform(
  { kind, at, length }: { kind: string; at: number; length: number },
  overlay: OverlayFile,
  base: ByteDisk,
  reference: Reference,
): Promise<void> {
  const fits = Math.max(Math.min(length, reference.bytes.length - at), 0);
  if (kind === 'write') {
    const data = new Uint8Array(fits).fill(at & 0xff);
    await overlay.write(at, data);
    reference.bytes.set(data, fits > 0 ? at : 0);
  } else if (kind === 'read') {
    expect(difference(await overlay.read(at, fits), reference.bytes.subarray(at, at + fits))).toBe(-1);
  } else if (kind === 'resize') {
    await overlay.resize(at + length);
    reference.resize(at + length);
  } else {
    await overlay.commit(base);
    expect(difference(base.bytes.subarray(0, overlay.size), reference.bytes)).toBe(-1);
  }
}

describe('changes of an image', () => {
  it('are what a plain array has, whatever is done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
        const [base, reference] = [new ByteDisk(image()), new Reference()];
        const overlay = new OverlayFile(base, new ByteDisk(), false);
        for (const one of steps) await perform(one, overlay, base, reference);
        expect(difference(await overlay.read(0, overlay.size), reference.bytes)).toBe(-1);
      }),
      { numRuns: 40 },
    );
  });

  it('leave the image alone', async () => {
    const base = new ByteDisk(image(), true);
    const overlay = new OverlayFile(base, new ByteDisk(), false);
    await overlay.write(100, new Uint8Array(3 * CLUSTER));
    expect(difference(base.bytes, image())).toBe(-1);
    expect(await overlay.allocated()).toBe(4 * CLUSTER);
  });

  it('of one cluster may come at the same time', async () => {
    const overlay = new OverlayFile(new ByteDisk(image()), new ByteDisk(), false);
    const reference = image();
    const starts = [0, 512, 1024, 70_000];
    await Promise.all(starts.map(at => overlay.write(at, new Uint8Array(512).fill(1))));
    for (const at of starts) reference.fill(1, at, at + 512);
    expect(difference(await overlay.read(0, SIZE), reference)).toBe(-1);
  });

  it('that could not be kept are not there', async () => {
    const changes = new ByteDisk();
    const overlay = new OverlayFile(new ByteDisk(image()), changes, false);
    changes.meet = () => {
      throw new Error('No space left on device');
    };
    await expect(overlay.write(0, Uint8Array.of(1))).rejects.toThrow('No space left');
    changes.meet = () => {};
    expect(difference(await overlay.read(0, SIZE), image())).toBe(-1);
  });
});
