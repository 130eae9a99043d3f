import { describeObjects, type ObjectTable, parseObject } from '../objects/table.ts';
import type { CommandHandlers } from './handlers.ts';

/** Objects that users make and remove. */
export function objectHandlers(objects: ObjectTable, threadId: number): CommandHandlers {
  return {
    'object-add': async options => {
      await objects.add(options);
      return {};
    },
    'x-object-add': async ({ options }) => {
      await objects.add(parseObject(options));
      return {};
    },
    'object-del': ({ id }) => {
      objects.remove(id);
      return {};
    },
    'query-iothreads': () => objects.ioThreads.map(thread => thread.describe(threadId)),
    'x-query-object-help': ({ type }) => ({ 'human-readable-text': describeObjects(type) }),
  };
}
