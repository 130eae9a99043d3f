import { checkIdentifier } from '../../qapi/keyval.ts';
import { booleanOf, integerOf, sizeOf } from '../../qapi/text-values.ts';
import { UsageError } from '../errors.ts';
import type { OptionGroup, ParameterKind } from './groups.ts';

export type Entry = readonly [key: string, value: string];

/** What was given to one option, in order; the last of a key counts. */
export interface Opts {
  readonly id: string | undefined;
  /** Without the id. */
  readonly entries: readonly Entry[];
}

const SIZE_HINT =
  'Optional suffix k, M, G, T, P or E means kilo-, mega-, giga-, tera-, peta-\nand exabytes, respectively.';

/**
 * Reads `value,key=value,flag`: `,,` stands for a comma, the first word may leave its key out, a flag means `on` (and
 * `noflag` off), which is out of favour: `warn` hears of it. @throws UsageError in QEMU's words
 */
export function parseOpts(group: OptionGroup, text: string, warn: (line: string) => void): Opts {
  const entries = split(text).map((element, index) => entryOf(group, element, index, warn));
  return checked(group, entries);
}

/** The same of keys and values that are apart already. @throws UsageError */
export function checked(group: OptionGroup, entries: readonly Entry[]): Opts {
  const id = entries.find(([key]) => key === 'id')?.[1];
  if (id !== undefined && group.merged) throw new UsageError("Invalid parameter 'id'");
  if (id !== undefined) checkIdentifier(id);
  const rest = entries.filter(([key]) => key !== 'id');
  for (const [key, value] of rest) checkParameter(group, key, value);
  return { id, entries: rest };
}

/** Splits at single commas; doubled ones stay doubled. */
function split(text: string): string[] {
  return text.match(/(?:[^,]|,,)+/g) ?? [];
}

function entryOf(group: OptionGroup, element: string, index: number, warn: (line: string) => void): Entry {
  const equals = element.indexOf('=');
  const value = element.slice(equals + 1).replaceAll(',,', ',');
  if (equals === 0) throw new UsageError(`Expected parameter before '${element}'`);
  if (equals > 0) return [element.slice(0, equals), value];
  if (index === 0 && group.impliedKey !== undefined) return [group.impliedKey, value];
  if (group.strict) throw new UsageError(`Expected '=' after parameter '${value}'`);
  if (value === 'help' || value === '?') return [value, 'on'];
  const off = value.startsWith('no');
  const name = off ? value.slice(2) : value;
  const state = off ? 'off' : 'on';
  const instead = name === 'delay' ? `nodelay=${off ? 'on' : 'off'}` : `${name}=${state}`;
  warn(`warning: short-form boolean option '${value}' deprecated\nPlease use ${instead} instead`);
  return [name, state];
}

function checkParameter({ parameters }: OptionGroup, key: string, value: string): void {
  if (parameters === undefined) return;
  const kind = Object.hasOwn(parameters, key) ? parameters[key] : undefined;
  if (kind === undefined) throw new UsageError(`Invalid parameter '${key}'`);
  checkValue(kind, key, value);
}

function checkValue(kind: ParameterKind, key: string, value: string): void {
  if (kind === 'bool') booleanOf(key, value);
  if (kind === 'number' && integerOf(value) === undefined) {
    throw new UsageError(`Parameter '${key}' expects a number`);
  }
  if (kind === 'size') readSize(key, value);
}

/** A size in bytes. @throws UsageError in QEMU's words */
export function readSize(key: string, text: string): bigint {
  const size = sizeOf(text);
  if (size !== undefined) return size;
  if (/^(0x[0-9a-f]+|\d+(\.\d+)?)[bkmgtpe]?$/i.test(text)) {
    throw new UsageError(`Value '${text}' is out of range for parameter '${key}'`);
  }
  throw new UsageError(`Parameter '${key}' expects a non-negative number below 2^64\n${SIZE_HINT}`);
}
