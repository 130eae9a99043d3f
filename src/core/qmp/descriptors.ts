import { QmpError } from '../../qapi/errors.ts';
import type { CommandHandlers } from './handlers.ts';

/** Node cannot take descriptors off a socket, so that none ever comes along: QEMU's answers in that case. */
export function descriptorHandlers(): CommandHandlers {
  const noneCame = () => new QmpError('No file descriptor supplied via SCM_RIGHTS');
  return {
    'query-fdsets': () => [],
    'add-fd': () => {
      throw noneCame();
    },
    'remove-fd': ({ 'fdset-id': set, fd }) => {
      const name = fd === undefined ? `fdset-id:${set}` : `fdset-id:${set}, fd:${fd}`;
      throw new QmpError(`File descriptor named '${name}' not found`);
    },
    getfd: () => {
      throw noneCame();
    },
    closefd: ({ fdname }) => {
      throw new QmpError(`File descriptor named '${fdname}' not found`);
    },
    add_client: ({ fdname }) => {
      throw new QmpError(`File descriptor named '${fdname}' has not been found`);
    },
  };
}
