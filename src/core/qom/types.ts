import { QmpError } from '../../qapi/errors.ts';
import type { QmpValue } from '../../qapi/value.ts';

export type DeviceCategory =
  | 'Controller/Bridge/Hub'
  | 'USB'
  | 'Storage'
  | 'Network'
  | 'Input'
  | 'Display'
  | 'Sound'
  | 'Misc'
  | 'CPU'
  | 'Watchdog'
  | 'Uncategorized';

/** How a property is written on the command line, shown by `info qtree` and described to QMP. */
export type PropertyKind =
  | 'bool'
  | 'on/off'
  | 'OnOffAuto'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'int32'
  | 'int64'
  | 'size'
  | 'size32'
  | 'str'
  | 'macaddr'
  | 'drive'
  | 'netdev'
  | 'chr'
  | 'pci-devfn'
  | 'PCIELinkSpeed'
  | 'PCIELinkWidth'
  | 'BlockdevOnError'
  | 'IOThreadVirtQueueMappingList'
  | 'busnr'
  | 'list'
  | `link<${string}>`;

export interface PropertySpec {
  readonly name: string;
  readonly kind: PropertyKind;
  readonly defaultValue?: QmpValue;
  readonly description?: string;
}

/** A row of the type table: everything QOM knows about a type without making one. */
export interface TypeInfo {
  readonly name: string;
  readonly parent: string | null;
  readonly abstract?: boolean;
  /** Shown by `device_add help`. */
  readonly description?: string;
  readonly category?: DeviceCategory;
  /** A shorter name that users may say. */
  readonly alias?: string;
  /** Bus type the device plugs into. */
  readonly bus?: string;
  /** Whether -device and device_add may make one. */
  readonly userCreatable?: boolean;
  /** qdev properties in the order of `info qtree`; inherited ones follow. */
  readonly properties?: readonly PropertySpec[];
  /** What can be set too but is not shown by `info qtree`. */
  readonly hidden?: readonly PropertySpec[];
  /** Type of a device inside whose properties may be set on this one as well. */
  readonly inside?: string;
}

/** `-global driver.property=value`, parsed: another initial value for a type and those derived from it. */
export interface InitialValue {
  readonly driver: string;
  readonly property: string;
  readonly value: QmpValue;
}

export class TypeTable {
  readonly #types = new Map<string, TypeInfo>();
  #initialValues: readonly InitialValue[] = [];

  constructor(rows: readonly TypeInfo[]) {
    for (const row of rows) this.#types.set(row.name, row);
  }

  /** Later ones win. Objects that exist already keep their values. */
  setInitialValues(values: readonly InitialValue[]): void {
    this.#initialValues = values;
  }

  /** What a new object of the type starts with: the property's default unless a -global says otherwise. */
  initialValue(typeName: string, spec: PropertySpec): QmpValue | undefined {
    const global = this.#initialValues.findLast(
      candidate => candidate.property === spec.name && this.isA(typeName, candidate.driver),
    );
    return global ? global.value : spec.defaultValue;
  }

  get(name: string): TypeInfo | undefined {
    return this.#types.get(name);
  }

  /** The type of that name or alias. */
  byNameOrAlias(name: string): TypeInfo | undefined {
    return this.get(name) ?? [...this.all()].find(type => type.alias === name);
  }

  all(): IterableIterator<TypeInfo> {
    return this.#types.values();
  }

  /** True when `name` is `ancestor` or derives from it. */
  isA(name: string, ancestor: string): boolean {
    for (let type = this.get(name); type; type = type.parent === null ? undefined : this.get(type.parent)) {
      if (type.name === ancestor) return true;
    }
    return false;
  }

  /** Own properties first, then the parents', nearest first. @throws QmpError for an unknown type */
  propertiesOf(name: string): PropertySpec[] {
    const specs: PropertySpec[] = [];
    for (let type = this.require(name); ; type = this.require(type.parent)) {
      specs.push(...(type.properties ?? []));
      if (type.parent === null) return specs;
    }
  }

  /** What may be set on a device: its own properties and those of the device inside. */
  optionsOf(name: string): PropertySpec[] {
    const { inside, hidden = [] } = this.require(name);
    return [...this.propertiesOf(name), ...hidden, ...(inside === undefined ? [] : this.optionsOf(inside))];
  }

  require(name: string): TypeInfo {
    const type = this.get(name);
    if (!type) throw new QmpError(`Class '${name}' not found`, 'DeviceNotFound');
    return type;
  }
}
