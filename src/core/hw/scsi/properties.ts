import { QmpError } from '../../../qapi/errors.ts';
import type { Drive } from '../../block/drive.ts';
import type { Device } from '../../qom/device.ts';

const LEAST_BLOCK = 512;
const GREATEST_BLOCK = 2 << 20;
const AUTOMATIC = 0xffff_ffff;
const LEAST_DISCARD = 4096;
const MOST_ID = 20;
const MOST_SERIAL = 36;

/** Completes and checks the properties of a unit, as they are then shown. @throws QmpError */
export function settleScsiProperties(device: Device, drive: Drive): void {
  refuseQuirks(device);
  settleSizes(device);
  settleNames(device, drive);
  const cache = device.value('write-cache');
  if (cache !== 'auto') drive.writeCache = cache === 'on';
  if (device.typeName === 'scsi-hd') settleGeometry(device, drive);
}

function refuseQuirks(device: Device): void {
  for (const { name } of device.specs) {
    if (name.startsWith('quirk_') && device.value(name) === true) {
      throw new QmpError(`${device.typeName}: '${name}=on' is not supported`);
    }
  }
}

function settleSizes(device: Device): void {
  const number = (name: string) => Number(device.value(name));
  for (const name of ['logical_block_size', 'physical_block_size']) {
    if (number(name) === 0) device.setValue(name, LEAST_BLOCK);
    const value = number(name);
    if (value < LEAST_BLOCK || value > GREATEST_BLOCK || (value & (value - 1)) !== 0) {
      throw new QmpError(
        `Property ${device.typeName}.${name} doesn't take value ${value} (minimum: 512, maximum: 2097152)`,
      );
    }
  }
  if (number('logical_block_size') > number('physical_block_size')) {
    throw new QmpError('logical_block_size > physical_block_size not supported');
  }
  if (number('discard_granularity') === AUTOMATIC) {
    device.setValue('discard_granularity', Math.max(number('physical_block_size'), LEAST_DISCARD));
  }
}

function settleNames(device: Device, drive: Drive): void {
  const set = (name: string, otherwise: string) => {
    if (device.value(name) === '') device.setValue(name, otherwise);
  };
  set('ver', '2.5+');
  set('vendor', 'QEMU');
  set('product', device.typeName === 'scsi-cd' ? 'QEMU CD-ROM' : 'QEMU HARDDISK');
  const serial = String(device.value('serial'));
  if (serial.length > MOST_SERIAL) {
    throw new QmpError(`The serial number can't be longer than ${MOST_SERIAL} characters`);
  }
  set('device_id', serial === '' ? drive.id : serial.slice(0, MOST_ID));
}

/** The usual fiction for disks without cylinders: 16 heads, 63 sectors. */
function settleGeometry(device: Device, drive: Drive): void {
  if (device.value('cyls') !== 0 || device.value('heads') !== 0 || device.value('secs') !== 0) return;
  const cylinders = Math.floor(drive.sectors / (16 * 63));
  device.setValue('cyls', Math.min(Math.max(cylinders, 2), 16383));
  device.setValue('heads', 16);
  device.setValue('secs', 63);
}
