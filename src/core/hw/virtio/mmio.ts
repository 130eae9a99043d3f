import { QmpError } from '../../../qapi/errors.ts';
import type { IrqLine, Wire } from '../../irq.ts';
import { type AccessSize, MemoryRegion } from '../../memory/region.ts';
import { Bus, Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { type Tracer, traceRegisters } from '../../trace.ts';
import { F_RING_RESET, QUEUE_MAX_COUNT, QUEUE_MAX_SIZE, STATUS_FEATURES_OK } from './constants.ts';
import { type TransportLink, VirtioDevice } from './device.ts';
import type { VirtioEnvironment } from './environment.ts';
import { mmioMistake } from './mmio-mistakes.ts';
import { QueueSetup } from './mmio-queue-setup.ts';
import { MAGIC, REG, REGION_SIZE, VENDOR } from './mmio-registers.ts';
import { MMIO_TRACE } from './trace.ts';

const ALL_ONES = 0xffff_ffff;

/** The bus below a transport: room for one virtio device. */
export class VirtioMmioBus extends Bus {
  readonly #transport: VirtioMmioTransport;

  constructor(transport: VirtioMmioTransport) {
    super('virtio-mmio-bus');
    this.#transport = transport;
  }

  /** @throws QmpError if the device is of another kind or the place is taken */
  override plug(device: Device): void {
    if (!(device instanceof VirtioDevice)) {
      throw new QmpError(`Device '${device.typeName}' can't go on virtio-mmio-bus bus`);
    }
    if (this.devices.length > 0) throw new QmpError(`Bus '${this.busName}' is full`);
    super.plug(device);
    device.transport = this.#transport;
  }
}

/**
 * Virtio over memory-mapped registers (virtio 1.2, 4.2), legacy (version 1) or modern (version 2)
 * by the property force-legacy.
 */
export class VirtioMmioTransport extends Device implements TransportLink {
  readonly region: MemoryRegion;
  readonly bus: VirtioMmioBus;
  readonly #irq: IrqLine;
  readonly #trace: Tracer;
  readonly #setups = new Map<number, QueueSetup>();
  #deviceFeaturesSel = 0;
  #driverFeaturesSel = 0;
  #driverFeatures: [low: number, high: number] = [0, 0];
  #pageShift = 0;

  /** @param index of the transport on the board: names its bus */
  constructor(types: TypeTable, env: VirtioEnvironment, irq: IrqLine, index: number) {
    super('virtio-mmio', types);
    [this.#irq] = this.addOutputs('sysbus-irq', [irq]) as [Wire];
    this.#trace = env.trace;
    this.bus = this.addBus(`virtio-mmio-bus.${index}`, new VirtioMmioBus(this));
    this.region = new MemoryRegion('virtio-mmio', 'i/o', REGION_SIZE, {
      ops: {
        read: (offset, size) => this.#read(offset, size),
        write: (offset, value, size) => this.#write(offset, value, size),
        traced: traceRegisters(MMIO_TRACE.read, MMIO_TRACE.write),
        mistake: access => (this.device ? mmioMistake(access, this.modern) : null),
      },
    });
  }

  /** The device that is plugged in and ready to be driven. */
  get device(): VirtioDevice | undefined {
    const device = this.bus.devices[0];
    return device instanceof VirtioDevice && device.realized ? device : undefined;
  }

  get modern(): boolean {
    return this.value('force-legacy') === false;
  }

  interruptChanged(): void {
    const level = (this.device?.isr ?? 0) !== 0;
    this.#trace.emit(MMIO_TRACE.settingIrq, level);
    this.#irq.set(level);
  }

  /** To be called after the machine started or stopped. */
  vmStateChanged(running: boolean): void {
    this.device?.vmStateChanged(running);
  }

  override reset(): void {
    this.device?.reset();
    this.#setups.clear();
    this.#deviceFeaturesSel = this.#driverFeaturesSel = this.#pageShift = 0;
    this.#driverFeatures = [0, 0];
  }

  #setup(device: VirtioDevice): QueueSetup {
    let setup = this.#setups.get(device.queueSel);
    if (!setup) {
      setup = new QueueSetup();
      this.#setups.set(device.queueSel, setup);
    }
    return setup;
  }

  #read(offset: number, size: AccessSize): number {
    const { device } = this;
    if (offset >= REG.config) return device?.config.read(offset - REG.config, size) ?? 0;
    if (size !== 4) return 0;
    if (offset === REG.magic) return MAGIC;
    if (offset === REG.version) return this.modern ? 2 : 1;
    if (offset === REG.vendorId) return VENDOR;
    if (!device) return 0;
    return this.#readDevice(device, offset) ?? this.#readQueue(device, offset);
  }

  #readDevice(device: VirtioDevice, offset: number): number | undefined {
    switch (offset) {
      case REG.deviceId:
        return device.deviceId;
      case REG.deviceFeatures:
        return Number((device.offeredFeatures >> BigInt(32 * this.#deviceFeaturesSel)) & 0xffff_ffffn);
      case REG.interruptStatus:
        return device.isr;
      case REG.status:
        return device.status;
      case REG.configGeneration:
        return this.modern ? device.generation : 0;
      case REG.shmLenLow:
      case REG.shmLenHigh:
      case REG.shmBaseLow:
      case REG.shmBaseHigh:
        return ALL_ONES; // there is no shared memory region (4.2.2.2)
      default:
        return undefined;
    }
  }

  #readQueue(device: VirtioDevice, offset: number): number {
    const queue = device.queues[device.queueSel];
    if (!queue) return 0;
    if (offset === REG.queueNumMax) return QUEUE_MAX_SIZE;
    if (this.modern) return offset === REG.queueReady && this.#setup(device).ready ? 1 : 0;
    if (offset === REG.queuePfn) return Number((queue.ring.desc >> BigInt(this.#pageShift)) & 0xffff_ffffn);
    return 0;
  }

  #write(offset: number, value: number, size: AccessSize): void {
    const { device } = this;
    if (!device) return;
    if (offset >= REG.config) device.config.write(offset - REG.config, value, size);
    else if (size === 4 && !this.#writeDevice(device, offset, value)) {
      if (this.modern) this.#writeModern(device, offset, value);
      else this.#writeLegacy(device, offset, value);
    }
  }

  /** Registers that mean the same in both versions; false if `offset` is none of them. */
  #writeDevice(device: VirtioDevice, offset: number, value: number): boolean {
    if (offset === REG.deviceFeaturesSel) this.#deviceFeaturesSel = value === 0 ? 0 : 1;
    else if (offset === REG.driverFeaturesSel) this.#driverFeaturesSel = value === 0 ? 0 : 1;
    else if (offset === REG.queueSel) device.queueSel = value < QUEUE_MAX_COUNT ? value : device.queueSel;
    else if (offset === REG.queueNotify) device.notifyQueue(value);
    else if (offset === REG.interruptAck) device.acknowledge(value);
    else if (offset === REG.status) this.#setStatus(device, value & 0xff);
    else return false;
    return true;
  }

  #setStatus(device: VirtioDevice, status: number): void {
    if (this.modern && (status & STATUS_FEATURES_OK) !== 0) {
      const [low, high] = this.#driverFeatures;
      device.setFeatures((BigInt(high) << 32n) | BigInt(low));
    }
    if (status !== 0) device.setStatus(status);
    else {
      device.reset();
      for (const setup of this.#setups.values()) setup.ready = false;
    }
  }

  #writeLegacy(device: VirtioDevice, offset: number, value: number): void {
    const queue = device.queues[device.queueSel];
    if (offset === REG.driverFeatures && this.#driverFeaturesSel === 0) device.setFeatures(BigInt(value));
    else if (offset === REG.guestPageSize) {
      this.#pageShift = value === 0 ? 0 : 31 - Math.clz32(value & -value);
      this.#trace.emit(MMIO_TRACE.guestPage, value, this.#pageShift);
    } else if (offset === REG.queueNum) {
      this.#trace.emit(MMIO_TRACE.queueWrite, value, QUEUE_MAX_SIZE);
      queue?.setSize(value);
      queue?.layOutAgain();
    } else if (offset === REG.queueAlign) {
      if (queue && value !== 0) queue.ring.align = value;
      queue?.layOutAgain();
    } else if (offset === REG.queuePfn) {
      if (value === 0) device.reset();
      else queue?.placeLegacy(BigInt(value) << BigInt(this.#pageShift));
    }
  }

  #writeModern(device: VirtioDevice, offset: number, value: number): void {
    const queue = device.queues[device.queueSel];
    if (offset === REG.driverFeatures) this.#driverFeatures[this.#driverFeaturesSel] = value;
    if (!queue) return;
    const setup = this.#setup(device);
    if (offset === REG.queueNum) {
      this.#trace.emit(MMIO_TRACE.queueWrite, value, QUEUE_MAX_SIZE);
      setup.setNum(queue, value);
    } else if (offset === REG.queueReady) setup.setReady(queue, value !== 0);
    else if (offset === REG.queueReset && value === 1 && device.has(F_RING_RESET)) setup.reset(queue);
    else setup.setAddress(offset, value);
  }
}
