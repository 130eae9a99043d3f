import type { Bus, Device } from './device.ts';
import { formatProperty } from './property-kinds.ts';

const UNMAPPED = 'f'.repeat(16);
/** The whole of a 64-bit space cannot be told in 64 bits. */
const WHOLE = 2n ** 64n - 1n;
/** Integers up to here are formatted as numbers, which takes a fraction of the time of a bigint. */
const EXACT = 2n ** 53n;

/** The text of `info qtree`: devices by bus, newest first. `brief` leaves out what is inside a device. */
export function formatQtree(root: Bus, brief: boolean): string {
  return busText(root, '', brief);
}

function busText(bus: Bus, indent: string, brief: boolean): string {
  let text = `${indent}bus: ${bus.busName}\n${indent}  type ${bus.typeName}\n`;
  const { devices } = bus;
  for (let index = devices.length - 1; index >= 0; index--) {
    text += deviceText(devices[index]!, `${indent}  `, brief);
  }
  return text;
}

function deviceText(device: Device, indent: string, brief: boolean): string {
  const inner = `${indent}  `;
  let text = `${indent}dev: ${device.typeName}, id "${device.id}"\n`;
  if (!brief) text += detailText(device, inner);
  for (const bus of device.buses) text += busText(bus, inner, brief);
  return text;
}

/** The lines of a device, and what they tell. */
interface Shown {
  readonly facts: readonly unknown[];
  readonly text: string;
}

/** Most is as it was when it was last asked for. */
const lastShown = new WeakMap<Device, Shown>();

function detailText(device: Device, indent: string): string {
  const facts = factsOf(device, indent);
  const last = lastShown.get(device);
  if (last && isSame(last.facts, facts)) return last.text;
  const text = detailLines(device, indent).join('');
  lastShown.set(device, { facts, text });
  return text;
}

/** All that `detailLines` depends on. */
function factsOf(device: Device, indent: string): unknown[] {
  const facts: unknown[] = [indent, device.stateLine];
  for (const gpio of device.gpios) facts.push(gpio); // it never changes
  for (const { name } of device.specs) facts.push(device.value(name));
  for (const { region, address } of device.mmio) facts.push(region.size, address);
  return facts;
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((fact, index) => fact === b[index]);
}

function detailLines(device: Device, indent: string): string[] {
  const lines: string[] = [];
  for (const { direction, name, count } of device.gpios) {
    lines.push(`${indent}gpio-${direction} "${name}" ${count}\n`);
  }
  for (const { kind, name } of device.specs) {
    if (kind.startsWith('link<')) continue; // links have no text form
    lines.push(`${indent}${name} = ${formatProperty(kind, device.value(name))}\n`);
  }
  const { stateLine } = device;
  if (stateLine !== undefined) for (const line of stateLine.split('\n')) lines.push(`${indent}${line}\n`);
  for (const { region, address } of device.mmio) {
    const start = address === undefined ? UNMAPPED : hex(address);
    lines.push(`${indent}mmio ${start}/${hex(region.size < WHOLE ? region.size : WHOLE)}\n`);
  }
  return lines;
}

function hex(value: bigint): string {
  return (value < EXACT ? Number(value) : value).toString(16).padStart(16, '0');
}
