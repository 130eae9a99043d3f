import type { OptionValues } from '../../core/config.ts';
import { isObject, type QmpObject } from '../../qapi/value.ts';
import { parseJson } from '../../qmp/json.ts';
import { UsageError } from '../errors.ts';

/** The members of a JSON object, as options would write them. @throws UsageError */
export function jsonValues(text: string): OptionValues {
  return Object.fromEntries(
    Object.entries(parseObject(text)).map(([key, member]) => [key, textOf(key, member)]),
  );
}

/** @throws UsageError or QmpError in QEMU's words */
export function parseObject(text: string): QmpObject {
  const value = parseJson(text);
  if (!isObject(value)) throw new UsageError('JSON parse error, expected an object');
  return value;
}

function textOf(key: string, member: unknown): string {
  if (typeof member === 'boolean') return member ? 'on' : 'off';
  if (typeof member === 'string' || typeof member === 'number' || typeof member === 'bigint')
    return String(member);
  throw new UsageError(`Parameter '${key}' must be a string, a number or a boolean`);
}
