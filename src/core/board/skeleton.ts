import type { MachineConfig } from '../config.ts';
import type { MemoryRegion } from '../memory/region.ts';
import { RegionOwners } from '../memory/region-object.ts';
import { Bus, type Device } from '../qom/device.ts';
import { Container } from '../qom/object.ts';
import { MachineObject } from './machine-object.ts';
import type { BoardRegions } from './regions.ts';
import { exposeGpios } from './wiring.ts';

/** The bus of all memory-mapped devices. */
export class SystemBus extends Bus {
  constructor() {
    super('System');
    this.define('realized', { type: 'bool', get: () => false }); // no device has it
  }

  override get busName(): string {
    return 'main-system-bus';
  }
}

/** Where a device goes: its name in the tree, its regions with their addresses, where its outputs lead. */
export interface Placement {
  /** Child name below /machine; without one the device stands under /machine/unattached. */
  readonly name?: string;
  readonly regions?: readonly {
    readonly region: MemoryRegion;
    readonly base: number;
    readonly direct?: boolean;
  }[];
  readonly outputs?: readonly string[];
}

/** What the composition tree shows of the host's side. */
export interface SkeletonParts {
  /** What users made, the back end of the RAM among it. */
  readonly objects: Container;
  readonly chardevs: Container;
}

/** The composition tree and the system bus, before and while devices are put in. */
export class Skeleton {
  readonly root = new Container();
  readonly machine: MachineObject;
  readonly objects: Container;
  readonly backend: Container;
  readonly peripheral: Container;
  readonly anonymous: Container;
  readonly unattached: Container;
  readonly sysbus: SystemBus;
  readonly owners = new RegionOwners();
  readonly system: MemoryRegion;

  constructor(config: MachineConfig, regions: BoardRegions, parts: SkeletonParts) {
    const { objects } = parts;
    this.system = regions.system;
    this.root.add('chardevs', parts.chardevs);
    this.objects = this.root.add('objects', objects);
    this.backend = this.root.add('backend', new Container());
    this.machine = this.root.add('machine', new MachineObject(config));
    this.unattached = this.machine.add('unattached', new Container());
    this.peripheral = this.machine.add('peripheral', new Container());
    this.anonymous = this.machine.add('peripheral-anon', new Container());
    this.sysbus = this.unattached.add('sysbus', new SystemBus());
    const { system, io, mrom, ram } = regions;
    for (const region of [system, io, mrom]) if (region) this.owners.attach(this.unattached, region);
    if (ram) this.owners.attach(objects.children.get(ram.name) ?? objects, ram);
  }

  /** Plugs a device of the board into the system bus, maps its regions and realizes it. */
  place<T extends Device>(device: T, { name, regions = [], outputs = [] }: Placement = {}): T {
    if (name === undefined) this.unattached.add('device[*]', device);
    else this.machine.add(name, device);
    this.sysbus.plug(device);
    for (const { region, base, direct } of regions) {
      this.owners.attach(device, region);
      this.system.add(BigInt(base), region);
      // Regions that the board maps by itself have no address that the device knows.
      device.mmio.push({ region, address: direct ? undefined : BigInt(base) });
    }
    exposeGpios(device, outputs);
    device.realize();
    return device;
  }
}
