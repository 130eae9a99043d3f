import type { AddressSpace } from '../../memory/address-space.ts';
import type { NamedSpace } from '../../memory/mtree.ts';
import type { MemoryRegion } from '../../memory/region.ts';
import type { Device } from '../../qom/device.ts';
import type { Tracer } from '../../trace.ts';

/** What PCI devices see of their machine. */
export interface PciEnvironment {
  /** Guest-physical memory: where windows lie and, through bus mastering, what devices reach. */
  readonly memory: AddressSpace;
  readonly trace: Tracer;
  /** Puts a region into the composition tree. */
  attach(owner: Device, region: MemoryRegion): void;
  /** What a device reaches by bus mastering, for as long as it exists; follows the machine's memory. */
  addSpace(space: NamedSpace & { refresh(): void }): void;
  removeSpace(space: NamedSpace & { refresh(): void }): void;
  /** Takes a device that the guest has let go of out of the machine. */
  removeDevice(device: Device): void;
  /** Chassis and slot numbers that ports have taken, as `CHASSIS.SLOT`. */
  readonly slots: Set<string>;
  /** A line for whoever runs the machine. */
  warn?(line: string): void;
}
