import type { IrqLine } from '../../irq.ts';
import { MemoryRegion, type MmioOps } from '../../memory/region.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { type PciBus, PINS, RootBus } from './bus.ts';
import { PciDevice, type PciIdentity } from './device.ts';
import type { PciEnvironment } from './environment.ts';
import { CLASS, SUBSYSTEM_DEFAULT, VENDOR_REDHAT, VENDOR_VIRTIO } from './registers.ts';
import { PCI_TRACE } from './trace.ts';

/** Where the board puts the windows; addresses and sizes in bytes. */
interface PciWindows {
  readonly ecam: Window;
  readonly io: Window;
  readonly low: Window;
  readonly high: Window;
}

interface Window {
  readonly base: number;
  readonly size: number;
}

const ONES = 0xffff_ffff;
/** Accesses that no device answers. */
const UNANSWERED: MmioOps = { read: (_, size) => ONES >>> (32 - 8 * size), write() {} };
const HOST_BRIDGE = 0x0008;

/** The generic PCI Express host bridge: memory-mapped configuration space, windows, four interrupt wires. */
export class GpexHost extends Device {
  readonly bus: RootBus;
  readonly ecam: MemoryRegion;
  readonly memoryWindow: MemoryRegion;
  readonly ioWindow: MemoryRegion;
  /** Everything that stands below the device in the composition tree. */
  readonly regions: readonly MemoryRegion[];
  readonly #env: PciEnvironment;
  readonly #types: TypeTable;

  constructor(types: TypeTable, env: PciEnvironment, windows: PciWindows, lines: readonly IrqLine[]) {
    super('gpex-pcihost', types);
    this.#types = types;
    this.#env = env;
    const whole = 2n ** 64n;
    const memory = new MemoryRegion('gpex_mmio', 'container', whole);
    const io = new MemoryRegion('gpex_ioport', 'container', BigInt(windows.io.size));
    this.memoryWindow = new MemoryRegion('gpex_mmio_window', 'i/o', whole, { ops: UNANSWERED });
    this.ioWindow = new MemoryRegion('gpex_ioport_window', 'i/o', io.size, { ops: UNANSWERED });
    this.memoryWindow.add(0n, memory);
    this.ioWindow.add(0n, io);
    this.ecam = new MemoryRegion('pcie-mmcfg-mmio', 'i/o', BigInt(windows.ecam.size), {
      ops: {
        read: (offset, size) => this.#read(offset, size),
        write: (offset, value, size) => this.#write(offset, value, size),
        traced: (tracer, { offset, value, write }) => {
          const device = this.#function(offset);
          const event = write ? PCI_TRACE.configWrite : PCI_TRACE.configRead;
          if (device) tracer.emit(event, device, offset & 0xfff, value);
        },
      },
    });
    this.regions = [this.ecam, this.memoryWindow, memory, this.ioWindow, io];
    const pins = this.addOutputs('sysbus-irq', lines, PINS);
    this.bus = this.addBus('pcie.0', new RootBus(memory, io, pins));
    this.#describe(windows);
  }

  #describe({ ecam, io, low, high }: PciWindows): void {
    const places = { ecam, pio: io, 'below-4g-mmio': low, 'above-4g-mmio': high };
    for (const [name, { base, size }] of Object.entries(places)) {
      this.setValue(`x-${name}-base`, BigInt(base));
      this.setValue(`x-${name}-size`, BigInt(size));
    }
  }

  override realize(): void {
    const root = new GpexRoot(this.#types, this.#env);
    this.add('gpex_root', root);
    this.bus.plug(root);
    root.realize();
    super.realize();
  }

  override reset(): void {
    for (const device of this.bus.devices) device.reset();
  }

  /** The function that a configuration address means (PCI Express 3.0, 7.2.2). */
  #function(offset: number): PciDevice | undefined {
    const bus: PciBus | undefined = this.bus.find((offset >>> 20) & 0xff);
    return bus?.functions[(offset >>> 12) & 0xff];
  }

  #read(offset: number, size: number): number {
    return this.#function(offset)?.readConfig(offset & 0xfff, size) ?? ONES >>> (32 - 8 * size);
  }

  #write(offset: number, value: number, size: number): void {
    this.#function(offset)?.writeConfig(offset & 0xfff, value, size);
  }
}

/** The host bridge as a function on its own bus. */
class GpexRoot extends PciDevice {
  constructor(types: TypeTable, env: PciEnvironment) {
    super('gpex-root', types, env);
    this.setValue('addr', '0');
  }

  override get identity(): PciIdentity {
    return {
      vendor: VENDOR_REDHAT,
      device: HOST_BRIDGE,
      revision: 0,
      classCode: CLASS.hostBridge,
      subsystem: { vendor: VENDOR_VIRTIO, device: SUBSYSTEM_DEFAULT },
    };
  }

  protected override setUp(): void {}
}
