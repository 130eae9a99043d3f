import { DUMP_FORMATS, GuestDump } from '../dump/dump.ts';
import type { CommandHandlers } from './handlers.ts';
import type { MachineParts } from './index.ts';

/** Level of compression. */
const FASTEST = 1;

/** Core dumps of the guest. */
export function dumpHandlers(parts: MachineParts): CommandHandlers {
  const dump = createDump(parts);
  return {
    'dump-guest-memory': async request => {
      await dump.start(request);
      return {};
    },
    'query-dump': () => dump.status,
    'query-dump-guest-memory-capability': () => ({ formats: [...DUMP_FORMATS] }),
  };
}

function createDump({ board, host, lifecycle, events }: MachineParts): GuestDump {
  return new GuestDump({
    memory: board.memory,
    harts: board.engine.harts,
    hold: () => lifecycle.hold('save-vm'),
    saveFile: (path, chunks) => host.saveFile(path, chunks, { private: true }),
    deflate: bytes => host.deflate(bytes, FASTEST),
    completed: (result, error) =>
      events.emit('DUMP_COMPLETED', error === undefined ? { result } : { result, error }),
  });
}
