import { QmpError } from '../../qapi/errors.ts';
import type { QmpValue } from '../../qapi/value.ts';
import { IoThread } from '../objects/iothread.ts';
import { type Bus, Device } from '../qom/device.ts';
import { busTypeOf } from '../qom/device-help.ts';
import { type QomObject, requirePath } from '../qom/object.ts';
import type { TypeInfo, TypeTable } from '../qom/types.ts';
import { BootOrder } from './boot-order.ts';
import type { Skeleton } from './skeleton.ts';
import { allBuses, allDevices } from './wiring.ts';

/** Arguments of -device and device_add: `driver`, `bus`, `id`, and properties of the device. */
export type DeviceOptions = Readonly<Record<string, QmpValue | undefined>>;

/** Makes a device of a type, not yet plugged nor realized. */
export type DeviceFactory = (driver: string) => Device;

/** Buses that take a limited number of devices. */
const BUS_ROOM: Readonly<Record<string, number>> = { 'virtio-mmio-bus': 1, 'virtio-pci-bus': 1 };

const NOT_PROPERTIES = ['driver', 'bus', 'id'];

/** Adds the devices that the user asks for. */
export class DevicePlugger {
  /** Devices that are on no bus. */
  readonly loose: Device[] = [];
  readonly bootOrder: BootOrder;
  readonly #types: TypeTable;
  readonly #root: QomObject;
  readonly #sysbus: Bus;
  readonly #objects: QomObject;
  readonly #peripheral: QomObject;
  readonly #anonymous: QomObject;
  #removed: (device: { readonly id: string; readonly path: string }) => void = () => {};

  constructor(types: TypeTable, skeleton: Skeleton) {
    this.#types = types;
    this.bootOrder = new BootOrder(types, skeleton.sysbus);
    this.#root = skeleton.root;
    this.#sysbus = skeleton.sysbus;
    this.#objects = skeleton.objects;
    this.#peripheral = skeleton.peripheral;
    this.#anonymous = skeleton.anonymous;
  }

  findBus(name: string): Bus | undefined {
    return [...allBuses(this.#sysbus)].find(bus => bus.busName === name);
  }

  /**
   * Makes, places and realizes a device.
   * @param hotplug the machine exists already: only buses that allow it take devices
   * @throws QmpError that says what does not fit
   */
  add(options: DeviceOptions, create: DeviceFactory, hotplug: boolean): Device {
    const type = this.#checkDriver(options['driver']);
    const bus = this.#chooseBus(type.name, options['bus']);
    if (hotplug && !bus) throw new QmpError(`Device '${type.name}' can not be hotplugged on this machine`);
    if (hotplug && !bus?.hotpluggable) {
      throw new QmpError(`Bus '${bus?.busName}' does not support hotplugging`);
    }
    const id = this.#checkId(options['id']);
    const device = create(type.name);
    device.hotplugged = hotplug;
    this.bootOrder.offer(device);
    this.#register(device, id);
    try {
      for (const [name, value] of Object.entries(options)) {
        if (!NOT_PROPERTIES.includes(name) && value !== undefined) device.setValue(name, value);
      }
      this.#checkThread(device);
      bus?.plug(device);
      bus?.handler?.prePlug(device);
      device.realize();
    } catch (error) {
      this.#detach(device);
      throw error;
    }
    if (hotplug) device.reset();
    bus?.handler?.plugged(device);
    if (!bus) this.loose.push(device);
    return device;
  }

  /**
   * Unplugs by id or path: at once, or when the guest lets go.
   * @throws QmpError when there is no such device or its bus does not let it go
   */
  remove(id: string): void {
    const device = this.find(id);
    const bus = device.parentBus;
    if (!bus?.hotpluggable) throw new QmpError(`Bus '${bus?.busName}' does not support hotplugging`);
    if (bus.handler) bus.handler.requestUnplug(device);
    else this.finishRemoval(device);
  }

  /** A device by its name, or its path in the composition tree. @throws QmpError if there is none */
  find(id: string): Device {
    return id.startsWith('/') ? this.#byPath(id) : this.#byId(id);
  }

  /** The device is no longer in use: takes it out of the machine and tells who wants to know. */
  finishRemoval(device: Device): void {
    const leaving = [...below(device)];
    const gone = leaving.map(({ id, path }) => ({ id, path }));
    for (const each of leaving) each.unrealize();
    this.#detach(device);
    for (const named of gone) this.#removed(named);
  }

  /** Told of every device that was removed, those inside others first. */
  onRemoved(listener: (device: { readonly id: string; readonly path: string }) => void): void {
    this.#removed = listener;
  }

  #detach(device: Device): void {
    device.parentBus?.unplug(device);
    device.parent?.removeChild(device.name);
  }

  #byId(id: string): Device {
    const device = [...allDevices(this.#sysbus)].find(candidate => candidate.id === id);
    if (!device) throw new QmpError(`Device '${id}' not found`, 'DeviceNotFound');
    return device;
  }

  #byPath(path: string): Device {
    const object = requirePath(this.#root, path);
    if (object instanceof Device && object.parentBus) return object;
    throw new QmpError(`${path} is not a hotpluggable device`);
  }

  #checkDriver(driver: QmpValue | undefined): TypeInfo {
    if (typeof driver !== 'string') throw new QmpError("Parameter 'driver' is missing");
    const type = this.#types.byNameOrAlias(driver);
    if (!type || !this.#types.isA(type.name, 'device')) {
      throw new QmpError(`'${driver}' is not a valid device model name`);
    }
    if (type.abstract) throw new QmpError("Parameter 'driver' expects a non-abstract device type");
    if (!type.userCreatable) throw new QmpError("Parameter 'driver' expects a pluggable device type");
    return type;
  }

  /** Undefined for a device that needs none. */
  #chooseBus(driver: string, wanted: QmpValue | undefined): Bus | undefined {
    const busType = busTypeOf(this.#types, driver);
    if (typeof wanted !== 'string') return busType === undefined ? undefined : this.#freeBus(driver, busType);
    const bus = this.findBus(wanted);
    if (!bus) throw new QmpError(`Bus '${wanted}' not found`);
    if (busType === undefined || !this.#types.isA(bus.typeName, busType)) {
      throw new QmpError(`Device '${driver}' can't go on ${bus.typeName} bus`);
    }
    if (isFull(bus)) throw new QmpError(`Bus '${wanted}' is full`);
    return bus;
  }

  #freeBus(driver: string, busType: string): Bus {
    for (const bus of allBuses(this.#sysbus)) {
      if (this.#types.isA(bus.typeName, busType) && !isFull(bus)) return bus;
    }
    throw new QmpError(`No '${busType}' bus found for device '${driver}'`);
  }

  #checkId(id: QmpValue | undefined): string {
    if (typeof id !== 'string') return '';
    if (!/^[A-Za-z][A-Za-z0-9._-]*$/.test(id)) throw new QmpError("Parameter 'id' expects an identifier");
    if (this.#peripheral.children.has(id)) throw new QmpError(`Duplicate device ID '${id}'`);
    return id;
  }

  /** The thread that the device's requests go to must exist; one does the work of all. */
  #checkThread(device: Device): void {
    const name = device.properties.get('iothread')?.get?.() ?? '';
    if (name === '') return;
    const object = this.#objects.children.get(String(name));
    if (!object) throw new QmpError(`Device '${name}' not found`, 'DeviceNotFound');
    if (object instanceof IoThread) return;
    throw new QmpError("Invalid parameter type for 'iothread', expected: iothread");
  }

  #register(device: Device, id: string): void {
    device.id = id;
    if (id === '') this.#anonymous.add('device[*]', device);
    else this.#peripheral.add(id, device);
  }
}

/** A device and all devices on its buses, innermost first. */
function* below(device: Device): Generator<Device> {
  for (const bus of device.buses) for (const child of bus.devices) yield* below(child);
  yield device;
}

function isFull(bus: Bus): boolean {
  return bus.devices.length >= (BUS_ROOM[bus.typeName] ?? Number.POSITIVE_INFINITY);
}
