import { QmpError } from '../../../qapi/errors.ts';
import type { DriveTable } from '../../block/drive.ts';
import type { ChardevTable } from '../../chardev/table.ts';
import type { NetTable } from '../../net/table.ts';
import type { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { type BalloonSlot, VirtioBalloon } from './balloon.ts';
import { VirtioBlk } from './blk.ts';
import type { VirtioEnvironment } from './environment.ts';
import { VirtioGpu } from './gpu.ts';
import { type InputBackends, VirtioInput } from './input.ts';
import { INPUT_MODELS } from './input-models.ts';
import { VirtioNet } from './net.ts';
import { type NamedRngs, VirtioRng } from './rng.ts';
import { VirtioSerial } from './serial.ts';
import { VirtioSerialPort } from './serial-port.ts';

/** What `-drive`, `-netdev`, `-object` and the character devices made for the devices to use. */
export interface VirtioBackends extends InputBackends {
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
    case 'virtio-gpu-device':
      return new VirtioGpu(types, env, backends.displays);
    case 'virtconsole':
    case 'virtserialport':
      return new VirtioSerialPort(typeName, types, backends.chardevs);
    default:
      return createInputDevice(typeName, types, env, backends);
  }
}

function createInputDevice(
  typeName: string,
  types: TypeTable,
  env: VirtioEnvironment,
  backends: InputBackends,
): Device {
  const model = INPUT_MODELS.find(candidate => candidate.typeName === typeName);
  if (!model) throw new QmpError(`'${typeName}' is not a valid device model name`);
  return new VirtioInput(model, types, env, backends);
}
