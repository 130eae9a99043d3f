import { PciRig } from '../../pci/testing/pci-rig.ts';
import { REG } from '../mmio-registers.ts';
import { DriverQueue } from './driver.ts';

const BAR_IO = 0x1000;
const BAR_MSIX = 0x4000_1000;
const BAR_MODERN = 0x4000_4000;
const IO_WINDOW = 0x300_0000;

/** A virtio function at slot 3 with its regions mapped, as firmware leaves it. */
export class PciDriver extends PciRig {
  readonly config3 = this.config(3);
  /** Where drivers notify queues: changes with the interface. */
  #notify: (queue: number) => void = () => {};

  /** @param device -device text without the address */
  constructor(device: string, prepare: (rig: PciRig) => void = () => {}) {
    super();
    prepare(this);
    this.add(`${device},addr=3`);
    this.config3.write(0x10, BAR_IO);
    this.config3.write(0x14, BAR_MSIX);
    this.config3.write(0x20, BAR_MODERN);
    this.config3.write(0x04, 7, 2);
  }

  readonly msixTable = BAR_MSIX;

  common(at: number, size: 1 | 2 | 4 = 4): number {
    return this.read(BAR_MODERN + at, size);
  }

  setCommon(at: number, value: number, size: 1 | 2 | 4 = 4): void {
    this.write(BAR_MODERN + at, value, size);
  }

  isr(): number {
    return this.read(BAR_MODERN + 0x1000, 1);
  }

  legacy(at: number, size: 1 | 2 | 4): number {
    return this.read(IO_WINDOW + BAR_IO + at, size);
  }

  setLegacy(at: number, value: number, size: 1 | 2 | 4): void {
    this.write(IO_WINDOW + BAR_IO + at, value, size);
  }

  /** Registers that DriverQueue writes are those of memory-mapped virtio: it only ever notifies. */
  queueRig() {
    return {
      memory: this.memory,
      alloc: (size: number, align?: number) => this.alloc(size, align),
      write: (register: number, value: number) => {
        if (register === REG.queueNotify) this.#notify(value);
      },
    };
  }

  #queue(index: number, num: number): DriverQueue {
    const queue = new DriverQueue(this.queueRig(), index, num, this.alloc(0, 4096));
    this.alloc(3 * 4096);
    return queue;
  }

  /** Brings the device up through the modern interface with all features. */
  startModern(queues: number, num = 16): DriverQueue[] {
    this.setCommon(0x14, 0, 1);
    this.setCommon(0x14, 3, 1);
    for (const half of [0, 1]) {
      this.setCommon(0x00, half);
      this.setCommon(0x08, half);
      this.setCommon(0x0c, this.common(0x04));
    }
    this.setCommon(0x14, 11, 1);
    const made = Array.from({ length: queues }, (_, index) => this.#queue(index, num));
    for (const queue of made) {
      this.setCommon(0x16, queue.index, 2);
      this.setCommon(0x18, num, 2);
      this.setCommon(0x20, queue.desc);
      this.setCommon(0x28, queue.avail);
      this.setCommon(0x30, queue.used);
      this.setCommon(0x1c, 1, 2);
    }
    this.setCommon(0x14, 15, 1);
    this.#notify = queue => this.write(BAR_MODERN + 0x3000 + 4 * queue, queue, 2);
    return made;
  }

  /** Brings the device up through the legacy interface without features. */
  startLegacy(queues: number): DriverQueue[] {
    this.setLegacy(18, 0, 1);
    this.setLegacy(18, 3, 1);
    this.setLegacy(4, 0, 4);
    const made = Array.from({ length: queues }, (_, index) => {
      this.setLegacy(14, index, 2);
      return this.#queue(index, this.legacy(12, 2));
    });
    for (const queue of made) {
      this.setLegacy(14, queue.index, 2);
      this.setLegacy(8, queue.desc / 4096, 4);
    }
    this.setLegacy(18, 7, 1);
    this.#notify = queue => this.setLegacy(16, queue, 2);
    return made;
  }
}
