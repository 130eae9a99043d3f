import type { HxOptionTable } from '../hx/model.ts';
import { parseArgv } from './argv.ts';
import { UsageError } from './errors.ts';
import { GivenOptions } from './given-options.ts';
import type { Invocation, MachinePlan } from './invocation.ts';
import { helpCommand } from './options/help-request.ts';
import { NO_LOG } from './options/logging.ts';
import { machineHelp } from './options/machine.ts';
import { machinePlan } from './options/machine-plan.ts';
import { isElsewhere } from './options/monitors.ts';
import { consoles } from './options/ports.ts';
import { userTables } from './options/user-tables.ts';

/** Reads the whole command line. @throws UsageError */
export function parseInvocation(table: HxOptionTable, argv: readonly string[]): Invocation {
  const given = new GivenOptions(parseArgv(table, argv));
  const output = given.last('o') ?? 'text';
  if (output !== 'text' && output !== 'json') throw new UsageError(`-o ${output}: expected text or json`);
  const help = helpCommand(given);
  const warnings: string[] = [];
  const machine = machinePlan(given, line => warnings.push(line));
  const { console } = consoles(given);
  const service = !hasStdio(console) && isService(given, machine);
  return {
    warnings,
    console: service ? null : console,
    service,
    machine: help === undefined ? machine : { ...machine, devices: [], startPaused: true, log: NO_LOG },
    // what -device and -d can have is told by a monitor command, on a machine that does not run
    commands: help === undefined ? given.all('c') : [help],
    files: help === undefined ? given.all('f') : [],
    stopAtError: given.has('e'),
    output,
    tables: userTables(given),
    show: shown(given),
  };
}

function shown(given: GivenOptions): Invocation['show'] {
  if (given.has('version')) return 'version';
  if (given.has('help', 'h')) return 'help';
  const text = machineHelp(given.all('M', 'machine'), given.all('accel'));
  return text === undefined ? null : { text };
}

function hasStdio(console: Invocation['console']): boolean {
  return console !== null && (console.serial !== null || console.monitor);
}

/** Whether test programs or monitors on character devices have the machine to themselves. */
function isService(given: GivenOptions, { qtest, monitors = [] }: MachinePlan): boolean {
  const isAlone = given.last('display') === 'none' || given.all('monitor').some(isElsewhere);
  return qtest != null || (monitors.length > 0 && isAlone);
}
