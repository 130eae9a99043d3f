import type { ByteStream, Host } from '../../host/types.ts';
import type { FlashImage } from '../block/flash-image.ts';
import type { ChardevTable } from '../chardev/table.ts';
import type { VirtualClock } from '../clock.ts';
import type { MachineConfig } from '../config.ts';
import type { EventBus } from '../events.ts';
import type { HostMemory } from '../host-memory.ts';
import { loaderType } from '../hw/misc/generic-loader.ts';
import type { PowerControl } from '../hw/misc/sifive-test.ts';
import { type PanicControl, pvpanicType } from '../hw/pci/pvpanic.ts';
import { pciTypes } from '../hw/pci/types.ts';
import { scsiTypes } from '../hw/scsi/types.ts';
import type { VirtioEnvironment } from '../hw/virtio/environment.ts';
import { virtioPciTypes } from '../hw/virtio/pci-types.ts';
import { virtioTypes } from '../hw/virtio/types.ts';
import type { InFlight } from '../in-flight.ts';
import { AddressSpace } from '../memory/address-space.ts';
import type { MemoryBackend } from '../objects/memory-backend.ts';
import { ObjectTable } from '../objects/table.ts';
import { Container } from '../qom/object.ts';
import { TypeTable } from '../qom/types.ts';
import { Tracer } from '../trace.ts';
import type { BoardFrame } from './board.ts';
import { boardTypes } from './board-types.ts';
import { Clockwork } from './clockwork.ts';
import { type CpuOptions, cpuGlobals, cpuOptions } from './cpu-options.ts';
import { applyGlobals } from './globals.ts';
import { interruptModel } from './interrupt-model.ts';
import { machineMemory } from './machine-memory.ts';
import { checkMachineProperties } from './machine-object.ts';
import { PciSurroundings } from './pci.ts';
import type { BoardRegions } from './regions.ts';
import { Skeleton } from './skeleton.ts';

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
  /** Character devices; without them there are none. */
  readonly chardevs?: Pick<ChardevTable, 'container'> | undefined;
  /** Whether the guest runs: devices hold requests back while it does not. */
  vmRunning(): boolean;
  readonly inFlight: InFlight;
  /** Stops the machine in the run state `io-error`. */
  stopOnError?(): void;
  /** A line for whoever runs the machine. */
  warn?(message: string): void;
}

/** What every board begins with: types, memory, harts, and what devices find around them. */
export type Foundation = Omit<BoardFrame, 'roms' | 'hartPaths'> & { readonly cpu: CpuOptions };

/**
 * @param layOut makes the regions of the board; its RAM is the back end's, null: it has none
 * @throws ConfigError or QmpError when the configuration asks for what there is not
 */
export function layFoundation(
  config: MachineConfig,
  parts: BoardParts,
  layOut: (ram: MemoryBackend | null) => BoardRegions,
): Foundation {
  checkMachineProperties(config);
  const types = allTypes();
  const warn = (message: string) => parts.warn?.(message);
  applyGlobals(types, [...config.globals, ...cpuGlobals(config.cpu, warn)], warn);
  const cpu = cpuOptions(config, types);
  const objects = parts.objects ?? new ObjectTable(parts.host);
  const regions = layOut(machineMemory(objects, config));
  const memory = new AddressSpace('memory', regions.system, parts.hostMemory);
  const skeleton = new Skeleton(config, regions, {
    objects: objects.container,
    chardevs: parts.chardevs?.container ?? new Container(),
  });
  const messages = interruptModel(config.machineProperties).aia === 'aplic-imsic';
  const clockwork = new Clockwork(types, parts, memory, { ...cpu.engine, harts: config.harts, messages });
  const environment = virtioEnvironment(parts, memory);
  const pciEnvironment = new PciSurroundings(memory, skeleton, environment.trace, warn);
  const { clock, lifecycle: panic } = parts;
  const { io } = regions;
  return { types, skeleton, memory, io, clockwork, clock, panic, environment, pciEnvironment, cpu };
}

function allTypes(): TypeTable {
  const rows = [...boardTypes, ...pciTypes, pvpanicType, ...virtioTypes, ...scsiTypes, loaderType];
  return new TypeTable([...rows, ...virtioPciTypes(rows)]);
}

function virtioEnvironment(parts: BoardParts, memory: AddressSpace): VirtioEnvironment {
  const { events, clock, host } = parts;
  return {
    memory,
    trace: new Tracer(),
    events,
    clock,
    host,
    vmRunning: () => parts.vmRunning(),
    inFlight: parts.inFlight,
    stopOnError: () => parts.stopOnError?.(),
    warn: line => parts.warn?.(line),
  };
}
