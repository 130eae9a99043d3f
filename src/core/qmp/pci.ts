import type {
  PciBridgeInfo,
  PciBusInfo,
  PciDeviceInfo,
  PciMemoryRegion,
} from '../../qapi/generated/types.ts';
import type { Bar } from '../hw/pci/bar.ts';
import { windowsOf } from '../hw/pci/bridge.ts';
import type { PciBus } from '../hw/pci/bus.ts';
import { functionOf, slotOf } from '../hw/pci/devfn.ts';
import type { PciDevice } from '../hw/pci/device.ts';
import type { GpexHost } from '../hw/pci/gpex.ts';
import { BRIDGE, CLASS_NAMES, PCI } from '../hw/pci/registers.ts';
import type { CommandHandlers } from './handlers.ts';

/** What is on the PCI buses, as the guest has configured it. */
export function pciHandlers(host: GpexHost | null): CommandHandlers {
  if (!host) return { 'query-pci': () => [] };
  const { bus } = host;
  return { 'query-pci': () => [{ bus: BigInt(bus.number), devices: devicesOn(bus, bus) }] };
}

function devicesOn(bus: PciBus, root: PciBus): PciDeviceInfo[] {
  return bus.functions.flatMap(device => (device ? [describe(device, root)] : []));
}

function describe(device: PciDevice, root: PciBus): PciDeviceInfo {
  const { config, devfn, pciBus } = device;
  const code = config.u16(PCI.classCode);
  const name = CLASS_NAMES.get(code);
  const pin = config.u8(PCI.interruptPin);
  return {
    bus: BigInt(pciBus.number),
    slot: BigInt(slotOf(devfn)),
    function: BigInt(functionOf(devfn)),
    class_info: { class: BigInt(code), ...(name === undefined ? {} : { desc: name }) },
    id: identity(device),
    regions: device.bars.map(region),
    qdev_id: device.id,
    irq_pin: BigInt(pin),
    ...(pin === 0 ? {} : { irq: BigInt(config.u8(PCI.interruptLine)) }),
    ...(device.secondary ? { pci_bridge: bridge(device, root) } : {}),
  };
}

function identity({ config, secondary }: PciDevice) {
  const word = (at: number) => BigInt(config.u16(at));
  const ids = { device: word(PCI.deviceId), vendor: word(PCI.vendorId) };
  if (secondary) return ids;
  return { ...ids, subsystem: word(PCI.subsystem), 'subsystem-vendor': word(PCI.subsystemVendor) };
}

function region({ number, isIo, size, address, prefetch, kind }: Bar): PciMemoryRegion {
  // In the schema's order: `type` and `address` share a chain of QEMU's hash table.
  const place = { bar: BigInt(number), type: isIo ? 'io' : 'memory', address: address ?? -1n, size };
  return isIo ? place : { ...place, prefetch, mem_type_64: kind === 'memory64' };
}

function bridge(device: PciDevice, root: PciBus): PciBridgeInfo {
  const { config } = device;
  const windows = windowsOf(config);
  const secondary = config.u8(BRIDGE.secondaryBus);
  const bus: PciBusInfo = {
    number: BigInt(config.u8(BRIDGE.primaryBus)),
    secondary: BigInt(secondary),
    subordinate: BigInt(config.u8(BRIDGE.subordinateBus)),
    io_range: windows.io,
    memory_range: windows.memory,
    prefetchable_range: windows.prefetch,
  };
  const behind = secondary === 0 ? undefined : root.find(secondary);
  return { bus, ...(behind ? { devices: devicesOn(behind, root) } : {}) };
}
