import { ConfigError, type MachineConfig } from '../config.ts';
import { engineMemorySize } from '../cpu/index.ts';
import { MAX_HOST_MEMORY } from '../host-memory.ts';
import { kindOf } from '../machine-kinds.ts';
import type { Board } from './board.ts';
import type { BoardParts } from './foundation.ts';
import { buildNoneBoard } from './none.ts';
import { buildVirtBoard, virtOwnMemory } from './virt.ts';

const MIB = 1024 * 1024;

/** Builds the machine that is asked for. @throws ConfigError or QmpError for what there is not */
export function buildBoard(config: MachineConfig, parts: BoardParts): Board {
  return kindOf(config).name === 'none' ? buildNoneBoard(config, parts) : buildVirtBoard(config, parts);
}

/** Bytes of host memory that the machine takes: RAM, ROM, flash, and what the engine needs. @throws ConfigError */
export function hostMemorySize(config: MachineConfig): number {
  const size = neededMemory(config);
  if (size <= MAX_HOST_MEMORY) return size;
  const left = MAX_HOST_MEMORY - neededMemory({ ...config, ramSize: 0 });
  const most = Math.floor((left / MIB) * (1024 / 1025)); // a word for each page of RAM is the engine's
  throw new ConfigError(
    `cannot set up guest memory '${kindOf(config).ramId}': ${config.ramSize / MIB} MiB are too many, ${most} MiB is the most`,
  );
}

function neededMemory(config: MachineConfig): number {
  const pageSlack = 8 * 4096; // each block starts on a page
  const own = kindOf(config).name === 'none' ? 0 : virtOwnMemory(config);
  const guest = config.ramSize + own + pageSlack;
  return guest + engineMemorySize(config.harts, guest);
}
