import type { HxOption, HxOptionTable } from '../hx/model.ts';
import { QmpError } from '../qapi/errors.ts';
import type { CommandLineOptionInfo, CommandLineParameterInfo } from '../qapi/generated/types.ts';

/** Names by which clients of QMP know groups of options, where they are not the option's own. */
const GROUPS: Readonly<Record<string, string>> = {
  m: 'memory',
  smp: 'smp-opts',
  boot: 'boot-opts',
};

/** `name=` behind a comma, a bracket or a blank. */
const PARAMETER = /(?<=^|[,[\s(])([a-z][a-z0-9_.-]*)=\]?(on\|off|yes\|no)?/g;

/** What the option table says of options that take parameters; of one of them, if a group is named. @throws QmpError */
export function commandLineOptions(table: HxOptionTable, wanted?: string): CommandLineOptionInfo[] {
  const options = table.options
    .filter(option => option.hasArg)
    .map(option => ({ option: GROUPS[option.name] ?? option.name, parameters: parametersOf(option) }))
    .filter(({ parameters }) => parameters.length > 0);
  if (wanted === undefined) return options;
  const found = options.filter(({ option }) => option === wanted);
  if (found.length === 0) throw new QmpError(`invalid option name: ${wanted}`);
  return found;
}

function parametersOf({ help, doc }: HxOption): CommandLineParameterInfo[] {
  const plain = `${help}\n${doc}`.replace(/\\ |[`*]/g, '');
  const parameters = new Map<string, CommandLineParameterInfo>();
  for (const [, name = '', values] of plain.matchAll(PARAMETER)) {
    const type = values === undefined ? 'string' : 'boolean';
    if (parameters.get(name)?.type !== 'boolean') parameters.set(name, { name, type });
  }
  return [...parameters.values()];
}
