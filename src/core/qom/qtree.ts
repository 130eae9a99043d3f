import type { Bus, Device } from './device.ts';
import { formatProperty } from './property-kinds.ts';

const UNMAPPED = 'f'.repeat(16);
/** The whole of a 64-bit space cannot be told in 64 bits. */
const WHOLE = 2n ** 64n - 1n;

/** The text of `info qtree`: devices by bus, newest first. `brief` leaves out what is inside a device. */
export function formatQtree(root: Bus, brief: boolean): string {
  return busText(root, '', brief);
}

function busText(bus: Bus, indent: string, brief: boolean): string {
  const inner = `${indent}  `;
  let text = `${indent}bus: ${bus.busName}\n${inner}type ${bus.typeName}\n`;
  for (let index = bus.devices.length - 1; index >= 0; index--) {
    text += deviceText(bus.devices[index]!, inner, brief);
  }
  return text;
}

function deviceText(device: Device, indent: string, brief: boolean): string {
  const inner = `${indent}  `;
  let text = `${indent}dev: ${device.typeName}, id "${device.id}"\n`;
  if (!brief) text += details(device, inner);
  for (const bus of device.buses) text += busText(bus, inner, brief);
  return text;
}

function details(device: Device, indent: string): string {
  let text = '';
  for (const { direction, name, count } of device.gpios) {
    text += `${indent}gpio-${direction} "${name}" ${count}\n`;
  }
  for (const { name, kind } of device.specs) {
    if (kind.startsWith('link<')) continue; // links have no text form
    text += `${indent}${name} = ${formatProperty(kind, device.value(name))}\n`;
  }
  for (const line of device.stateLine?.split('\n') ?? []) text += `${indent}${line}\n`;
  for (const { region, address } of device.mmio) {
    const start = address === undefined ? UNMAPPED : hex(address);
    text += `${indent}mmio ${start}/${hex(region.size < WHOLE ? region.size : WHOLE)}\n`;
  }
  return text;
}

function hex(value: bigint): string {
  return value.toString(16).padStart(16, '0');
}
