import type { VirtualClock } from '../clock.ts';
import type { Engine } from '../cpu/index.ts';
import type { GpexHost } from '../hw/pci/gpex.ts';
import type { PanicControl } from '../hw/pci/pvpanic.ts';
import type { VirtioEnvironment } from '../hw/virtio/environment.ts';
import { AddressSpace } from '../memory/address-space.ts';
import { formatMtree, type MtreeOptions, type NamedSpace } from '../memory/mtree.ts';
import type { MemoryRegion } from '../memory/region.ts';
import type { Bus, Device } from '../qom/device.ts';
import type { QomObject } from '../qom/object.ts';
import type { TypeTable } from '../qom/types.ts';
import type { Tracer } from '../trace.ts';
import type { Clockwork } from './clockwork.ts';
import type { PciSurroundings } from './pci.ts';
import { type DeviceFactory, type DeviceOptions, DevicePlugger } from './plug.ts';
import type { RomList } from './roms.ts';
import type { Skeleton } from './skeleton.ts';

/** What a board is made of. */
export interface BoardFrame {
  readonly types: TypeTable;
  readonly skeleton: Skeleton;
  readonly memory: AddressSpace;
  /** What port instructions would reach. */
  readonly io: MemoryRegion;
  readonly roms: RomList;
  readonly clockwork: Clockwork;
  readonly clock: VirtualClock;
  readonly panic: PanicControl;
  readonly environment: VirtioEnvironment;
  readonly pciEnvironment: PciSurroundings;
  /** Where the harts are in the composition tree, by number. */
  readonly hartPaths: readonly string[];
}

/** A machine; after construction without the user's devices and not yet reset. */
export class Board {
  /** Root of the composition tree; the machine is at /machine. */
  readonly root: QomObject;
  readonly memory: AddressSpace;
  /** What port instructions would reach: empty, as RISC-V has none. */
  readonly io: AddressSpace;
  readonly engine: Engine;
  readonly types: TypeTable;
  readonly roms: RomList;
  readonly sysbus: Bus;
  /** Where -object puts back ends. */
  readonly objects: QomObject;
  /** Where displays stand. */
  readonly consoles: QomObject;
  /** For virtio devices. */
  readonly environment: VirtioEnvironment;
  readonly plugger: DevicePlugger;
  /** The PCI Express host bridge, if there is one. */
  readonly pci: GpexHost | null = null;
  readonly pciEnvironment: PciSurroundings;
  readonly clock: VirtualClock;
  /** What becomes of a guest's panic. */
  readonly panic: PanicControl;
  readonly hartPaths: readonly string[];
  readonly #clockwork: Clockwork;
  readonly #skeleton: Skeleton;
  readonly #spaces: readonly NamedSpace[];

  constructor(frame: BoardFrame) {
    const { skeleton, memory, clockwork, pciEnvironment } = frame;
    this.types = frame.types;
    this.memory = memory;
    this.io = new AddressSpace('I/O', frame.io, memory.host);
    this.roms = frame.roms;
    this.clock = frame.clock;
    this.panic = frame.panic;
    this.hartPaths = frame.hartPaths;
    this.engine = clockwork.engine;
    this.environment = frame.environment;
    this.pciEnvironment = pciEnvironment;
    this.root = skeleton.root;
    this.sysbus = skeleton.sysbus;
    this.objects = skeleton.objects;
    this.consoles = skeleton.backend;
    this.plugger = new DevicePlugger(frame.types, skeleton);
    pciEnvironment.onRemove = device => this.plugger.finishRemoval(device);
    this.#clockwork = clockwork;
    this.#skeleton = skeleton;
    this.#spaces = namedSpaces(memory, this.io, this.engine.harts.length);
  }

  /** Power-on state: ROMs in place, harts and devices reset. */
  reset(): void {
    this.roms.load(this.memory);
    this.#clockwork.reset();
    for (const device of this.sysbus.devices) device.reset(); // each resets what is on its own buses
    for (const device of this.plugger.loose) device.reset();
  }

  /** What the machine traces. */
  get trace(): Tracer {
    return this.environment.trace;
  }

  findBus(name: string): Bus | undefined {
    return this.plugger.findBus(name);
  }

  /** -device, before the machine runs. @throws QmpError */
  addDevice(options: DeviceOptions, create: DeviceFactory): Device {
    return this.plugger.add(options, create, false);
  }

  /** Every region with memory behind it, in the order in which they were made. */
  get memoryBlocks(): readonly MemoryRegion[] {
    return this.#skeleton.owners.blocks;
  }

  /** The text of `info mtree`. */
  formatMtree({ owner, ...options }: Omit<MtreeOptions, 'owner'> & { readonly owner?: boolean }): string {
    const { owners } = this.#skeleton;
    return formatMtree(
      [...this.#spaces, ...this.pciEnvironment.spaces],
      owner ? { ...options, owner: region => owners.describe(region) } : options,
    );
  }
}

/** Address spaces in the order of `info mtree -f`; each hart has one of its own name. */
function namedSpaces(memory: AddressSpace, io: AddressSpace, harts: number): NamedSpace[] {
  const perHart = Array.from({ length: harts }, (_, hart) => ({
    name: `cpu-memory-${hart}`,
    root: memory.root,
    get flatView() {
      return memory.flatView;
    },
  }));
  return [io, memory, ...perHart];
}
