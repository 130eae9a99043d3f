import { type CommandContext, data, type Result, text } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { QmpValue } from '../../src/qapi/value.ts';
import { parseJson, stringifyJson } from '../../src/qmp/json.ts';

interface SetArgs {
  json?: boolean;
  path: string;
  property: string;
  value: string;
}

export async function qomList(ctx: CommandContext, args: { path?: string }): Promise<Result> {
  if (args.path === undefined) return text('/\n');
  const properties = await ctx.qmp.execute('qom-list', { path: args.path });
  return data(properties, properties.map(({ name, type }) => `${name} (${type})\n`).join(''));
}

export async function qomGet(ctx: CommandContext, args: { path: string; property: string }): Promise<Result> {
  const value = await ctx.qmp.execute('qom-get', { path: args.path, property: args.property });
  return data(value, `${stringifyJson(value, { pretty: true })}\n`);
}

const INTEGER_TYPE = /^(u?int(8|16|32|64)?|size)$/;
const INTEGER_TEXT = /^(-?)(0x[0-9a-f]+|\d+)$/i;
const TRUE_WORDS = ['on', 'yes', 'true', 'y'];
const FALSE_WORDS = ['off', 'no', 'false', 'n'];

/** Reads a value that was typed as text by the type of its property. Throws QmpError. */
export function readValue(name: string, type: string | undefined, value: string): QmpValue {
  if (type === 'bool') {
    if (TRUE_WORDS.includes(value)) return true;
    if (FALSE_WORDS.includes(value)) return false;
    throw new QmpError(`Invalid parameter type for '${name}', expected: boolean`);
  }
  if (type !== undefined && INTEGER_TYPE.test(type)) {
    const [, sign, digits] = INTEGER_TEXT.exec(value) ?? [];
    if (digits === undefined) throw new QmpError(`Parameter '${name}' expects ${type}`);
    return sign === '-' ? -BigInt(digits) : BigInt(digits);
  }
  return value;
}

async function typeOf(ctx: CommandContext, { path, property }: SetArgs): Promise<string | undefined> {
  const properties = await ctx.qmp.execute('qom-list', { path });
  return properties.find(({ name }) => name === property)?.type;
}

/** A property that does not exist is left to qom-set, whose answer says so. */
export async function qomSet(ctx: CommandContext, args: SetArgs): Promise<void> {
  const { path, property } = args;
  const value = args.json ? parseJson(args.value) : readValue(property, await typeOf(ctx, args), args.value);
  await ctx.qmp.execute('qom-set', { path, property, value });
}
