import { QmpError } from '../../../qapi/errors.ts';
import type { DriveTable } from '../../block/drive.ts';
import type { ChardevTable } from '../../chardev/table.ts';
import type { NetTable } from '../../net/table.ts';
import type { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { type BalloonSlot, VirtioBalloon } from './balloon.ts';
import { VirtioBlk } from './blk.ts';
import type { VirtioEnvironment } from './environment.ts';
import { VirtioNet } from './net.ts';
import { type NamedRngs, VirtioRng } from './rng.ts';
import { VirtioSerial } from './serial.ts';
import { VirtioSerialPort } from './serial-port.ts';

/** What `-drive`, `-netdev`, `-object` and the character devices made for the devices to use. */
export interface VirtioBackends {
  readonly drives: DriveTable;
  readonly nets: NetTable;
  readonly chardevs: ChardevTable;
  readonly rngs: NamedRngs;
  readonly balloon: BalloonSlot;
  /** Bytes of guest RAM. */
  readonly ramSize: number;
}

/**
 * Makes a device of a type that virtioTypes calls user-creatable. Afterwards: properties, plug, realize().
 * @throws QmpError for other types
 */
export function createVirtioDevice(
  typeName: string,
  types: TypeTable,
  env: VirtioEnvironment,
  backends: VirtioBackends,
): Device {
  switch (typeName) {
    case 'virtio-blk-device':
      return new VirtioBlk(types, env, backends.drives);
    case 'virtio-net-device':
      return new VirtioNet(types, env, backends.nets);
    case 'virtio-rng-device':
      return new VirtioRng(types, env, backends.rngs);
    case 'virtio-balloon-device':
      return new VirtioBalloon(types, env, backends.balloon, backends.ramSize);
    case 'virtio-serial-device':
      return new VirtioSerial(types, env);
    case 'virtconsole':
    case 'virtserialport':
      return new VirtioSerialPort(typeName, types, backends.chardevs);
    default:
      throw new QmpError(`'${typeName}' is not a valid device model name`);
  }
}
