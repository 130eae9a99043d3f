import { describe, expect, it } from 'vitest';
import { listingOrder } from './listing-order.ts';

describe('the order of a listing', () => {
  it("is that of QEMU's hash table", () => {
    // as QEMU 10.2 lists /machine/peripheral of a machine whose devices were made in this order
    expect(listingOrder(['blk0', 'rng0', 'net0', 'bal0', 'kbd0'])).toEqual([
      ...['kbd0', 'rng0', 'blk0', 'net0', 'bal0'],
    ]);
  });

  it('loses no name, however many there are', () => {
    const names = Array.from({ length: 300 }, (_, index) => `device[${index}]`);
    expect(listingOrder(names).sort()).toEqual(names.sort());
    expect(listingOrder([])).toEqual([]);
  });
});
