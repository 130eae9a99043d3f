/** Puts QMP over a machine: what it answers itself, and HMP lines for clients that have no monitor. */
import type { HumanMonitor } from './cli/human-monitor.ts';
import { installRoot } from './cli/paths.ts';
import { loadOptionTable } from './cli/tables.ts';
import type { Machine } from './core/machine.ts';
import { hartByIndex } from './core/qmp/harts.ts';
import { loadSchema } from './qapi/index.ts';
import { Dispatcher, type DispatcherOptions } from './qmp/dispatch.ts';
import { negotiationIsOver } from './qmp/envelope.ts';
import { LocalQmpClient } from './qmp/local-client.ts';

/** HMP over a machine's own QMP. */
export async function openHumanMonitor(machine: Machine, dispatcher: Dispatcher): Promise<HumanMonitor> {
  // Most machines are never asked: its tables are read when the first one is.
  const { HumanMonitor } = await import('./cli/human-monitor.ts');
  return HumanMonitor.create(installRoot(), new LocalQmpClient(dispatcher, machine.events));
}

/** All QMP commands of a machine. */
export function createDispatcher(machine: Machine, options: DispatcherOptions = {}): Dispatcher {
  const humanMonitor = once(() => openHumanMonitor(machine, dispatcher));
  const dispatcher: Dispatcher = new Dispatcher(
    loadSchema(),
    {
      ...machine.handlers,
      // what a session does first it does by itself; whoever needs none has nothing to open
      qmp_capabilities: () => {
        throw negotiationIsOver();
      },
      'query-command-line-options': async ({ option }) => {
        const { commandLineOptions } = await import('./cli/command-line-options.ts');
        return commandLineOptions(loadOptionTable(installRoot()), option);
      },
      'human-monitor-command': async args => {
        const index = args['cpu-index'];
        const cpu = index === undefined ? 0 : hartByIndex(machine.board.engine, index).id;
        return (await humanMonitor()).run(args['command-line'], cpu);
      },
    },
    { ...options, admit: command => machine.preconfig.check(command) },
  );
  return dispatcher;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
