import type { HxOptionTable } from '../hx/model.ts';
import { parseArgv } from './argv.ts';
import { UsageError } from './errors.ts';
import { GivenOptions } from './given-options.ts';
import type { Invocation, MachinePlan } from './invocation.ts';
import { helpCommand } from './options/help-request.ts';
import { NO_LOG } from './options/logging.ts';
import { machineHelp } from './options/machine.ts';
import { machinePlan } from './options/machine-plan.ts';
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
  return {
    warnings,
    console: consoles(given).console,
    service: isService(given, machine),
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

/** Whether others have the machine, and nothing is on the program's own input and output. */
function isService(given: GivenOptions, { qtest, monitors = [] }: MachinePlan): boolean {
  return qtest != null || (monitors.length > 0 && given.last('display') === 'none');
}
