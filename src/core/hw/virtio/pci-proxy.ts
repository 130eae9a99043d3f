import { QmpError } from '../../../qapi/errors.ts';
import { Bus, type Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { PciDevice, type PciIdentity } from '../pci/device.ts';
import type { PciEnvironment } from '../pci/environment.ts';
import {
  addExpress,
  addPowerManagement,
  EXPRESS,
  FUNCTION_RESET,
  resetExpress,
  resetPower,
  TYPE_ENDPOINT,
} from '../pci/express.ts';
import { MAX_VECTORS, Msix } from '../pci/msix.ts';
import { COMMAND_MASTER, PCI, SUBSYSTEM_DEFAULT, VENDOR_VIRTIO } from '../pci/registers.ts';
import { bit, F_BAD_FEATURE, STATUS_DRIVER_OK } from './constants.ts';
import { type TransportLink, VirtioDevice } from './device.ts';
import { ConfigWindow } from './pci-capabilities.ts';
import { LegacyRegisters } from './pci-legacy.ts';
import { ModernRegisters } from './pci-modern.ts';
import { NO_VECTOR, PciQueue } from './pci-queue.ts';
import { VECTORS_UNSPECIFIED, type VirtioPciRow, virtioPciRow } from './pci-types.ts';

const LEGACY_BAR = 0;
const MSIX_BAR = 1;
const NOTIFY_PIO_BAR = 2;
const MODERN_BAR = 4;
const MODERN_ID = 0x1040; // plus the device type (virtio 1.2, 4.1.2.1)

/** Makes the device inside; `memory` is what it reaches. */
export type InsideFactory = (typeName: string, memory: PciDevice['dma']) => Device;

/** The bus between a function and the virtio device inside. */
class VirtioPciBus extends Bus {
  constructor() {
    super('virtio-pci-bus');
  }
}

/** Virtio over PCI (virtio 1.2, 4.1): modern, legacy, or both by properties and the name of the type. */
export class VirtioPciProxy extends PciDevice implements TransportLink {
  readonly device: VirtioDevice;
  readonly #row: VirtioPciRow;
  readonly #bus: VirtioPciBus;
  readonly #setups = new Map<number, PciQueue>();
  readonly #harts: number;
  configVector = NO_VECTOR;
  #modern: ModernRegisters | undefined;
  #window: ConfigWindow | undefined;
  #expressAt = 0;
  #powerAt = 0;

  /** @param harts of the machine: as many queues the device has by default if it can */
  constructor(typeName: string, types: TypeTable, env: PciEnvironment, create: InsideFactory, harts: number) {
    super(typeName, types, env);
    this.#row = virtioPciRow(typeName);
    this.#harts = harts;
    this.#bus = this.addBus('virtio-bus', new VirtioPciBus());
    const inside = create(types.require(typeName).inside ?? '', this.dma);
    if (!(inside instanceof VirtioDevice)) throw new QmpError(`'${inside.typeName}' is no virtio device`);
    this.device = this.add('virtio-backend', inside);
    for (const [name, property] of inside.properties) {
      if (!this.properties.has(name)) this.define(name, property);
    }
  }

  get front(): Device {
    return this;
  }

  get modern(): boolean {
    return this.value('disable-modern') !== true;
  }

  get #legacy(): boolean {
    if (this.#row.transitionalId === undefined) return false;
    if (this.typeName.endsWith('-transitional')) return !this.typeName.endsWith('-non-transitional');
    const wish = this.value('disable-legacy');
    return wish === 'auto' ? this.pciBus.isRoot : wish === 'off';
  }

  /** Behind a port it is an endpoint of PCI Express; on the root bus it is integrated and says nothing. */
  protected override get express(): boolean {
    return this.modern && !this.pciBus.isRoot && this.value('x-disable-pcie') !== true;
  }

  override get identity(): PciIdentity {
    const { transitionalId } = this.#row;
    const { deviceId } = this.device;
    const legacy = this.#legacy && transitionalId !== undefined;
    return {
      vendor: VENDOR_VIRTIO,
      device: legacy ? transitionalId : MODERN_ID + deviceId,
      revision: legacy ? 0 : 1,
      classCode: Number(this.value('class')) || this.#row.classCode,
      subsystem: { vendor: VENDOR_VIRTIO, device: legacy ? deviceId : SUBSYSTEM_DEFAULT },
    };
  }

  protected override setUp(): void {
    const legacy = this.#legacy;
    if (!legacy && !this.modern) {
      throw new QmpError('device cannot work as neither modern nor legacy mode is enabled');
    }
    for (const name of ['ats', 'aer']) {
      if (this.value(name) === true) throw new QmpError(`${this.typeName}: '${name}=on' is not supported`);
    }
    if (this.#row.classShown) this.settle('class', this.identity.classCode);
    if (this.properties.has('disable-legacy')) this.settle('disable-legacy', legacy ? 'off' : 'on');
    if (this.express) this.#addExpress();
    this.wirePin();
    this.#realizeInside();
    if (this.modern) this.#addModern();
    this.#addVectors();
    if (legacy) this.addBar(LEGACY_BAR, 'io', this.#legacyRegion());
  }

  #addExpress(): void {
    this.#expressAt = addExpress(this.config, {
      type: TYPE_ENDPOINT,
      functionReset: this.value('x-pcie-flr-init') === true,
      extendedTag: this.value('x-pcie-ext-tag') === true,
      linkControl: this.value('x-pcie-lnkctl-init') === true,
    });
    if (this.value('x-pcie-pm-init') === true) this.#powerAt = addPowerManagement(this.config);
  }

  #realizeInside(): void {
    const { device } = this;
    device.transport = this;
    device.hostFeatures |= bit(F_BAD_FEATURE);
    const { vectors } = this.#row;
    const queues = typeof vectors === 'number' ? undefined : vectors;
    if (queues && device.value(queues.queues) === queues.automatic) {
      device.setValue(queues.queues, this.#harts);
    }
    this.#bus.plug(device);
    device.realize();
    if (this.value('vectors') !== VECTORS_UNSPECIFIED) return;
    this.settle('vectors', queues ? Number(device.value(queues.queues)) + queues.more : Number(vectors));
  }

  #addModern(): void {
    const modern = new ModernRegisters(this, this.device, this.value('page-per-vq') === true);
    const notifyByPort = this.value('modern-pio-notify') === true;
    this.#modern = modern;
    this.#window = new ConfigWindow(this.config, modern, MODERN_BAR, notifyByPort ? NOTIFY_PIO_BAR : null);
    this.addBar(MODERN_BAR, 'memory64', modern.region, true);
    for (const { region } of modern.parts) this.env.attach(this, region);
    if (notifyByPort) this.addBar(NOTIFY_PIO_BAR, 'io', modern.notifyPio);
    else this.env.attach(this, modern.notifyPio);
  }

  #addVectors(): void {
    const vectors = Number(this.value('vectors'));
    if (vectors === 0) return;
    if (vectors > MAX_VECTORS) {
      this.env.warn?.(`warning: unable to init msix vectors to ${vectors}`);
      this.settle('vectors', 0);
      return;
    }
    this.msix = new Msix(this, vectors, MSIX_BAR);
    this.addBar(MSIX_BAR, 'memory32', this.msix.region);
    for (const region of this.msix.parts) this.env.attach(this, region);
  }

  #legacyRegion() {
    return new LegacyRegisters(this, this.device, this.msix !== undefined).region;
  }

  override reset(): void {
    super.reset();
    if (this.#expressAt !== 0) resetExpress(this.config, this.#expressAt);
    if (this.#powerAt !== 0) resetPower(this.config, this.#powerAt);
    this.resetVirtio();
  }

  /** The virtio side alone goes back to its initial state. */
  resetVirtio(): void {
    this.device.reset();
    this.configVector = NO_VECTOR;
    this.#setups.clear();
    this.#modern?.reset();
  }

  setStatus(status: number): void {
    if (status === 0) this.resetVirtio();
    else this.device.setStatus(status);
  }

  setupOf(queue: number): PciQueue {
    let setup = this.#setups.get(queue);
    if (!setup) {
      setup = new PciQueue();
      this.#setups.set(queue, setup);
    }
    return setup;
  }

  /** The vector that a driver asks for, or none if there is no such vector. */
  checkVector(vector: number): number {
    return vector < (this.msix?.vectors ?? 0) ? vector : NO_VECTOR;
  }

  /** Reading the interrupt status acknowledges it. */
  readIsr(): number {
    const { isr } = this.device;
    this.device.acknowledge(isr);
    return isr;
  }

  interruptChanged(): void {
    if (!this.msix?.enabled) this.setInterrupt((this.device.isr & 1) !== 0);
  }

  signal(queue: number | undefined): void {
    this.msix?.notify(queue === undefined ? this.configVector : this.setupOf(queue).vector);
  }

  enableMastering(): void {
    this.writeConfig(PCI.command, this.config.u16(PCI.command) | COMMAND_MASTER, 2);
  }

  protected override masteringChanged(mastering: boolean): void {
    if (this.device.value('use-disabled-flag') === true) this.device.disabled = !mastering;
    if (!mastering) this.device.setStatus(this.device.status & ~STATUS_DRIVER_OK);
  }

  override readConfig(at: number, size: number): number {
    if (this.visible) this.#window?.beforeRead(at, size);
    return super.readConfig(at, size);
  }

  protected override configWritten(at: number, _value: number, size: number): void {
    this.#window?.written(at, size);
    if (this.#expressAt === 0) return;
    const control = this.#expressAt + EXPRESS.deviceControl;
    if ((this.config.u16(control) & FUNCTION_RESET) !== 0) this.reset();
  }
}
