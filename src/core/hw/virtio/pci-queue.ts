import type { Virtqueue } from './queue.ts';

/** A vector that leads nowhere (virtio 1.2, 4.1.4.3). */
export const NO_VECTOR = 0xffff;

/** What a driver has written for one queue; addresses count from queue_enable on (4.1.4.3). */
export class PciQueue {
  enabled = false;
  vector = NO_VECTOR;
  readonly #addresses = { desc: 0n, avail: 0n, used: 0n };

  address(area: 'desc' | 'avail' | 'used'): bigint {
    return this.#addresses[area];
  }

  /** Writes the half of an address that `shift` (0 or 32) names. */
  setAddress(area: 'desc' | 'avail' | 'used', shift: bigint, value: number): void {
    const other = this.#addresses[area] & (0xffff_ffffn << (32n - shift));
    this.#addresses[area] = other | (BigInt(value) << shift);
  }

  enable(queue: Virtqueue): void {
    const { desc, avail, used } = this.#addresses;
    queue.enabled = this.enabled = true;
    queue.place(desc, avail, used);
  }

  /** Back to the state before its set-up; the vector is the driver's. */
  reset(queue: Virtqueue): void {
    queue.reset();
    this.enabled = false;
    Object.assign(this.#addresses, { desc: 0n, avail: 0n, used: 0n });
  }
}
