import { REG } from './mmio-registers.ts';
import type { Virtqueue } from './queue.ts';

/** Where the address registers put their value: area and shift. */
const ADDRESS_REGISTERS: Readonly<Record<number, readonly ['desc' | 'avail' | 'used', bigint]>> = {
  [REG.queueDescLow]: ['desc', 0n],
  [REG.queueDescHigh]: ['desc', 32n],
  [REG.queueDriverLow]: ['avail', 0n],
  [REG.queueDriverHigh]: ['avail', 32n],
  [REG.queueDeviceLow]: ['used', 0n],
  [REG.queueDeviceHigh]: ['used', 32n],
};

/** What the driver of a modern device has written for one queue; it counts from QueueReady on (4.2.3.2). */
export class QueueSetup {
  ready = false;
  #num = 0;
  readonly #addresses = { desc: 0n, avail: 0n, used: 0n };

  setNum(queue: Virtqueue, num: number): void {
    this.#num = num;
    queue.setSize(num);
    queue.checkMapping();
  }

  setAddress(offset: number, value: number): void {
    const register = ADDRESS_REGISTERS[offset];
    if (!register) return;
    const [area, shift] = register;
    const other = this.#addresses[area] & (0xffff_ffffn << (32n - shift));
    this.#addresses[area] = other | (BigInt(value) << shift);
  }

  setReady(queue: Virtqueue, ready: boolean): void {
    this.ready = ready;
    queue.enabled = ready;
    if (!ready) return;
    queue.setSize(this.#num);
    queue.place(this.#addresses.desc, this.#addresses.avail, this.#addresses.used);
  }

  /** QueueReset (4.2.2, RING_RESET): the queue is as before its set-up. */
  reset(queue: Virtqueue): void {
    queue.reset();
    this.ready = false;
  }
}
