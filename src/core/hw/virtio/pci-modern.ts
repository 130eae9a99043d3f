import { MemoryRegion, type MmioOps } from '../../memory/region.ts';
import { F_RING_RESET, QUEUE_MAX_COUNT } from './constants.ts';
import type { VirtioDevice } from './device.ts';
import type { VirtioPciProxy } from './pci-proxy.ts';
import { NO_VECTOR } from './pci-queue.ts';

/** Registers of the common configuration (virtio 1.2, 4.1.4.3). */
const COMMON = {
  deviceFeatureSelect: 0x00,
  deviceFeature: 0x04,
  driverFeatureSelect: 0x08,
  driverFeature: 0x0c,
  configVector: 0x10,
  numQueues: 0x12,
  deviceStatus: 0x14,
  configGeneration: 0x15,
  queueSelect: 0x16,
  queueSize: 0x18,
  queueVector: 0x1a,
  queueEnable: 0x1c,
  queueNotifyOffset: 0x1e,
  queueDesc: 0x20,
  queueAvail: 0x28,
  queueUsed: 0x30,
  queueReset: 0x3a,
} as const;

const QUEUE_ADDRESSES: Readonly<Record<number, readonly ['desc' | 'avail' | 'used', bigint]>> = {
  [COMMON.queueDesc]: ['desc', 0n],
  [COMMON.queueDesc + 4]: ['desc', 32n],
  [COMMON.queueAvail]: ['avail', 0n],
  [COMMON.queueAvail + 4]: ['avail', 32n],
  [COMMON.queueUsed]: ['used', 0n],
  [COMMON.queueUsed + 4]: ['used', 32n],
};

const PAGE = 0x1000;
const WORD = 0xffff_ffffn;

/** The modern interface of a function: the regions of its fourth base address register. */
export class ModernRegisters {
  /** Bytes between the notification addresses of two queues. */
  readonly notifyStride: number;
  readonly region: MemoryRegion;
  readonly notifyPio: MemoryRegion;
  readonly parts: readonly { readonly region: MemoryRegion; readonly offset: number }[];
  readonly #proxy: VirtioPciProxy;
  #deviceSelect = 0;
  #driverSelect = 0;
  #driverFeatures: [low: number, high: number] = [0, 0];

  constructor(proxy: VirtioPciProxy, device: VirtioDevice, pagePerQueue: boolean) {
    this.#proxy = proxy;
    this.notifyStride = pagePerQueue ? PAGE : 4;
    const part = (name: string, size: number, ops: MmioOps) =>
      new MemoryRegion(`virtio-pci-${name}-${device.virtioName}`, 'i/o', BigInt(size), { ops });
    const notify = (stride: number): MmioOps => ({
      read: () => 0,
      write: (offset, value) => device.notifyQueue(stride === 0 ? value : Math.floor(offset / stride)),
    });
    const notifySize = this.notifyStride * QUEUE_MAX_COUNT;
    this.parts = [
      { offset: 0, region: part('common', PAGE, this.#common(device)) },
      { offset: PAGE, region: part('isr', PAGE, { read: () => proxy.readIsr(), write() {} }) },
      {
        offset: 2 * PAGE,
        region: part('device', PAGE, {
          read: (offset, size) => device.config.read(offset, size),
          write: (offset, value, size) => device.config.write(offset, value, size),
        }),
      },
      { offset: 3 * PAGE, region: part('notify', notifySize, notify(this.notifyStride)) },
    ];
    this.notifyPio = part('notify-pio', 4, notify(0));
    const size = 2 ** Math.ceil(Math.log2(3 * PAGE + notifySize));
    this.region = new MemoryRegion('virtio-pci', 'container', BigInt(size), { priority: 1 });
    for (const { offset, region } of this.parts) this.region.add(BigInt(offset), region);
  }

  reset(): void {
    this.#deviceSelect = this.#driverSelect = 0;
    this.#driverFeatures = [0, 0];
  }

  #common(device: VirtioDevice): MmioOps {
    return {
      read: offset => this.#readDevice(device, offset) ?? this.#readQueue(device, offset),
      write: (offset, value) => {
        if (!this.#writeDevice(device, offset, value)) this.#writeQueue(device, offset, value);
      },
    };
  }

  #readDevice(device: VirtioDevice, offset: number): number | undefined {
    switch (offset) {
      case COMMON.deviceFeatureSelect:
        return this.#deviceSelect;
      case COMMON.deviceFeature:
        return this.#deviceSelect > 1
          ? 0
          : Number((device.offeredFeatures >> BigInt(32 * this.#deviceSelect)) & WORD);
      case COMMON.driverFeatureSelect:
        return this.#driverSelect;
      case COMMON.driverFeature:
        return this.#driverFeatures[this.#driverSelect] ?? 0;
      case COMMON.configVector:
        return this.#proxy.configVector;
      case COMMON.numQueues:
        return device.queues.length;
      case COMMON.deviceStatus:
        return device.status;
      case COMMON.configGeneration:
        return device.generation & 0xff;
      case COMMON.queueSelect:
        return device.queueSel;
      default:
        return undefined;
    }
  }

  #readQueue(device: VirtioDevice, offset: number): number {
    if (offset === COMMON.queueNotifyOffset) return device.queueSel;
    const queue = device.queues[device.queueSel];
    if (!queue) return offset === COMMON.queueVector ? NO_VECTOR : 0;
    const setup = this.#proxy.setupOf(device.queueSel);
    const address = QUEUE_ADDRESSES[offset];
    if (address) return Number((setup.address(address[0]) >> address[1]) & WORD);
    if (offset === COMMON.queueSize) return queue.ring.num;
    if (offset === COMMON.queueVector) return setup.vector;
    return offset === COMMON.queueEnable && setup.enabled ? 1 : 0;
  }

  #writeDevice(device: VirtioDevice, offset: number, value: number): boolean {
    if (offset === COMMON.deviceFeatureSelect) this.#deviceSelect = value;
    else if (offset === COMMON.driverFeatureSelect) this.#driverSelect = value;
    else if (offset === COMMON.driverFeature) this.#acceptFeatures(device, value);
    else if (offset === COMMON.configVector) this.#proxy.configVector = this.#proxy.checkVector(value);
    else if (offset === COMMON.deviceStatus) this.#proxy.setStatus(value & 0xff);
    else if (offset === COMMON.queueSelect) {
      if (value < QUEUE_MAX_COUNT) device.queueSel = value;
    } else return false;
    return true;
  }

  #acceptFeatures(device: VirtioDevice, value: number): void {
    if (this.#driverSelect > 1) return;
    this.#driverFeatures[this.#driverSelect] = value;
    const [low, high] = this.#driverFeatures;
    device.setFeatures((BigInt(high) << 32n) | BigInt(low));
  }

  #writeQueue(device: VirtioDevice, offset: number, value: number): void {
    const queue = device.queues[device.queueSel];
    if (!queue) return;
    const setup = this.#proxy.setupOf(device.queueSel);
    const address = QUEUE_ADDRESSES[offset];
    if (address) setup.setAddress(...address, value);
    else if (offset === COMMON.queueSize) queue.setSize(value);
    else if (offset === COMMON.queueVector) setup.vector = this.#proxy.checkVector(value);
    else if (offset === COMMON.queueEnable && value === 1) setup.enable(queue);
    else if (offset === COMMON.queueReset && value === 1 && device.has(F_RING_RESET)) setup.reset(queue);
  }
}
