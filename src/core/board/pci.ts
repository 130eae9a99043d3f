import type { PciEnvironment } from '../hw/pci/environment.ts';
import { GpexHost } from '../hw/pci/gpex.ts';
import type { IrqLine } from '../irq.ts';
import type { AddressSpace } from '../memory/address-space.ts';
import type { NamedSpace } from '../memory/mtree.ts';
import { MemoryRegion } from '../memory/region.ts';
import type { Device } from '../qom/device.ts';
import type { TypeTable } from '../qom/types.ts';
import type { Tracer } from '../trace.ts';
import { highMmio, MEMORY_MAP } from './memory-map.ts';
import type { Skeleton } from './skeleton.ts';

/** The machine as PCI devices see it; knows what each of them reaches by bus mastering. */
export class PciSurroundings implements PciEnvironment {
  readonly memory: AddressSpace;
  readonly trace: Tracer;
  readonly warn: (line: string) => void;
  /** In the order in which the devices came. */
  readonly spaces = new Set<NamedSpace & { refresh(): void }>();
  readonly slots = new Set<string>();
  readonly #skeleton: Skeleton;
  /** Takes a device that the guest has let go of out of the machine. */
  onRemove: (device: Device) => void = () => {};

  constructor(memory: AddressSpace, skeleton: Skeleton, trace: Tracer, warn: (line: string) => void) {
    this.memory = memory;
    this.trace = trace;
    this.warn = warn;
    this.#skeleton = skeleton;
    memory.onMapChange(() => {
      for (const space of this.spaces) space.refresh();
    });
  }

  attach(owner: Device, region: MemoryRegion): void {
    this.#skeleton.owners.attach(owner, region);
  }

  addSpace(space: NamedSpace & { refresh(): void }): void {
    this.spaces.add(space);
  }

  removeSpace(space: NamedSpace & { refresh(): void }): void {
    this.spaces.delete(space);
  }

  removeDevice(device: Device): void {
    this.onRemove(device);
  }
}

/** Puts the PCI Express host bridge and its windows in their places. */
export function placePci(
  types: TypeTable,
  skeleton: Skeleton,
  env: PciEnvironment,
  lines: readonly IrqLine[],
  outputs: readonly string[],
  ramSize: number,
): GpexHost {
  const { pcieEcam: ecam, pcieIo: io, pcieMmio: low } = MEMORY_MAP;
  const high = highMmio(ramSize);
  const host = new GpexHost(types, env, { ecam, io, low, high }, lines);
  const windows = [
    window('pcie-ecam', ecam, host.ecam, 0),
    window('pcie-mmio', low, host.memoryWindow, low.base),
    window('pcie-mmio-high', high, host.memoryWindow, high.base),
  ];
  // The board shows the first two through its windows: the device knows of no address.
  host.mmio.push({ region: host.ecam, address: undefined });
  host.mmio.push({ region: host.memoryWindow, address: undefined });
  skeleton.place(host, { outputs, regions: [{ region: host.ioWindow, base: io.base }] });
  for (const { base, region } of windows) skeleton.system.add(BigInt(base), region);
  const attached = [...host.regions, ...windows.map(({ region }) => region)];
  for (const region of attached) if (region !== host.ioWindow) env.attach(host, region);
  return host;
}

function window(
  name: string,
  { base, size }: { base: number; size: number },
  target: MemoryRegion,
  offset: number,
) {
  const region = new MemoryRegion(name, 'alias', BigInt(size), { target, targetOffset: BigInt(offset) });
  return { base, region };
}
