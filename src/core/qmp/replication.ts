import { QmpError } from '../../qapi/errors.ts';
import type { CommandHandlers } from './handlers.ts';

/** Machines that run side by side: this one always runs alone. */
export function replicationHandlers(): CommandHandlers {
  const noState = (what: string) => new QmpError(`${what}: the state of this machine cannot be kept`);
  return {
    'query-colo-status': () => ({ mode: 'none', 'last-mode': 'none', reason: 'none' }),
    'x-colo-lost-heartbeat': () => {
      throw new QmpError("The feature 'colo' is not enabled");
    },
    'xen-set-global-dirty-log': () => ({}),
    'xen-load-devices-state': () => {
      throw noState('loading Xen device state failed');
    },
    'xen-save-devices-state': () => {
      throw noState('saving Xen device state failed');
    },
  };
}
