import type { Bus, Device } from '../qom/device.ts';
import { QomObject } from '../qom/object.ts';

/**
 * Makes the wires of a device visible in the composition tree: an irq object for each input,
 * a link for each output. `targets` are the paths that the outputs lead to, in their order.
 */
export function exposeGpios(device: Device, targets: readonly string[]): void {
  let output = 0;
  for (const { name, direction, count } of device.gpios) {
    const stem = name === '' ? `unnamed-gpio-${direction}` : name;
    for (let index = 0; index < count; index++) {
      if (direction === 'in') {
        device.add(`${stem}[${index}]`, new QomObject('irq'));
      } else {
        const target = targets[output++] ?? '';
        device.define(`${stem}[${index}]`, { type: 'link<irq>', get: () => target });
      }
    }
  }
}

/** All buses at and below `root`, in the order in which devices look for one: newest device first. */
export function* allBuses(root: Bus): Generator<Bus> {
  yield root;
  for (const device of root.devices.toReversed()) {
    for (const bus of device.buses) yield* allBuses(bus);
  }
}

/** All devices at and below `root`, oldest first. */
export function* allDevices(root: Bus): Generator<Device> {
  for (const device of root.devices) {
    yield device;
    for (const bus of device.buses) yield* allDevices(bus);
  }
}
