import { functionOf, slotOf } from './devfn.ts';
import type { PciDevice } from './device.ts';
import { CLASS_NAMES, PCI } from './registers.ts';

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/** The lines of `info qtree` that say what a PCI device is and where its regions lie. */
export function pciState(device: PciDevice): string {
  const { config, devfn, pciBus } = device;
  const code = config.u16(PCI.classCode);
  const name = CLASS_NAMES.get(code) ?? `Class ${hex(code, 4)}`;
  const place = `${hex(pciBus.number, 2)}:${hex(slotOf(devfn), 2)}.${functionOf(devfn)}`;
  const [vendor, id, subVendor, subId] = [PCI.vendorId, PCI.deviceId, PCI.subsystemVendor, PCI.subsystem].map(
    at => hex(config.u16(at), 4),
  );
  const bridge = device.secondary !== undefined;
  const subsystem = bridge ? '0000:0000' : `${subVendor}:${subId}`;
  const bars = device.bars.map(bar => {
    const start = bar.address ?? 2n ** 64n - 1n;
    const end = BigInt.asUintN(64, start + bar.size - 1n);
    return `bar ${bar.number}: ${bar.isIo ? 'i/o' : 'mem'} at 0x${start.toString(16)} [0x${end.toString(16)}]`;
  });
  return [`class ${name}, addr ${place}, pci id ${vendor}:${id} (sub ${subsystem})`, ...bars].join('\n');
}
