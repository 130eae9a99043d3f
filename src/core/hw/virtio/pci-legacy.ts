import { type AccessSize, MemoryRegion } from '../../memory/region.ts';
import { bit, F_BAD_FEATURE, QUEUE_MAX_COUNT } from './constants.ts';
import type { VirtioDevice } from './device.ts';
import type { VirtioPciProxy } from './pci-proxy.ts';

/** Registers of the legacy interface (virtio 1.2, 4.1.4.8). */
const LEGACY = {
  deviceFeatures: 0,
  driverFeatures: 4,
  queueAddress: 8,
  queueSize: 12,
  queueSelect: 14,
  queueNotify: 16,
  status: 18,
  isr: 19,
  configVector: 20,
  queueVector: 22,
} as const;

const CONFIG = 20; // behind the vectors if there are any
const VECTORS_LENGTH = 4;
const ONES = 0xffff_ffff;
const PAGE_SHIFT = 12n;
const ACKNOWLEDGED_WITH_DRIVER = 3;

/** The legacy interface of a transitional function: I/O ports of its first base address register. */
export class LegacyRegisters {
  readonly region: MemoryRegion;
  readonly #proxy: VirtioPciProxy;
  readonly #device: VirtioDevice;

  constructor(proxy: VirtioPciProxy, device: VirtioDevice, hasVectors: boolean) {
    this.#proxy = proxy;
    this.#device = device;
    const length = CONFIG + (hasVectors ? VECTORS_LENGTH : 0) + device.config.length;
    const size = 2 ** Math.ceil(Math.log2(length));
    this.region = new MemoryRegion('virtio-pci', 'i/o', BigInt(size), {
      priority: 1,
      ops: {
        read: (offset, size) => this.#read(offset, size),
        write: (offset, value, size) => this.#write(offset, value, size),
      },
    });
  }

  /** The device's own configuration moves when vectors are in use. */
  get #configStart(): number {
    return CONFIG + (this.#proxy.msix?.enabled ? VECTORS_LENGTH : 0);
  }

  #read(offset: number, size: AccessSize): number {
    const device = this.#device;
    if (offset >= this.#configStart) return device.config.read(offset - this.#configStart, size);
    const queue = device.queues[device.queueSel];
    switch (offset) {
      case LEGACY.deviceFeatures:
        return Number(BigInt.asUintN(32, device.hostFeatures));
      case LEGACY.driverFeatures:
        return Number(BigInt.asUintN(32, device.guestFeatures));
      case LEGACY.queueAddress:
        return Number(BigInt.asUintN(32, (queue?.ring.desc ?? 0n) >> PAGE_SHIFT));
      case LEGACY.queueSize:
        return queue?.ring.num ?? 0;
      case LEGACY.queueSelect:
        return device.queueSel;
      case LEGACY.status:
        return device.status;
      case LEGACY.isr:
        return this.#proxy.readIsr();
      case LEGACY.configVector:
        return this.#proxy.configVector;
      case LEGACY.queueVector:
        return this.#proxy.setupOf(device.queueSel).vector;
      default:
        return ONES >>> (32 - 8 * size);
    }
  }

  #write(offset: number, value: number, size: AccessSize): void {
    const device = this.#device;
    if (offset >= this.#configStart) device.config.write(offset - this.#configStart, value, size);
    else if (offset === LEGACY.driverFeatures) this.#acceptFeatures(value);
    else if (offset === LEGACY.queueAddress) this.#placeQueue(value);
    else if (offset === LEGACY.queueSelect) {
      if (value < QUEUE_MAX_COUNT) device.queueSel = value;
    } else if (offset === LEGACY.queueNotify) device.notifyQueue(value);
    else if (offset === LEGACY.status) this.#setStatus(value & 0xff);
    else if (offset === LEGACY.configVector) this.#proxy.configVector = this.#proxy.checkVector(value);
    else if (offset === LEGACY.queueVector)
      this.#proxy.setupOf(device.queueSel).vector = this.#proxy.checkVector(value);
  }

  /** A driver that acknowledges the bit that no sound driver knows gets none of the features. */
  #acceptFeatures(value: number): void {
    const features = BigInt(value);
    this.#device.setFeatures((features & bit(F_BAD_FEATURE)) === 0n ? features : 0n);
  }

  #placeQueue(value: number): void {
    if (value === 0) this.#proxy.resetVirtio();
    else this.#device.queues[this.#device.queueSel]?.placeLegacy(BigInt(value) << PAGE_SHIFT);
  }

  /** Old drivers do not ask for bus mastering: it comes with the driver. */
  #setStatus(status: number): void {
    this.#proxy.setStatus(status);
    if (status === ACKNOWLEDGED_WITH_DRIVER) this.#proxy.enableMastering();
  }
}
