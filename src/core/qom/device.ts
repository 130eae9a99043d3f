import type { QmpValue } from '../../qapi/value.ts';
import type { MemoryRegion } from '../memory/region.ts';
import { QomObject } from './object.ts';
import type { PropertySpec, TypeTable } from './types.ts';
import { parseProperty } from './property-kinds.ts';

/** Named group of interrupt wires, as `info qtree` lists them. */
export interface GpioGroup {
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly count: number;
}

/** A region that a system-bus device exposes; `address` is undefined while it is not mapped. */
export interface MmioPort {
  readonly region: MemoryRegion;
  readonly address: bigint | undefined;
}

export class Bus extends QomObject {
  readonly devices: Device[] = [];
  readonly hotpluggable: boolean;

  constructor(typeName: string, hotpluggable = false) {
    super(typeName);
    this.hotpluggable = hotpluggable;
  }

  plug(device: Device): void {
    device.parentBus = this;
    this.devices.push(device);
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
  readonly #values = new Map<string, QmpValue>();

  constructor(typeName: string, types: TypeTable) {
    super(typeName);
    this.specs = types.propertiesOf(typeName);
    for (const spec of this.specs) this.#defineSpec(spec);
    this.define('realized', { type: 'bool', get: () => this.realized });
    this.define('hotpluggable', { type: 'bool', get: () => this.parentBus?.hotpluggable ?? false });
    this.define('hotplugged', { type: 'bool', get: () => false });
    this.define('parent_bus', { type: 'link<bus>', get: () => this.parentBus?.path ?? '' });
  }

  #defineSpec(spec: PropertySpec): void {
    if (spec.defaultValue !== undefined) this.#values.set(spec.name, spec.defaultValue);
    this.define(spec.name, {
      type: spec.kind === 'on/off' ? 'bool' : spec.kind === 'drive' || spec.kind === 'netdev' || spec.kind === 'chr' || spec.kind === 'macaddr' ? 'str' : spec.kind,
      ...(spec.description === undefined ? {} : { description: spec.description }),
      ...(spec.defaultValue === undefined ? {} : { defaultValue: spec.defaultValue }),
      get: () => this.value(spec.name),
      set: value => this.setValue(spec.name, value),
    });
  }

  /** Current value of a qdev property; '' for unset strings and links, 0 for unset numbers. */
  value(name: string): QmpValue {
    return this.#values.get(name) ?? '';
  }

  /** Sets a property from text (command line) or a QMP value. @throws QmpError with QEMU's text */
  setValue(name: string, value: QmpValue): void {
    const spec = this.specs.find(candidate => candidate.name === name);
    if (!spec) return this.setProperty(name, value);
    this.#values.set(name, parseProperty(this.typeName, spec, value, this.realized));
  }

  addBus<T extends Bus>(name: string, bus: T): T {
    this.buses.push(bus);
    return this.add(name, bus);
  }

  /** Completes construction once properties are set; throws QmpError when they do not fit. */
  realize(): void {
    this.realized = true;
  }

  /** Back to power-on state. */
  reset(): void {}
}
