import type { Host } from '../../host/types.ts';
import type { Backends } from '../backends.ts';
import type { Board } from '../board/board.ts';
import type { DeviceFactory } from '../board/plug.ts';
import type { VirtualClock } from '../clock.ts';
import type { MachineConfig } from '../config.ts';
import type { EventBus } from '../events.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { MachineLogging } from '../log/machine-logging.ts';
import type { Preconfig } from '../preconfig.ts';
import { audioHandlers } from './audio.ts';
import { balloonHandlers } from './balloon.ts';
import { blockHandlers } from './block.ts';
import { blockTesterHandlers } from './block-tester.ts';
import { charHandlers } from './char.ts';
import { clientHandlers } from './clients.ts';
import { asQmpErrors } from './config-errors.ts';
import { cpuModelHandlers } from './cpu-models.ts';
import { debugHandlers } from './debug.ts';
import { descriptorHandlers } from './descriptors.ts';
import { driveOfDevice } from './device-drives.ts';
import { dirtyRateHandlers } from './dirty-rate.ts';
import { displayHandlers } from './display.ts';
import { dumpHandlers } from './dump.ts';
import type { CommandHandlers } from './handlers.ts';
import { inputHandlers } from './input.ts';
import { jitHandlers } from './jit.ts';
import { logHandlers } from './log.ts';
import { machineInfoHandlers } from './machine-info.ts';
import { memoryHandlers } from './memory.ts';
import { memoryInfoHandlers } from './memory-info.ts';
import { memorySaveHandlers } from './memory-save.ts';
import { migrationHandlers } from './migration.ts';
import { netHandlers } from './net.ts';
import { netdevHandlers } from './netdev.ts';
import { objectHandlers } from './objects.ts';
import { observerHandlers } from './observers.ts';
import { pciHandlers } from './pci.ts';
import { qdevHandlers } from './qdev.ts';
import { qomHandlers } from './qom.ts';
import { replicationHandlers } from './replication.ts';
import { resourceHandlers } from './resources.ts';
import { runStateHandlers } from './run-state.ts';
import { symbolHandlers } from './symbols.ts';
import { virtioHandlers } from './virtio.ts';
import { yankHandlers } from './yank.ts';

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
  readonly logging: MachineLogging;
  readonly preconfig: Preconfig;
}

/** Every QMP command that the machine answers, one family a file. */
export function machineHandlers(parts: MachineParts): CommandHandlers {
  const { board, backends, config, host } = parts;
  const driveOf = driveOfDevice(backends.drives, name => board.plugger.find(name));
  return {
    ...runStateHandlers(parts.lifecycle),
    ...dumpHandlers(parts),
    ...machineInfoHandlers({ ...board, config, threadId: host.processId }),
    ...cpuModelHandlers(board),
    ...jitHandlers(board.engine, config.accelerator ?? 'tcg'),
    ...memoryHandlers(board, config.ramSize),
    ...memoryInfoHandlers(board, config.accelerator, host),
    ...memorySaveHandlers(board, host),
    ...observerHandlers(),
    ...dirtyRateHandlers(parts),
    ...resourceHandlers(),
    ...replicationHandlers(),
    ...clientHandlers(),
    ...descriptorHandlers(config.fdSets),
    ...yankHandlers(backends.chardevs),
    ...symbolHandlers(config, host),
    ...debugHandlers(board),
    'x-exit-preconfig': () => {
      asQmpErrors(() => parts.preconfig.exit());
      return {};
    },
    ...logHandlers(parts.logging, config.harts),
    ...migrationHandlers(),
    ...qomHandlers(board),
    ...qdevHandlers({ ...board, defer: host.defer, events: parts.events, createDevice: parts.createDevice }),
    ...pciHandlers(board.pci),
    ...virtioHandlers(board.root),
    ...blockHandlers(backends.drives, parts.events, host, {
      exports: backends.exports,
      hasIoThread: id => backends.objects.ioThreads.some(({ name }) => name === id),
      driveOf,
    }),
    ...blockTesterHandlers({ drives: backends.drives, host, driveOf }),
    ...netHandlers(backends.nets),
    ...netdevHandlers(backends.netContext),
    ...objectHandlers(backends.objects, host.processId),
    ...audioHandlers(config.audiodevs ?? []),
    ...charHandlers(backends.chardevs),
    ...balloonHandlers(backends.balloon),
    ...inputHandlers(backends.input, backends.displays, board.sysbus),
    ...displayHandlers(backends.displays, board.sysbus, host),
  };
}
