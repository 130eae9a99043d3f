import { type CommandContext, data, type Handler, type Result } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { MigrationParameters } from '../../src/qapi/generated/types.ts';
import { PARAMETERS, parseParameter } from './migration-parameters.ts';

/** `info migrate` */
export async function infoMigrate(ctx: CommandContext): Promise<Result> {
  const info = await ctx.qmp.execute('query-migrate');
  return data(info, info.status === undefined ? '' : `Status: \t\t${info.status}\n`);
}

/** `info migrate_capabilities` */
export async function infoMigrateCapabilities(ctx: CommandContext): Promise<Result> {
  const list = await ctx.qmp.execute('query-migrate-capabilities');
  const lines = list.map(({ capability, state }) => `${capability}: ${state ? 'on' : 'off'}\n`);
  return data(list, lines.join(''));
}

/** `migrate_set_capability` */
export const migrateSetCapability: Handler<{ capability: string; state: boolean }> = async (ctx, args) => {
  const known = await ctx.qmp.execute('query-migrate-capabilities');
  const found = known.find(({ capability }) => capability === args.capability);
  if (!found) throw new QmpError(`invalid parameter value: ${args.capability}`);
  await ctx.qmp.execute('migrate-set-capabilities', {
    capabilities: [{ capability: found.capability, state: args.state }],
  });
};

function parameterLine(
  parameters: MigrationParameters,
  { name, form, unit = '' }: (typeof PARAMETERS)[number],
) {
  const value = parameters[name];
  if (Array.isArray(value)) return `${name}:${value.map(word => ` ${word}`).join('')}\n`;
  if (typeof value === 'boolean') return `${name}: ${value ? 'on' : 'off'}\n`;
  return `${name}: ${form === 'string' ? `'${value}'` : value}${unit}\n`;
}

/** `info migrate_parameters` */
export async function infoMigrateParameters(ctx: CommandContext): Promise<Result> {
  const parameters = await ctx.qmp.execute('query-migrate-parameters');
  const shown = PARAMETERS.filter(({ hidden }) => hidden !== true);
  return data(parameters, shown.map(each => parameterLine(parameters, each)).join(''));
}

/** `migrate_set_parameter` */
export const migrateSetParameter: Handler<{ parameter: string; value: string }> = async (ctx, args) => {
  await ctx.qmp.execute('migrate-set-parameters', parseParameter(args.parameter, args.value));
};

export async function completeMigrateParameter({ index }: { index: number }): Promise<string[]> {
  return index === 1 ? PARAMETERS.map(({ name }) => name) : [];
}

/** A capability, then on or off. */
export const completeMigrateCapability = async ({
  index,
  qmp,
}: { index: number } & Pick<CommandContext, 'qmp'>) => {
  if (index === 2) return ['on', 'off'];
  const list = index === 1 ? await qmp.execute('query-migrate-capabilities') : [];
  return list.map(({ capability }) => capability);
};
