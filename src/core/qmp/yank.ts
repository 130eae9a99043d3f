import { QmpError } from '../../qapi/errors.ts';
import type { YankInstance } from '../../qapi/generated/types.ts';
import { SocketStream } from '../chardev/socket-stream.ts';
import type { ChardevTable } from '../chardev/table.ts';
import type { CommandHandlers } from './handlers.ts';

/** Connections that are cut so that nobody waits for them any longer. */
export function yankHandlers(chardevs: ChardevTable): CommandHandlers {
  const sockets = () => chardevs.all().filter(({ backend }) => backend instanceof SocketStream);
  const streamOf = (instance: YankInstance): SocketStream => {
    const found = instance.type === 'chardev' && sockets().find(({ label }) => label === instance.id);
    if (!found) throw new QmpError('Instance not found', 'DeviceNotFound');
    return found.backend as SocketStream;
  };
  return {
    'query-yank': () => sockets().map(({ label }) => ({ type: 'chardev', id: label })),
    yank: ({ instances }) => {
      for (const stream of instances.map(streamOf)) stream.hangUp();
      return {};
    },
  };
}
