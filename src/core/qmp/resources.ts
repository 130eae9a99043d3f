import { QmpError } from '../../qapi/errors.ts';
import type { CommandHandlers } from './handlers.ts';

/** What there is to know of the machine besides its devices. */
export function resourceHandlers(): CommandHandlers {
  return {
    'query-current-machine': () => ({ 'wakeup-suspend-support': false }),
    'query-stats-schemas': () => [], // only the host's kernel and crypto devices keep any
    'query-tpm-models': () => [],
    'query-tpm-types': () => [],
    'query-pr-managers': () => [],
    'query-acpi-ospm-status': () => {
      throw new QmpError('command is not supported, missing ACPI device');
    },
    'set-numa-node': () => {
      throw new QmpError('The command is permitted only before the machine has been created');
    },
  };
}
