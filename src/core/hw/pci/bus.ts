import { QmpError } from '../../../qapi/errors.ts';
import type { IrqLine } from '../../irq.ts';
import type { MemoryRegion } from '../../memory/region.ts';
import { Bus, type Device, type HotplugHandler } from '../../qom/device.ts';
import { functionOf, slotOf } from './devfn.ts';
import { PciDevice } from './device.ts';

const FUNCTIONS = 8;
const DEVFNS = 256;
export const PINS = 4;

/** A PCI bus: up to 32 slots of 8 functions, and the address spaces into which their regions are mapped. */
export abstract class PciBus extends Bus {
  readonly memory: MemoryRegion;
  readonly io: MemoryRegion;
  /** By device and function number. */
  readonly functions: (PciDevice | undefined)[] = new Array(DEVFNS).fill(undefined);

  constructor(memory: MemoryRegion, io: MemoryRegion, handler?: HotplugHandler) {
    super('PCIE', handler !== undefined);
    this.handler = handler;
    this.memory = memory;
    this.io = io;
  }

  /** As the guest's software numbered it. */
  abstract get number(): number;

  /** Whether it belongs to the host bridge. */
  abstract get isRoot(): boolean;

  /** One device more (or less) asserts one of the four interrupt pins. */
  protected abstract changePin(pin: number, delta: 1 | -1): void;

  /** Pin `pin` (0 to 3) of a device changed: the pins of the slots are rotated against each other. */
  changeInterrupt(devfn: number, pin: number, delta: 1 | -1): void {
    this.changePin((slotOf(devfn) + pin) % PINS, delta);
  }

  /** @throws QmpError if it is no PCI device or its place is taken */
  override plug(device: Device): void {
    if (!(device instanceof PciDevice)) {
      throw new QmpError(`Device '${device.typeName}' can't go on ${this.typeName} bus`);
    }
    const devfn = this.#place(device);
    this.#checkFunctions(device, devfn);
    super.plug(device);
    if (!this.isRoot && slotOf(devfn) !== 0) {
      device.env.warn?.(
        `warning: PCI: slot ${slotOf(devfn)} is not valid for ${device.typeName}, ` +
          'parent device only allows plugging into slot 0.',
      );
    }
    device.placed(this, devfn);
    this.functions[devfn] = device;
  }

  override unplug(device: Device): void {
    const devfn = device instanceof PciDevice ? this.functions.indexOf(device) : -1;
    if (devfn >= 0) this.functions[devfn] = undefined;
    super.unplug(device);
  }

  #place(device: PciDevice): number {
    const wanted = Number(device.value('addr'));
    const devfn = wanted >= 0 ? wanted : this.#freeSlot(device);
    const other = this.functions[devfn];
    if (other) {
      const where = `slot ${slotOf(devfn)} function ${functionOf(devfn)}`;
      const who = `${other.typeName},id=${other.id === '' ? '(null)' : other.id}`;
      throw new QmpError(`PCI: ${where} not available for ${device.typeName}, in use by ${who}`);
    }
    return devfn;
  }

  #freeSlot(device: PciDevice): number {
    for (let devfn = 0; devfn < DEVFNS; devfn += FUNCTIONS) if (!this.functions[devfn]) return devfn;
    throw new QmpError(`PCI: no slot/function available for ${device.typeName}, all in use or reserved`);
  }

  /** Functions beside the first are found only where the first says that there are more. */
  #checkFunctions(device: PciDevice, devfn: number): void {
    const slot = slotOf(devfn);
    const first = this.functions[devfn - functionOf(devfn)];
    const hex = slot.toString(16);
    if (device.hotplugged && first) {
      throw new QmpError(
        `PCI: slot ${slot} function 0 already occupied by ${first.typeName}, ` +
          `new func ${device.typeName} cannot be exposed to guest.`,
      );
    }
    if (functionOf(devfn) !== 0) {
      if (first?.value('multifunction') !== false || !first) return;
      const place = `${hex}.${functionOf(devfn)}`;
      throw new QmpError(`PCI: single function device can't be populated in function ${place}`);
    }
    if (device.value('multifunction') === true) return;
    const other = this.functions.findIndex((entry, n) => entry && slotOf(n) === slot);
    if (other >= 0) {
      const place = `${hex}.${functionOf(other)}`;
      throw new QmpError(`PCI: ${hex}.0 indicates single function, but ${place} is already populated.`);
    }
  }

  /** The bus of that number at or below this one. */
  find(number: number): PciBus | undefined {
    if (number === this.number) return this;
    for (const device of this.functions) {
      const { secondary } = device ?? {};
      const found = secondary && number >= secondary.number ? secondary.find(number) : undefined;
      if (found) return found;
    }
    return undefined;
  }
}

/** The bus of the host bridge: its pins are wires to the interrupt controller. */
export class RootBus extends PciBus {
  readonly #lines: readonly IrqLine[];
  readonly #asserted = new Array<number>(PINS).fill(0);

  constructor(memory: MemoryRegion, io: MemoryRegion, lines: readonly IrqLine[]) {
    super(memory, io);
    this.#lines = lines;
  }

  override get number(): number {
    return 0;
  }

  override get isRoot(): boolean {
    return true;
  }

  protected override changePin(pin: number, delta: 1 | -1): void {
    this.#asserted[pin]! += delta;
    this.#lines[pin]?.set(this.#asserted[pin]! > 0);
  }
}
