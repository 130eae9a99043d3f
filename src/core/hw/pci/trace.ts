import { hex, traceEvent } from '../../trace.ts';
import type { PciDevice } from './device.ts';

const two = (value: number) => value.toString(16).padStart(2, '0');

/** `TYPE BUS:SLOT.FUNCTION` */
function place({ typeName, pciBus, devfn }: PciDevice): string {
  return `${typeName} ${two(pciBus.number)}:${two(devfn >> 3)}.${devfn & 7}`;
}

const mapping = (device: PciDevice, bar: number, address: bigint, size: bigint) =>
  `${place(device)} ${bar},${hex(address)}+${hex(size)}`;

/** Trace events of PCI functions. */
export const PCI_TRACE = {
  configRead: traceEvent(
    'pci_cfg_read',
    (device: PciDevice, at: number, value: bigint) => `${place(device)} @${hex(at)} -> ${hex(value)}`,
  ),
  configWrite: traceEvent(
    'pci_cfg_write',
    (device: PciDevice, at: number, value: bigint) => `${place(device)} @${hex(at)} <- ${hex(value)}`,
  ),
  mapped: traceEvent('pci_update_mappings_add', mapping),
  unmapped: traceEvent('pci_update_mappings_del', mapping),
  msix: traceEvent(
    'msix_write_config',
    (device: PciDevice, enabled: boolean, masked: boolean) =>
      `dev ${device.typeName} enabled ${Number(enabled)} masked ${Number(masked)}`,
  ),
};
