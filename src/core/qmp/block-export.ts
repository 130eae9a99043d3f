import { QmpError } from '../../qapi/errors.ts';
import type { DriveTable } from '../block/drive-table.ts';
import type { CommandHandlers } from './handlers.ts';

const NOT_RUNNING = 'NBD server not running';

/** Images for others: there is no server here, so that nothing is ever offered. */
export function blockExportHandlers(drives: DriveTable): CommandHandlers {
  const notFound = (name: string) => new QmpError(`Export '${name}' is not found`);
  return {
    'query-block-exports': () => [],
    'nbd-server-start': () => {
      throw new QmpError('NBD server cannot be started: no server of the kind is in this program');
    },
    'nbd-server-add': ({ device }) => {
      drives.findEither(device);
      throw new QmpError(NOT_RUNNING);
    },
    'nbd-server-remove': ({ name }) => {
      throw notFound(name);
    },
    'nbd-server-stop': () => {
      throw new QmpError(NOT_RUNNING);
    },
    'block-export-add': ({ 'node-name': name }) => {
      drives.findNode({ 'node-name': name });
      throw new QmpError(NOT_RUNNING);
    },
    'block-export-del': ({ id }) => {
      throw notFound(id);
    },
  };
}
