import { QmpError } from '../../../qapi/errors.ts';
import type { QmpValue } from '../../../qapi/value.ts';
import { AddressSpace } from '../../memory/address-space.ts';
import { MemoryRegion } from '../../memory/region.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { Bar, type BarKind } from './bar.ts';
import type { PciBus } from './bus.ts';
import { ConfigSpace } from './config-space.ts';
import type { PciEnvironment } from './environment.ts';
import { pciState } from './format.ts';
import type { Msix } from './msix.ts';
import * as R from './registers.ts';
import { PCI_TRACE } from './trace.ts';

/** Numbers by which drivers know a device. */
export interface PciIdentity {
  readonly vendor: number;
  readonly device: number;
  readonly revision: number;
  readonly classCode: number;
  /** None for bridges. */
  readonly subsystem?: { readonly vendor: number; readonly device: number };
}

const COMMAND_WRITABLE = 0x507; // decoding, mastering, parity, SERR, INTx disable
const REGISTERS_END = 0x28; // of the base address registers
const ONES = 0xffff_ffff;

/**
 * A PCI function: configuration space, regions behind base address registers, one interrupt pin, and
 * the view of memory that bus mastering gives it. A kind of device adds capabilities and regions in setUp().
 */
export abstract class PciDevice extends Device {
  config = new ConfigSpace(false);
  readonly bars: Bar[] = [];
  /** What the device reaches: guest memory while it may master the bus, nothing otherwise. */
  readonly dma: AddressSpace;
  msix: Msix | undefined;
  readonly env: PciEnvironment;
  readonly #mastering: MemoryRegion;
  readonly #container: MemoryRegion;
  #interrupt = false;
  #asserted = false;
  #powered = true;
  #bus: PciBus | undefined;
  #devfn = -1;

  constructor(typeName: string, types: TypeTable, env: PciEnvironment) {
    super(typeName, types);
    this.env = env;
    const { root, host } = env.memory;
    this.#container = new MemoryRegion('bus master container', 'container', 2n ** 64n);
    this.#mastering = new MemoryRegion('bus master', 'alias', 2n ** 64n, { target: root });
    this.#mastering.enabled = false;
    this.#container.add(0n, this.#mastering);
    this.dma = new AddressSpace(typeName, this.#container, host);
    // What the device writes may be code that harts have decoded.
    this.dma.onWrite((offset, length) => env.memory.contentsChanged(offset, length));
  }

  abstract get identity(): PciIdentity;

  /** Adds capabilities and regions. @throws QmpError when properties do not fit */
  protected abstract setUp(): void;

  /** Whether it has the capability of PCI Express, and with it 4 KiB of configuration space. */
  protected get express(): boolean {
    return false;
  }

  /** The bus behind a bridge. */
  get secondary(): PciBus | undefined {
    return undefined;
  }

  get pciBus(): PciBus {
    if (this.#bus) return this.#bus;
    throw new QmpError(`No 'PCI' bus found for device '${this.typeName}'`);
  }

  /** Place on the bus: slot and function. */
  get devfn(): number {
    return this.#devfn;
  }

  /** The bus has put the device there. */
  placed(bus: PciBus, devfn: number): void {
    this.#bus = bus;
    this.#devfn = devfn;
  }

  override value(name: string): QmpValue {
    if (name === 'addr' && this.#devfn >= 0) return this.#devfn;
    if (name === 'busnr') return this.#bus?.number ?? 0;
    return super.value(name);
  }

  override realize(): void {
    this.#checkRom();
    this.config = new ConfigSpace(this.express);
    this.#identify();
    this.env.attach(this, this.#container);
    this.env.attach(this, this.#mastering);
    this.setUp();
    for (const bar of this.bars) bar.install(this.config);
    this.env.addSpace(this.dma);
    super.realize();
  }

  /** There are no option ROMs: no firmware here would run one. */
  #checkRom(): void {
    const size = Number(this.value('romsize'));
    if (size !== ONES && (size & (size - 1)) !== 0) {
      throw new QmpError(`ROM size ${size} is not a power of two`);
    }
    const file = this.value('romfile');
    if (file !== '') throw new QmpError(`failed to find romfile "${file}"`);
  }

  #identify(): void {
    const { config } = this;
    const { vendor, device, revision, classCode, subsystem } = this.identity;
    config.set16(R.PCI.vendorId, vendor);
    config.set16(R.PCI.deviceId, device);
    config.set8(R.PCI.revision, revision);
    config.set16(R.PCI.classCode, classCode);
    if (subsystem) {
      config.set16(R.PCI.subsystemVendor, subsystem.vendor);
      config.set16(R.PCI.subsystem, subsystem.device);
    }
    config.set16(R.PCI.command, 0, COMMAND_WRITABLE);
    config.set8(R.PCI.cacheLine, 0, 0xff);
    config.set8(R.PCI.interruptLine, 0, 0xff);
    if (this.value('multifunction') === true) config.set8(R.PCI.headerType, R.HEADER_MULTIFUNCTION);
  }

  /** Gives the device interrupt pin A. */
  protected wirePin(): void {
    this.config.set8(R.PCI.interruptPin, 1);
  }

  protected addBar(number: number, kind: BarKind, region: MemoryRegion, prefetch = false): void {
    this.bars.push(new Bar(number, kind, region, prefetch));
    this.bars.sort((a, b) => a.number - b.number);
    this.env.attach(this, region);
  }

  override unrealize(): void {
    this.setInterrupt(false);
    for (const bar of this.bars) this.#map(bar, null);
    this.env.removeSpace(this.dma);
    this.env.memory.refresh();
    super.unrealize();
  }

  override reset(): void {
    this.setInterrupt(false);
    this.config.set16(R.PCI.command, 0);
    this.config.set8(R.PCI.cacheLine, 0);
    this.config.set8(R.PCI.interruptLine, 0);
    for (const bar of this.bars) bar.install(this.config);
    this.msix?.reset();
    this.headerChanged();
  }

  /** Configuration space answers only with power, and functions that were plugged late not before the first. */
  get visible(): boolean {
    return this.#powered && !(this.hotplugged && !this.pciBus.functions[this.devfn & ~7]);
  }

  /** A slot's power: without it the device decodes and masters nothing, and forgets its state. */
  setPower(powered: boolean): void {
    if (powered === this.#powered) return;
    this.#powered = powered;
    if (!powered && this.realized) this.reset();
    this.headerChanged();
  }

  readConfig(at: number, size: number): number {
    return this.visible ? this.config.read(at, size) : ONES >>> (32 - 8 * size);
  }

  writeConfig(at: number, value: number, size: number): void {
    if (!this.visible) return;
    this.config.write(at, value, size);
    if (at < REGISTERS_END) this.headerChanged();
    this.msix?.configWritten(at, size);
    if (this.msix?.enabled) this.setInterrupt(false); // messages replace the pin
    this.configWritten(at, value, size);
  }

  /** The guest wrote `value` to configuration space, which has the bits that it may set. */
  protected configWritten(_at: number, _value: number, _size: number): void {}

  /** Decoding, mastering or interrupts may have changed. */
  protected headerChanged(): void {
    const command = this.config.u16(R.PCI.command);
    const mastering = this.#powered && (command & R.COMMAND_MASTER) !== 0;
    let changed = false;
    for (const bar of this.bars) {
      const address = this.#powered ? bar.decode(this.config) : null;
      changed = this.#map(bar, address) || changed;
    }
    if (changed) this.env.memory.refresh();
    if (mastering !== this.#mastering.enabled) {
      this.#mastering.enabled = mastering;
      this.dma.refresh();
      this.masteringChanged(mastering);
    }
    this.#drive();
  }

  protected masteringChanged(_mastering: boolean): void {}

  #map(bar: Bar, address: bigint | null): boolean {
    if (address === bar.address) return false;
    const space = bar.isIo ? this.pciBus.io : this.pciBus.memory;
    const { trace } = this.env;
    if (bar.address !== null) {
      trace.emit(PCI_TRACE.unmapped, this, bar.number, bar.address, bar.size);
      space.remove(bar.region);
    }
    if (address !== null) {
      trace.emit(PCI_TRACE.mapped, this, bar.number, address, bar.size);
      space.add(address, bar.region);
    }
    bar.address = address;
    return true;
  }

  /** Level of the interrupt pin. */
  setInterrupt(level: boolean): void {
    this.#interrupt = level;
    this.config.update16(R.PCI.status, level ? R.STATUS_INTERRUPT : 0, R.STATUS_INTERRUPT);
    this.#drive();
  }

  /** The wire follows the level unless the driver has disabled it. */
  #drive(): void {
    const masked = (this.config.u16(R.PCI.command) & R.COMMAND_INTX_DISABLE) !== 0;
    const asserted = this.#interrupt && !masked;
    if (asserted === this.#asserted) return;
    this.#asserted = asserted;
    this.pciBus.changeInterrupt(this.devfn, this.config.u8(R.PCI.interruptPin) - 1, asserted ? 1 : -1);
  }

  override get stateLine(): string {
    return pciState(this);
  }
}

export function overlaps(at: number, size: number, register: number, length: number): boolean {
  return at < register + length && register < at + size;
}
