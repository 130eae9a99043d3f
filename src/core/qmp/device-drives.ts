import { QmpError } from '../../qapi/errors.ts';
import type { Drive } from '../block/drive.ts';
import type { DriveTable } from '../block/drive-table.ts';

/** Finds the drive of a device by the device's id or path. @throws QmpError for what is no device, or has no drive */
export type DriveOfDevice = (name: string) => Drive;

/** @param findDevice throws QmpError for a name or path that no device has */
export function driveOfDevice(drives: DriveTable, findDevice: (name: string) => unknown): DriveOfDevice {
  return name => {
    const drive = drives.ofDevice(name);
    if (drive) return drive;
    findDevice(name);
    throw new QmpError('Device does not have a block device backend');
  };
}
