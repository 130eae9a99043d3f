import { QmpError } from '../../qapi/errors.ts';
import { MEMORY_MAP } from '../board/memory-map.ts';
import type { Board } from '../board/virt.ts';
import { DirtyRate } from '../dirty-rate.ts';
import { readPhysical } from '../memory/debug-access.ts';
import type { CommandHandlers } from './handlers.ts';
import type { MachineParts } from './index.ts';

const PAGE = 4096;

/** How fast the guest writes to memory. */
export function dirtyRateHandlers({ board, config, host }: MachineParts): CommandHandlers {
  const rate = new DirtyRate({
    ramSize: config.ramSize,
    page: index => ramPage(board, index),
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

function ramPage(board: Board, index: number): Uint8Array {
  const bytes = readPhysical(board.memory, BigInt(MEMORY_MAP.ram.base + index * PAGE), PAGE);
  if (!bytes) throw new Error(`page ${index} of RAM is not mapped`);
  return bytes;
}
