import { MemoryRegion } from '../../memory/region.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';

export const PLATFORM_BUS_SIZE = 0x2000000;
export const PLATFORM_BUS_IRQS = 32;

/** The window for dynamically placed system-bus devices. It holds none: reads there fault. */
export class PlatformBus extends Device {
  readonly region = new MemoryRegion('platform bus', 'container', BigInt(PLATFORM_BUS_SIZE));

  constructor(types: TypeTable) {
    super('platform-bus-device', types);
    this.id = 'platform-bus-device';
    this.setValue('num_irqs', PLATFORM_BUS_IRQS);
    this.setValue('mmio_size', PLATFORM_BUS_SIZE);
    this.addOutputs('sysbus-irq', [], PLATFORM_BUS_IRQS);
  }
}
