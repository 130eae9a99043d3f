import type { HxOptionTable } from '../hx/model.ts';
import { type GivenOption, parseArgv } from './argv.ts';
import { attachPlan, withoutAttach } from './attach/attach-plan.ts';
import { UsageError } from './errors.ts';
import { GivenOptions } from './given-options.ts';
import type { Invocation, MachinePlan } from './invocation.ts';
import { helpAnswer, helpCommand } from './options/help-request.ts';
import { NO_LOG } from './options/logging.ts';
import { machinePlan } from './options/machine-plan.ts';
import { isElsewhere } from './options/monitors.ts';
import { origins } from './options/origins.ts';
import { consoles } from './options/ports.ts';
import { programPlan } from './options/program.ts';
import { userTables } from './options/user-tables.ts';

/** A machine that is there to be asked, with nothing of what the command line gives it. */
function withoutUsersParts(machine: MachinePlan): MachinePlan {
  const nothing = { devices: [], drives: [], blockdevs: [], fsdevs: [], netdevs: [], nics: [], nets: [] };
  const noPorts = { qtest: null, objects: [], chardevs: [], serials: [], parallels: [], monitors: [] };
  return { ...machine, ...nothing, ...noPorts, startPaused: true, log: NO_LOG };
}

/** What is shown in place of anything else, whatever else was given. */
function shownOf(words: readonly GivenOption[]): Invocation['show'] {
  const name = words.find(({ option }) => ['version', 'help', 'h'].includes(option.name))?.option.name;
  if (name === undefined) return null;
  return name === 'version' ? 'version' : 'help';
}

/** Reads the whole command line. `warnings` is added to, also when it is refused. @throws UsageError */
export function parseInvocation(
  table: HxOptionTable,
  argv: readonly string[],
  warnings: string[] = [],
): Invocation {
  const warn = (line: string) => void warnings.push(line);
  const words = parseArgv(table, argv);
  const show = shownOf(words);
  const attach = show === null ? attachPlan(words) : null;
  const own = attach ? withoutAttach(words) : words;
  const asked = new GivenOptions(table, show === null ? own : [], warn);
  const answer = helpAnswer(asked);
  const given = answer === null ? asked : new GivenOptions(table, [], warn);
  const help = helpCommand(given);
  const machine = machinePlan(given, warn);
  const { console } = consoles(given);
  const service = !hasStdio(console) && isService(given, machine);
  return {
    warnings,
    attach,
    console: service ? null : console,
    service,
    machine: help === undefined ? machine : withoutUsersParts(machine),
    // what -device and -d can have is told by a monitor command, on a machine that does not run
    commands: help === undefined ? given.all('c') : [help],
    files: help === undefined ? given.all('f') : [],
    stopAtError: given.has('e'),
    output: output(given),
    tables: userTables(given),
    show: show ?? answer,
    origins: origins(given),
    program: programPlan(given, warn),
  };
}

function hasStdio(console: Invocation['console']): boolean {
  return console !== null && (console.serial !== null || console.monitor);
}

/** Whether others have the machine, and nothing is on the program's own input and output. */
function isService(given: GivenOptions, { qtest, monitors = [] }: MachinePlan): boolean {
  const unseen = given.last('display') === 'none' || given.all('monitor').some(isElsewhere);
  return qtest != null || (monitors.length > 0 && unseen) || given.has('daemonize');
}

function output(given: GivenOptions): 'text' | 'json' {
  const text = given.last('o') ?? 'text';
  if (text === 'text' || text === 'json') return text;
  throw new UsageError('expected text or json', `-o ${text}`);
}
