import type { ByteStream, Host } from '../../host/types.ts';
import type { FlashImage } from '../block/flash-image.ts';
import type { VirtualClock } from '../clock.ts';
import { ConfigError, type MachineConfig } from '../config.ts';
import { type Engine, engineMemorySize } from '../cpu/index.ts';
import type { EventBus } from '../events.ts';
import { type HostMemory, MAX_HOST_MEMORY } from '../host-memory.ts';
import type { Ns16550a } from '../hw/char/ns16550a.ts';
import type { FwCfg } from '../hw/firmware/fw-cfg.ts';
import { loaderType } from '../hw/misc/generic-loader.ts';
import { FLASH_BANK_SIZE } from '../hw/misc/pflash-cfi01.ts';
import type { PowerControl } from '../hw/misc/sifive-test.ts';
import type { GpexHost } from '../hw/pci/gpex.ts';
import { type PanicControl, pvpanicType } from '../hw/pci/pvpanic.ts';
import { pciTypes } from '../hw/pci/types.ts';
import { scsiTypes } from '../hw/scsi/types.ts';
import type { VirtioEnvironment } from '../hw/virtio/environment.ts';
import type { VirtioMmioTransport } from '../hw/virtio/mmio.ts';
import { virtioPciTypes } from '../hw/virtio/pci-types.ts';
import { virtioTypes } from '../hw/virtio/types.ts';
import type { InFlight } from '../in-flight.ts';
import { AddressSpace } from '../memory/address-space.ts';
import { formatMtree, type MtreeOptions, type NamedSpace } from '../memory/mtree.ts';
import type { MemoryRegion } from '../memory/region.ts';
import { ObjectTable } from '../objects/table.ts';
import type { Bus, Device } from '../qom/device.ts';
import type { QomObject } from '../qom/object.ts';
import { TypeTable } from '../qom/types.ts';
import { Tracer } from '../trace.ts';
import { ACPI_MEMORY, installAcpi, wantsAcpi } from './acpi.ts';
import { boardTypes } from './board-types.ts';
import { planBoot } from './boot.ts';
import { Clockwork } from './clockwork.ts';
import { cpuGlobals, cpuOptions } from './cpu-options.ts';
import { placeDevices } from './devices.ts';
import { addUserFiles } from './fw-cfg-items.ts';
import { applyGlobals } from './globals.ts';
import { machineMemory } from './machine-memory.ts';
import { checkMachineProperties } from './machine-object.ts';
import { MEMORY_MAP } from './memory-map.ts';
import { PciSurroundings } from './pci.ts';
import { type DeviceFactory, type DeviceOptions, DevicePlugger } from './plug.ts';
import { createRegions } from './regions.ts';
import type { RomList } from './roms.ts';
import { Skeleton } from './skeleton.ts';

const MIB = 1024 * 1024;

export interface BoardParts {
  readonly host: Host;
  readonly hostMemory: HostMemory;
  readonly clock: VirtualClock;
  readonly events: EventBus;
  readonly lifecycle: PowerControl & PanicControl;
  /** What the serial port is connected to; nothing if absent. */
  readonly serial?: ByteStream | undefined;
  /** By bank of flash: what keeps its contents; null or absent: nothing does. */
  readonly flashes?: readonly (FlashImage | null)[];
  /** The objects that users made; without them there are none. */
  readonly objects?: ObjectTable | undefined;
  /** Whether the guest runs: devices hold requests back while it does not. */
  vmRunning(): boolean;
  readonly inFlight: InFlight;
  /** Stops the machine in the run state `io-error`. */
  stopOnError?(): void;
  /** A line for whoever runs the machine. */
  warn?(message: string): void;
}

/** The riscv64 `virt` machine; after construction without the user's devices and not yet reset. */
export class Board {
  /** Root of the composition tree; the machine is at /machine. */
  readonly root: QomObject;
  readonly memory: AddressSpace;
  /** What port instructions would reach: empty, as RISC-V has none. */
  readonly io: AddressSpace;
  readonly engine: Engine;
  readonly types: TypeTable;
  readonly transports: readonly VirtioMmioTransport[];
  readonly uart: Ns16550a;
  readonly fwCfg: FwCfg;
  readonly roms: RomList;
  readonly sysbus: Bus;
  /** Where -object puts back ends. */
  readonly objects: QomObject;
  /** Where displays stand. */
  readonly consoles: QomObject;
  /** What the machine traces. */
  readonly trace = new Tracer();
  /** For virtio devices. */
  readonly environment: VirtioEnvironment;
  readonly plugger: DevicePlugger;
  /** The PCI Express host bridge. */
  readonly pci: GpexHost;
  readonly pciEnvironment: PciSurroundings;
  readonly clock: VirtualClock;
  /** What becomes of a guest's panic. */
  readonly panic: PanicControl;
  readonly #clockwork: Clockwork;
  readonly #skeleton: Skeleton;
  readonly #spaces: readonly NamedSpace[];

  /** @throws ConfigError or QmpError when the configuration asks for what there is not */
  constructor(config: MachineConfig, parts: BoardParts) {
    checkMachineProperties(config.machineProperties);
    const rows = [...boardTypes, ...pciTypes, pvpanicType, ...virtioTypes, ...scsiTypes, loaderType];
    const types = new TypeTable([...rows, ...virtioPciTypes(rows)]);
    const warn = (message: string) => parts.warn?.(message);
    applyGlobals(types, [...config.globals, ...cpuGlobals(config.cpu, warn)], warn);
    const { mmu, isa, ...cpu } = cpuOptions(config, types);
    const objects = parts.objects ?? new ObjectTable(parts.host);
    const ram = machineMemory(objects, config);
    const regions = createRegions(parts.hostMemory, ram.name, config.ramSize);
    this.types = types;
    this.clock = parts.clock;
    this.panic = parts.lifecycle;
    this.memory = new AddressSpace('memory', regions.system, parts.hostMemory);
    const bootsFlash = parts.flashes?.[0] != null;
    this.roms = planBoot(config, isa, length => parts.host.entropy(length), bootsFlash);
    this.#skeleton = new Skeleton(config, regions, objects.container);
    this.#clockwork = new Clockwork(types, parts, this.memory, {
      harts: config.harts,
      satpMode: mmu,
      ...cpu,
    });
    this.environment = virtioEnvironment(parts, this.memory, this.trace);
    this.pciEnvironment = new PciSurroundings(this.memory, this.#skeleton, this.trace, warn);
    const devices = placeDevices({
      ...parts,
      serial: parts.serial,
      flashes: parts.flashes ?? [],
      config,
      types,
      model: cpu,
      skeleton: this.#skeleton,
      memory: this.memory,
      mtimer: this.#clockwork.mtimer,
      harts: this.#clockwork.engine.harts,
      environment: this.environment,
      pci: this.pciEnvironment,
    });
    if (wantsAcpi(config)) {
      const { owners } = this.#skeleton;
      installAcpi(config, isa, { ...parts, owners, roms: this.roms, fwCfg: devices.fwCfg });
    }
    addUserFiles(devices.fwCfg.items, config.fwCfg);
    this.memory.refresh();
    this.pci = devices.pci;
    this.engine = this.#clockwork.engine;
    this.transports = devices.transports;
    this.uart = devices.uart;
    this.fwCfg = devices.fwCfg;
    this.root = this.#skeleton.root;
    this.sysbus = this.#skeleton.sysbus;
    this.objects = this.#skeleton.objects;
    this.consoles = this.#skeleton.backend;
    this.plugger = new DevicePlugger(types, this.#skeleton);
    this.pciEnvironment.onRemove = device => this.plugger.finishRemoval(device);
    this.io = new AddressSpace('I/O', regions.io, parts.hostMemory);
    this.#spaces = namedSpaces(this.memory, this.io, config.harts);
  }

  /** Power-on state: ROMs in place, harts and devices reset. */
  reset(): void {
    this.roms.load(this.memory);
    this.#clockwork.reset();
    for (const device of this.sysbus.devices) device.reset(); // each resets what is on its own buses
    for (const device of this.plugger.loose) device.reset();
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

/** Builds the machine. @throws ConfigError or QmpError when the configuration asks for what there is not */
export function buildVirtBoard(config: MachineConfig, parts: BoardParts): Board {
  return new Board(config, parts);
}

/** Bytes of host memory that the machine takes: RAM, ROM, flash, and what the engine needs. @throws ConfigError */
export function hostMemorySize(config: MachineConfig): number {
  const size = neededMemory(config);
  if (size <= MAX_HOST_MEMORY) return size;
  const left = MAX_HOST_MEMORY - neededMemory({ ...config, ramSize: 0 });
  const most = Math.floor((left / MIB) * (1024 / 1025)); // a word for each page of RAM is the engine's
  throw new ConfigError(
    `cannot set up guest memory 'riscv_virt_board.ram': ${config.ramSize / MIB} MiB are too many, ${most} MiB is the most`,
  );
}

function neededMemory(config: MachineConfig): number {
  const pageSlack = 8 * 4096; // each block starts on a page
  const board = MEMORY_MAP.mrom.size + 2 * FLASH_BANK_SIZE + (wantsAcpi(config) ? ACPI_MEMORY : 0);
  const guest = config.ramSize + board + pageSlack;
  return guest + engineMemorySize(config.harts, guest);
}

function virtioEnvironment(parts: BoardParts, memory: AddressSpace, trace: Tracer): VirtioEnvironment {
  const { events, clock, host } = parts;
  return {
    memory,
    trace,
    events,
    clock,
    host,
    vmRunning: () => parts.vmRunning(),
    inFlight: parts.inFlight,
    stopOnError: () => parts.stopOnError?.(),
    warn: line => parts.warn?.(line),
  };
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
