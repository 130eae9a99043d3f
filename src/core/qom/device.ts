import { QmpError } from '../../qapi/errors.ts';
import type { QmpValue } from '../../qapi/value.ts';
import { type IrqLine, Wire } from '../irq.ts';
import type { MemoryRegion } from '../memory/region.ts';
import { QomObject } from './object.ts';
import { isList, parseProperty, qomTypeOf } from './property-kinds.ts';
import type { PropertySpec, TypeTable } from './types.ts';

/** Named group of interrupt wires, as `info qtree` lists them. */
export interface GpioGroup {
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly count: number;
  /** The wires themselves, where there is something behind them. */
  readonly wires: readonly Wire[];
}

/** A region that a system-bus device exposes; `address` is undefined while it is not mapped. */
export interface MmioPort {
  readonly region: MemoryRegion;
  readonly address: bigint | undefined;
}

/** Who takes part when devices come to and leave a bus of a running machine. */
export interface HotplugHandler {
  /** Before a device is realized. @throws QmpError if it may not come */
  prePlug(device: Device): void;
  /** The device is realized. */
  plugged(device: Device): void;
  /** Asks the guest to let go of the device; it goes at once if nobody uses it. @throws QmpError */
  requestUnplug(device: Device): void;
}

export class Bus extends QomObject {
  readonly devices: Device[] = [];
  readonly hotpluggable: boolean;
  handler: HotplugHandler | undefined;
  readonly #links = new Map<Device, string>();
  #plugged = 0;

  constructor(typeName: string, hotpluggable = false) {
    super(typeName);
    this.hotpluggable = hotpluggable;
    this.define('realized', { type: 'bool', get: () => true });
    this.define('hotplug-handler', { type: 'link<hotplug-handler>', get: () => '' });
  }

  /** The name that `bus=` and `info qtree` use. */
  get busName(): string {
    return this.name;
  }

  plug(device: Device): void {
    const link = `child[${this.#plugged++}]`;
    this.#links.set(device, link);
    this.define(link, { type: `link<${device.typeName}>`, get: () => device.path });
    device.parentBus = this;
    this.devices.push(device);
  }

  unplug(device: Device): void {
    const index = this.devices.indexOf(device);
    if (index < 0) return;
    this.devices.splice(index, 1);
    this.undefine(this.#links.get(device) ?? '');
    device.parentBus = undefined;
  }
}

/**
 * A device: a QOM object with qdev properties from the type table, a place on a bus,
 * memory-mapped ports and interrupt wires. Properties are set before realize().
 */
export class Device extends QomObject {
  readonly specs: readonly PropertySpec[];
  readonly buses: Bus[] = [];
  readonly gpios: GpioGroup[] = [];
  readonly mmio: MmioPort[] = [];
  parentBus: Bus | undefined;
  id = '';
  realized = false;
  /** Whether it came to a machine that existed already. */
  hotplugged = false;
  readonly #values = new Map<string, QmpValue>();

  constructor(typeName: string, types: TypeTable) {
    super(typeName);
    this.specs = types.propertiesOf(typeName);
    this.define('parent_bus', { type: 'link<bus>', get: () => this.parentBus?.path ?? '' });
    this.define('realized', { type: 'bool', get: () => this.realized });
    this.define('hotplugged', { type: 'bool', get: () => this.hotplugged });
    this.define('hotpluggable', { type: 'bool', get: () => this.parentBus?.hotpluggable ?? true });
    for (const spec of this.specs) this.#defineSpec(spec, types.initialValue(typeName, spec));
  }

  #defineSpec(spec: PropertySpec, initial: QmpValue | undefined): void {
    if (initial !== undefined) this.#values.set(spec.name, initial);
    else if (isList(spec.kind)) this.#values.set(spec.name, null);
    this.define(spec.name, {
      type: qomTypeOf(spec.kind),
      ...(spec.description === undefined ? {} : { description: spec.description }),
      ...(spec.defaultValue === undefined ? {} : { defaultValue: spec.defaultValue }),
      get: () => this.value(spec.name) ?? [], // a list that is not set
      set: value => this.setValue(spec.name, value),
    });
  }

  /** Current value of a qdev property; '' for unset strings and links, 0 for unset numbers, null for unset lists. */
  value(name: string): QmpValue {
    const value = this.#values.get(name);
    return value === undefined ? '' : value;
  }

  /** Sets a property from text (command line) or a QMP value. @throws QmpError with QEMU's text */
  setValue(name: string, value: QmpValue): void {
    const spec = this.specs.find(candidate => candidate.name === name);
    if (!spec) {
      this.setProperty(name, value);
      return;
    }
    if (this.realized) throw new QmpError(this.#refusal(name));
    this.#values.set(name, parseProperty(this.typeName, spec, value));
  }

  /** Whether the device can work with the value is no longer asked: it has settled the property itself. */
  protected settle(name: string, value: QmpValue): void {
    this.#values.set(name, value);
  }

  #refusal(name: string): string {
    const device = this.id === '' ? 'anonymous device' : `device '${this.id}'`;
    return `Attempt to set property '${name}' on ${device} (type '${this.typeName}') after it was realized`;
  }

  addBus<T extends Bus>(name: string, bus: T): T {
    this.buses.push(bus);
    return this.add(name, bus);
  }

  /** Interrupt wires out of the device, as a group of that name. Returns what the device is to drive. */
  protected addOutputs(name: string, targets: readonly IrqLine[], count = targets.length): readonly Wire[] {
    return this.#addWires(name, 'out', targets, count);
  }

  /** Interrupt wires into the device. Returns what others are to drive. */
  protected addInputs(name: string, listeners: readonly IrqLine[]): readonly Wire[] {
    return this.#addWires(name, 'in', listeners, listeners.length);
  }

  #addWires(
    name: string,
    direction: GpioGroup['direction'],
    targets: readonly IrqLine[],
    count: number,
  ): Wire[] {
    const wires = targets.map(target => new Wire(target));
    this.gpios.push({ name, direction, count, wires });
    return wires;
  }

  /** What `info qtree` says below the properties about how the device is doing. */
  get stateLine(): string | undefined {
    return undefined;
  }

  /** Completes construction once properties are set; throws QmpError when they do not fit. */
  realize(): void {
    this.realized = true;
  }

  /** Lets go of everything before the device is unplugged. */
  unrealize(): void {
    this.realized = false;
  }

  /** Back to power-on state. */
  reset(): void {}
}
