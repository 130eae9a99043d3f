import { QmpError } from '../../../qapi/errors.ts';
import type { Drive } from '../../block/drive.ts';
import type { Device } from '../../qom/device.ts';
import type { ConfigLayout } from './config-space.ts';
import { QUEUE_MAX_SIZE } from './constants.ts';

const SECTOR_BITS = 9;
const AUTOMATIC = 0xffff_ffff;
const AUTOMATIC_QUEUES = 0xffff;
/** Up to and including write_zeroes_may_unmap (5.2.4). */
const CONFIG_LENGTH = 57;
const LEAST_BLOCK = 512;
const GREATEST_BLOCK = 2 << 20;

/** Completes and checks the disk's properties, as they are then shown. @throws QmpError */
export function settleBlkProperties(device: Device, drive: Drive): void {
  const number = (name: string) => Number(device.value(name));
  for (const name of ['logical_block_size', 'physical_block_size']) {
    if (number(name) === 0) device.setValue(name, LEAST_BLOCK);
    checkBlockSize(device, name, number(name));
  }
  if (number('logical_block_size') > number('physical_block_size')) {
    throw new QmpError('logical_block_size > physical_block_size not supported');
  }
  if (number('num-queues') === AUTOMATIC_QUEUES) device.setValue('num-queues', 1);
  if (number('num-queues') === 0) throw new QmpError('num-queues property must be larger than 0');
  const size = number('queue-size');
  if (size <= 2 || size > QUEUE_MAX_SIZE || (size & (size - 1)) !== 0) {
    throw new QmpError(`invalid queue-size property (${size}), must be a power of 2 (max ${QUEUE_MAX_SIZE})`);
  }
  settleGeometry(device, drive);
}

function checkBlockSize(device: Device, name: string, value: number): void {
  if (value >= LEAST_BLOCK && value <= GREATEST_BLOCK && (value & (value - 1)) === 0) return;
  throw new QmpError(
    `Property ${device.typeName}.${name} doesn't take value ${value} (minimum: 512, maximum: 2097152)`,
  );
}

/** The usual fiction for disks without cylinders: 16 heads, 63 sectors. */
function settleGeometry(device: Device, drive: Drive): void {
  if (device.value('cyls') !== 0 || device.value('heads') !== 0 || device.value('secs') !== 0) return;
  const cylinders = Math.floor(drive.sectors / (16 * 63));
  device.setValue('cyls', Math.min(Math.max(cylinders, 2), 16383));
  device.setValue('heads', 16);
  device.setValue('secs', 63);
}

/** struct virtio_blk_config (virtio 1.2, 5.2.4) from the device's properties and its drive. */
export function blkConfig(device: Device, drive: Drive): ConfigLayout {
  const number = (name: string) => Number(device.value(name));
  const block = number('logical_block_size');
  const granularity = number('discard_granularity');
  const discardUnit =
    granularity === AUTOMATIC || device.value('report-discard-granularity') === false ? block : granularity;
  return {
    length: CONFIG_LENGTH,
    fill(view) {
      view.setBigUint64(0, BigInt(drive.sectors), true);
      view.setUint32(12, device.value('seg-max-adjust') === true ? number('queue-size') - 2 : 126, true);
      view.setUint16(16, number('cyls'), true);
      view.setUint8(18, number('heads'));
      view.setUint8(19, number('secs'));
      view.setUint32(20, block, true);
      view.setUint8(24, Math.log2(number('physical_block_size') / block));
      view.setUint16(26, number('min_io_size') / block, true);
      view.setUint32(28, number('opt_io_size') / block, true);
      view.setUint8(32, drive.writeCache ? 1 : 0);
      view.setUint16(34, number('num-queues'), true);
      view.setUint32(36, number('max-discard-sectors'), true);
      view.setUint32(40, 1, true); // discard: one range a request
      view.setUint32(44, discardUnit >> SECTOR_BITS, true);
      view.setUint32(48, number('max-write-zeroes-sectors'), true);
      view.setUint32(52, 1, true); // write zeroes: one range a request
      view.setUint8(56, 1); // write zeroes may unmap
    },
    written(view) {
      drive.writeCache = view.getUint8(32) !== 0;
    },
  };
}
