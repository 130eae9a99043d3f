import { QmpError } from '../../qapi/errors.ts';
import type { CommandHandlers } from './handlers.ts';

const PLAY_ONLY = 'replay breakpoints are allowed only in play mode';

function noRocker({ name }: { name: string }): never {
  throw new QmpError(`rocker ${name} not found`);
}

/** What QEMU's other subsystems tell where a machine does not have them. */
export function observerHandlers(): CommandHandlers {
  return {
    'query-replay': () => ({ mode: 'none', icount: 0n }),
    'replay-break': () => {
      throw new QmpError('setting the breakpoint is allowed only in play mode');
    },
    'replay-delete-break': () => {
      throw new QmpError(PLAY_ONLY);
    },
    'replay-seek': () => {
      throw new QmpError('replay must be enabled to seek');
    },
    'query-stats': () => [], // only the host's kernel and crypto devices keep any
    'query-cryptodev': () => [],
    'query-tpm': () => [],
    'query-rocker': noRocker,
    'query-rocker-ports': noRocker,
    'query-rocker-of-dpa-flows': noRocker,
    'query-rocker-of-dpa-groups': noRocker,
    'query-vnc': () => ({ enabled: false }),
    'query-vnc-servers': () => [],
    'query-vm-generation-id': () => {
      throw new QmpError('VM Generation ID device not found');
    },
    'query-firmware-log': () => {
      throw new QmpError('firmware log buffer not found');
    },
  };
}
