import { QmpError } from '../../qapi/errors.ts';
import type { Board } from '../board/board.ts';
import { DirtyRate } from '../dirty-rate.ts';
import { readPhysical } from '../memory/debug-access.ts';
import type { CommandHandlers } from './handlers.ts';
import type { MachineParts } from './index.ts';

const PAGE = 4096;

/** How fast the guest writes to memory. */
export function dirtyRateHandlers({ board, host }: MachineParts): CommandHandlers {
  const rate = new DirtyRate({
    pages: () => ramPages(board),
    read: address => readPhysical(board.memory, BigInt(address), PAGE) ?? new Uint8Array(PAGE),
    entropy: host.entropy,
    now: host.now,
    sleep: host.sleep,
  });
  return {
    'calc-dirty-rate': request => {
      rate.start(request);
      return {};
    },
    'query-dirty-rate': ({ 'calc-time-unit': unit }) => rate.info(unit),
    'query-vcpu-dirty-limit': () => [],
    'set-vcpu-dirty-limit': () => {
      throw new QmpError(
        "dirty page limit feature requires KVM with accelerator property 'dirty-ring-size' set'",
      );
    },
    'cancel-vcpu-dirty-limit': () => ({}),
  };
}

/** Addresses of all pages of RAM that the map has now. */
function ramPages({ memory }: Board): number[] {
  return memory.flatView
    .filter(({ region }) => region.kind === 'ram')
    .flatMap(({ start, size }) =>
      Array.from({ length: Math.floor(Number(size) / PAGE) }, (_, index) => Number(start) + index * PAGE),
    );
}
