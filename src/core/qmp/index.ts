import type { Host } from '../../host/types.ts';
import type { Backends } from '../backends.ts';
import type { DeviceFactory } from '../board/plug.ts';
import type { Board } from '../board/virt.ts';
import type { VirtualClock } from '../clock.ts';
import type { MachineConfig } from '../config.ts';
import type { EventBus } from '../events.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { balloonHandlers } from './balloon.ts';
import { blockHandlers } from './block.ts';
import { charHandlers } from './char.ts';
import type { CommandHandlers } from './handlers.ts';
import { jitHandlers } from './jit.ts';
import { machineInfoHandlers } from './machine-info.ts';
import { memoryHandlers } from './memory.ts';
import { netHandlers } from './net.ts';
import { qdevHandlers } from './qdev.ts';
import { qomHandlers } from './qom.ts';
import { runStateHandlers } from './run-state.ts';
import { virtioHandlers } from './virtio.ts';

/** What QMP commands work on. */
export interface MachineParts {
  readonly config: MachineConfig;
  readonly host: Host;
  readonly clock: VirtualClock;
  readonly backends: Backends;
  readonly createDevice: DeviceFactory;
  readonly board: Board;
  readonly lifecycle: Lifecycle;
  readonly events: EventBus;
}

/** Every QMP command that the machine answers, one family a file. */
export function machineHandlers(parts: MachineParts): CommandHandlers {
  const { board, backends, config, host } = parts;
  return {
    ...runStateHandlers(parts.lifecycle),
    ...machineInfoHandlers({ config, engine: board.engine, threadId: host.processId, package: '' }),
    ...jitHandlers(board.engine),
    ...memoryHandlers(board, config.ramSize),
    ...qomHandlers(board),
    ...qdevHandlers({ ...board, events: parts.events, createDevice: parts.createDevice }),
    ...virtioHandlers(board.root),
    ...blockHandlers(backends.drives),
    ...netHandlers(backends.nets),
    ...charHandlers(backends.chardevs),
    ...balloonHandlers(backends.balloon),
  };
}
