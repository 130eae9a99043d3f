import type { Bus, Device } from './device.ts';
import { formatProperty } from './property-kinds.ts';

const UNMAPPED = 'f'.repeat(16);
/** The whole of a 64-bit space cannot be told in 64 bits. */
const WHOLE = 2n ** 64n - 1n;

/** The text of `info qtree`: devices by bus, newest first. `brief` leaves out what is inside a device. */
export function formatQtree(root: Bus, brief: boolean): string {
  return busLines(root, '', brief)
    .map(line => `${line}\n`)
    .join('');
}

function busLines(bus: Bus, indent: string, brief: boolean): string[] {
  const devices = bus.devices.toReversed().flatMap(device => deviceLines(device, `${indent}  `, brief));
  return [`${indent}bus: ${bus.busName}`, `${indent}  type ${bus.typeName}`, ...devices];
}

function deviceLines(device: Device, indent: string, brief: boolean): string[] {
  const inner = `${indent}  `;
  const details = brief ? [] : detailLines(device).map(line => inner + line);
  const buses = device.buses.flatMap(bus => busLines(bus, inner, brief));
  return [`${indent}dev: ${device.typeName}, id "${device.id}"`, ...details, ...buses];
}

function detailLines(device: Device): string[] {
  const gpios = device.gpios.map(gpio => `gpio-${gpio.direction} "${gpio.name}" ${gpio.count}`);
  const properties = device.specs
    .filter(({ kind }) => !kind.startsWith('link<')) // links have no text form
    .map(({ name, kind }) => `${name} = ${formatProperty(kind, device.value(name))}`);
  const ports = device.mmio.map(({ region, address }) => {
    const start = address === undefined ? UNMAPPED : hex(address);
    return `mmio ${start}/${hex(region.size < WHOLE ? region.size : WHOLE)}`;
  });
  const state = device.stateLine?.split('\n') ?? [];
  return [...gpios, ...properties, ...state, ...ports];
}

function hex(value: bigint): string {
  return value.toString(16).padStart(16, '0');
}
