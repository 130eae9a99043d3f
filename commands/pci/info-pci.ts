import { data, type Handler } from '../../src/monitor/types.ts';
import type {
  PciBridgeInfo,
  PciDeviceInfo,
  PciMemoryRange,
  PciMemoryRegion,
} from '../../src/qapi/generated/types.ts';

const hex = (value: bigint, digits: number) => value.toString(16).padStart(digits, '0');

/** `info pci` */
export const infoPci: Handler = async ({ qmp }) => {
  const buses = await qmp.execute('query-pci');
  const lines = buses.flatMap(({ devices }) => devices.flatMap(deviceLines));
  return data(
    buses.map(bus => ({ ...bus })),
    lines.map(line => `  ${line}\n`).join(''),
  );
};

function deviceLines(device: PciDeviceInfo): string[] {
  const { class_info: kind, id, irq, pci_bridge: bridge } = device;
  const bus = String(device.bus).padStart(2);
  const name = kind.desc ?? `Class ${String(kind.class).padStart(4, '0')}`;
  const details = [
    ...(id.subsystem === undefined || id['subsystem-vendor'] === undefined
      ? []
      : [`PCI subsystem ${hex(id['subsystem-vendor'], 4)}:${hex(id.subsystem, 4)}`]),
    ...(irq === undefined ? [] : [`IRQ ${irq}, pin ${pinName(device.irq_pin)}`]),
    ...(bridge ? bridgeLines(bridge) : []),
    ...device.regions.map(regionLine),
    `id "${device.qdev_id}"`,
  ];
  return [
    `Bus ${bus}, device ${String(device.slot).padStart(3)}, function ${device.function}:`,
    `  ${name}: PCI device ${hex(id.vendor, 4)}:${hex(id.device, 4)}`,
    ...details.map(line => `    ${line}`),
    ...(bridge?.devices ?? []).flatMap(deviceLines),
  ];
}

function pinName(pin: bigint): string {
  return String.fromCharCode('A'.charCodeAt(0) + Number(pin) - 1);
}

function bridgeLines({ bus }: PciBridgeInfo): string[] {
  const range = ({ base, limit }: PciMemoryRange, digits: number) =>
    `range [0x${hex(base, digits)}, 0x${hex(limit, digits)}]`;
  return [
    `BUS ${bus.number}.`,
    `secondary bus ${bus.secondary}.`,
    `subordinate bus ${bus.subordinate}.`,
    `IO ${range(bus.io_range, 4)}`,
    `memory ${range(bus.memory_range, 8)}`,
    `prefetchable memory ${range(bus.prefetchable_range, 8)}`,
  ];
}

function regionLine(region: PciMemoryRegion): string {
  const bits = region.mem_type_64 ? 64 : 32;
  const prefetch = region.prefetch ? ' prefetchable' : '';
  const kind = region.type === 'io' ? 'I/O' : `${bits} bit${prefetch} memory`;
  return `BAR${region.bar}: ${kind} ${place(region)}`;
}

/** -1 stands for no address. */
function place({ address, size, type }: PciMemoryRegion): string {
  if (address === -1n) return '(not mapped)';
  const digits = type === 'io' ? 4 : 8;
  return `at 0x${hex(address, digits)} [0x${hex(address + size - 1n, digits)}]`;
}
