import type { Device } from '../qom/device.ts';
import type { FrontEnd } from './drive.ts';

/** What a device of the machine tells of itself to its drive. */
export function frontEndOf(device: Device, does: Pick<FrontEnd, 'resized' | 'tray'>): FrontEnd {
  return {
    ...does,
    get sharesWrites() {
      return device.value('share-rw') === true;
    },
    get path() {
      return device.path;
    },
    get name() {
      return device.id === '' ? device.path : device.id;
    },
  };
}
