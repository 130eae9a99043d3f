import { QmpError } from '../../qapi/errors.ts';
import type { BalloonSlot, VirtioBalloon } from '../hw/virtio/balloon.ts';
import type { CommandHandlers } from './handlers.ts';

/** The size that the guest is asked to have and the one it has. */
export function balloonHandlers(slot: BalloonSlot): CommandHandlers {
  return {
    'query-balloon': () => ({ actual: require(slot).actual }),
    balloon: ({ value }) => {
      const balloon = require(slot);
      if (value <= 0n) throw new QmpError("Parameter 'target' expects a size");
      balloon.setTarget(value);
      return {};
    },
    'query-hv-balloon-status-report': () => {
      throw new QmpError('hv-balloon device not enabled in this build');
    },
  };
}

function require(slot: BalloonSlot): VirtioBalloon {
  if (slot.balloon) return slot.balloon;
  throw new QmpError('No balloon device has been activated', 'DeviceNotActive');
}
