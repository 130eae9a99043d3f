import { QmpError } from '../../qapi/errors.ts';
import type { FdsetInfo } from '../../qapi/generated/types.ts';
import type { FdSetEntry } from '../config.ts';
import type { CommandHandlers } from './handlers.ts';

/**
 * Sets of descriptors that the program inherited. Node cannot take descriptors off a socket, so that none ever comes
 * along with a command: QEMU's answers in that case.
 */
export function descriptorHandlers(entries: FdSetEntry[] = []): CommandHandlers {
  const noneCame = () => new QmpError('No file descriptor supplied via SCM_RIGHTS');
  return {
    'query-fdsets': () => setsOf(entries),
    'add-fd': () => {
      throw noneCame();
    },
    'remove-fd': ({ 'fdset-id': set, fd }) => {
      const isMeant = (entry: FdSetEntry) =>
        BigInt(entry.set) === set && (fd === undefined || BigInt(entry.fd) === fd);
      const kept = entries.filter(entry => !isMeant(entry));
      const name = fd === undefined ? `fdset-id:${set}` : `fdset-id:${set}, fd:${fd}`;
      if (kept.length === entries.length) throw new QmpError(`File descriptor named '${name}' not found`);
      entries.splice(0, entries.length, ...kept);
      return {};
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

function setsOf(entries: readonly FdSetEntry[]): FdsetInfo[] {
  return [...new Set(entries.map(({ set }) => set))].map(set => ({
    'fdset-id': BigInt(set),
    fds: entries
      .filter(entry => entry.set === set)
      .map(({ fd, opaque }) => ({ fd: BigInt(fd), ...(opaque === null ? {} : { opaque }) })),
  }));
}
