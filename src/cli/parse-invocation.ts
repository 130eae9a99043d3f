import type { HxOptionTable } from '../hx/model.ts';
import { parseArgv } from './argv.ts';
import { UsageError } from './errors.ts';
import { GivenOptions } from './given-options.ts';
import type { Invocation } from './invocation.ts';
import { helpCommand } from './options/help-request.ts';
import { NO_LOG } from './options/logging.ts';
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
    machine: help === undefined ? machine : { ...machine, devices: [], startPaused: true, log: NO_LOG },
    // what -device and -d can have is told by a monitor command, on a machine that does not run
    commands: help === undefined ? given.all('c') : [help],
    files: help === undefined ? given.all('f') : [],
    stopAtError: given.has('e'),
    output,
    tables: userTables(given),
    show: given.has('version') ? 'version' : given.has('help', 'h') ? 'help' : null,
  };
}
