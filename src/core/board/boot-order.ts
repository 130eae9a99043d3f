import { QmpError } from '../../qapi/errors.ts';
import type { QmpValue } from '../../qapi/value.ts';
import { functionOf, slotOf } from '../hw/pci/devfn.ts';
import { PciDevice } from '../hw/pci/device.ts';
import { CLASS } from '../hw/pci/registers.ts';
import { type Bus, Device } from '../qom/device.ts';
import { parseProperty } from '../qom/property-kinds.ts';
import type { TypeTable } from '../qom/types.ts';
import { allDevices } from './wiring.ts';

const NAME = 'bootindex';
/** Firmware is to try nothing else. */
const STOP = 'HALT';
/** Names of functions by class, as firmware calls them. */
const PCI_NAMES: Readonly<Record<number, string>> = {
  [CLASS.scsi]: 'scsi',
  [CLASS.ethernet]: 'ethernet',
  [CLASS.pciBridge]: 'pci-bridge',
};
/** What follows on the device, by the type that does the work. */
const PARTS: Readonly<Record<string, string>> = {
  'virtio-blk-device': '/disk@0,0',
  'virtio-net-device': '/ethernet-phy@0',
};

/** Which devices firmware shall boot from, in the order of their `bootindex`. */
export class BootOrder {
  readonly #types: TypeTable;
  readonly #sysbus: Bus;
  readonly #indexes = new WeakMap<Device, number>();

  constructor(types: TypeTable, sysbus: Bus) {
    this.#types = types;
    this.#sysbus = sysbus;
  }

  /** Gives a device that can be booted from its property. Negative values leave it out. */
  offer(device: Device): void {
    const spec = this.#types.optionsOf(device.typeName).find(({ name }) => name === NAME);
    if (!spec) return;
    const set = (value: QmpValue) => {
      const index = Number(parseProperty(device.typeName, spec, value));
      if (index >= 0 && this.#all().some(([other, at]) => other !== device && at === index)) {
        throw new QmpError(`The bootindex ${index} has already been used`);
      }
      this.#indexes.set(device, index);
    };
    this.#indexes.set(device, -1);
    device.define(NAME, { type: spec.kind, get: () => this.#indexes.get(device)!, set });
  }

  /** The fw_cfg file `bootorder`: paths on lines, a zero at the end; nothing without any. */
  file(strict: boolean): Uint8Array {
    const ordered = this.#all().sort(([, a], [, b]) => a - b);
    const lines = [
      ...ordered.map(([device]) => firmwarePath(device, this.#types)),
      ...(strict ? [STOP] : []),
    ];
    return new TextEncoder().encode(lines.length === 0 ? '' : `${lines.join('\n')}\0`);
  }

  #all(): [Device, number][] {
    return [...allDevices(this.#sysbus)].flatMap((device): [Device, number][] => {
      const index = this.#indexes.get(device) ?? -1;
      return index < 0 ? [] : [[device, index]];
    });
  }
}

/** As Open Firmware names devices: `/virtio-mmio@0000000010008000/disk@0,0`. */
function firmwarePath(device: Device, types: TypeTable): string {
  const worker = types.get(device.typeName)?.inside ?? device.typeName;
  return `${placePath(device)}${PARTS[worker] ?? ''}`;
}

function placePath(device: Device): string {
  const owner = device.parentBus?.parent;
  return `${owner instanceof Device ? placePath(owner) : ''}${placeName(device)}`;
}

function placeName(device: Device): string {
  if (device instanceof PciDevice) {
    const { devfn } = device;
    const unit = functionOf(devfn) === 0 ? '' : `,${functionOf(devfn).toString(16)}`;
    const name = PCI_NAMES[device.identity.classCode] ?? `pci${device.identity.classCode.toString(16)}`;
    return `/${name}@${slotOf(devfn).toString(16)}${unit}`;
  }
  if (device.parentBus?.typeName === 'SCSI') {
    const [channel, target, lun] = ['channel', 'scsi-id', 'lun'].map(name =>
      Number(device.value(name)).toString(16),
    );
    return `/channel@${channel}/disk@${target},${lun}`;
  }
  const [port] = device.mmio;
  if (!port) return '';
  const name = device.typeName === 'gpex-pcihost' ? 'pci' : device.typeName;
  return `/${name}@${(port.address ?? 2n ** 64n - 1n).toString(16).padStart(16, '0')}`;
}
