import type { Board } from './board/board.ts';
import { GenericLoader } from './hw/misc/generic-loader.ts';
import { PvPanicPci } from './hw/pci/pvpanic.ts';
import { PcieRootPort } from './hw/pci/root-port.ts';
import { createVirtioDevice, type VirtioBackends } from './hw/virtio/factory.ts';
import { type InsideFactory, VirtioPciProxy } from './hw/virtio/pci-proxy.ts';
import type { Device } from './qom/device.ts';

/** What devices find outside of the machine. */
export interface DeviceBackends extends VirtioBackends {
  /** Files for `-device loader`, by path. */
  readonly loaderFiles: ReadonlyMap<string, Uint8Array>;
}

/**
 * Makes a device of a type that users may create, not yet plugged nor realized.
 * @throws QmpError for other types
 */
export function createDevice(typeName: string, board: Board, backends: DeviceBackends): Device {
  const { types, environment, pciEnvironment } = board;
  if (types.isA(typeName, 'virtio-pci')) {
    const inside: InsideFactory = (name, memory) =>
      createVirtioDevice(name, types, { ...environment, memory }, backends);
    return new VirtioPciProxy(typeName, types, pciEnvironment, inside, board.engine.harts.length);
  }
  if (typeName === 'pcie-root-port') return new PcieRootPort(types, pciEnvironment, () => board.clock.now());
  if (typeName === 'loader') {
    const { memory, roms, engine } = board;
    return new GenericLoader(types, { memory, roms, harts: engine.harts, files: backends.loaderFiles });
  }
  if (typeName === 'pvpanic-pci') return new PvPanicPci(types, pciEnvironment, board.panic);
  return createVirtioDevice(typeName, types, environment, backends);
}
