import { QmpError } from '../../qapi/errors.ts';
import type { FdSetEntry } from '../config.ts';
import type { CommandHandlers } from './handlers.ts';

/**
 * Node cannot take descriptors off a socket, so that none ever comes along: QEMU's answers in that case.
 * @param sets those of `-add-fd`, from which `remove-fd` takes
 */
export function descriptorHandlers(sets: FdSetEntry[] = []): CommandHandlers {
  const noneCame = () => new QmpError('No file descriptor supplied via SCM_RIGHTS');
  return {
    'query-fdsets': () => {
      const numbers = [...new Set(sets.map(({ set }) => set))];
      return numbers.map(number => ({
        'fdset-id': BigInt(number),
        fds: sets
          .filter(({ set }) => set === number)
          .map(({ fd, opaque }) => ({ fd: BigInt(fd), ...(opaque === null ? {} : { opaque }) })),
      }));
    },
    'add-fd': () => {
      throw noneCame();
    },
    'remove-fd': ({ 'fdset-id': set, fd }) => {
      const goes = (entry: FdSetEntry) =>
        BigInt(entry.set) === set && (fd === undefined || BigInt(entry.fd) === fd);
      const stay = sets.filter(entry => !goes(entry));
      if (stay.length < sets.length) {
        sets.splice(0, sets.length, ...stay);
        return {};
      }
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
