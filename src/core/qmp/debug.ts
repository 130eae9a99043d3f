import { QmpError } from '../../qapi/errors.ts';
import type { Board } from '../board/board.ts';
import type { CommandHandlers } from './handlers.ts';

/** What one debugs a machine with: ports, and switches of the execution engine. */
export function debugHandlers(board: Board): CommandHandlers {
  let profiling = false;
  return {
    'x-sync-profile': ({ op }) => {
      if (op === 'on' || op === 'off') profiling = op === 'on';
      return { enabled: profiling };
    },
    // The interpreter does nothing else: there is nothing to switch.
    'x-one-insn-per-tb': ({ enable }) => ({ enabled: enable }),
    'x-read-port': ({ port, size }) => {
      const width = portSize(size);
      const floating = 2 ** (8 * width) - 1;
      return { value: board.io.load(port, width) ? board.io.readLow : floating };
    },
    'x-write-port': ({ port, size, value }) => {
      board.io.store(port, portSize(size), value, 0);
      return {};
    },
    'x-boot-set': () => {
      throw new QmpError('no function defined to set boot device list for this architecture');
    },
    'x-gdbserver': ({ device }) => {
      if (device !== 'none') throw new QmpError(`Could not open gdbserver on device '${device}'`);
      return {};
    },
  };
}

function portSize(size: number): 1 | 2 | 4 {
  if (size === 1 || size === 2 || size === 4) return size;
  throw new QmpError("Parameter 'size' expects 1, 2 or 4");
}
