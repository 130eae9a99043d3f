import { QmpError } from './errors.ts';
import type { Schema } from './schema-model.ts';
import { isObject, type QmpObject, type QmpValue, setMember } from './value.ts';
import { Visitor } from './visitor.ts';

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9._-]*$/;
/** Deeper keys than any type has would only cost memory. */
const DEEPEST = 8;

/**
 * Splits QEMU's option syntax, `value,key=value,flag`, into keys and values in their order. `,,` stands for a comma
 * in a value, the first element may leave its key out (`impliedKey`), a bare key means `on`.
 * @throws QmpError naming what cannot be read
 */
export function splitOptions(text: string, impliedKey?: string): [key: string, value: string][] {
  const elements = text.match(/(?:[^,]|,,)+/g) ?? [];
  return elements.map((element, index) => {
    const equals = element.indexOf('=');
    if (equals === 0) throw new QmpError(`Expected parameter before '${element}'`);
    const value = element.slice(equals + 1).replaceAll(',,', ',');
    if (equals > 0) return [element.slice(0, equals), value];
    return index === 0 && impliedKey !== undefined ? [impliedKey, value] : [value, 'on'];
  });
}

/** The same as text: `key=value,...`. */
export function formatOptions(entries: Iterable<readonly [key: string, value: string]>): string {
  return Array.from(entries, ([key, value]) => `${key}=${value.replaceAll(',', ',,')}`).join(',');
}

/** @throws QmpError for an id that is none */
export function checkIdentifier(id: string): void {
  if (IDENTIFIER.test(id)) return;
  throw new QmpError(
    "Parameter 'id' expects an identifier\n" +
      "Identifiers consist of letters, digits, '-', '.', '_', starting with a letter.",
  );
}

export interface OptionsSyntax {
  /** Key of a first word without `=`. */
  readonly impliedKey: string;
  /** Keys that may be given again and again: each is an array of objects with a member `str`. */
  readonly lists?: readonly string[];
  /** Whether a key that there is not is told as for options that know no members of members. */
  readonly flat?: boolean;
}

/**
 * Reads options as a value of an object type: `key=value,...` with dots in the keys for members of members, or a
 * JSON object. @throws QmpError in QEMU's words
 */
export function parseOptions(schema: Schema, type: string, text: string, syntax: OptionsSyntax): QmpObject {
  if (text.startsWith('{')) return new Visitor(schema, { extraMembers: 'refuse' }).object(type, json(text));
  const nested: QmpObject = {};
  for (const [key, value] of splitOptions(text, syntax.impliedKey)) {
    if (key === 'id') checkIdentifier(value);
    if (syntax.lists?.includes(key)) append(nested, key, value);
    else insert(nested, key.split('.'), value, key);
  }
  const visit = () => new Visitor(schema, { extraMembers: 'refuse', text: true }).object(type, nested);
  return syntax.flat ? inFlatWords(visit) : visit();
}

function inFlatWords<T>(visit: () => T): T {
  try {
    return visit();
  } catch (error) {
    const [, unknown] = /^Parameter '(.*)' is unexpected$/.exec((error as Error).message) ?? [];
    throw unknown === undefined ? error : new QmpError(`Invalid parameter '${unknown}'`);
  }
}

function json(text: string): QmpObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new QmpError(`JSON parse error, ${(error as Error).message}`);
  }
  if (!isObject(value)) throw new QmpError('JSON parse error, expected an object');
  return value;
}

function append(target: QmpObject, key: string, value: string): void {
  const list = Object.hasOwn(target, key) ? (target[key] as QmpValue[]) : [];
  list.push({ str: value });
  setMember(target, key, list);
}

function insert(target: QmpObject, path: readonly string[], value: string, key: string): void {
  const [name = '', ...rest] = path;
  if (name === '' || path.length > DEEPEST) throw new QmpError(`Invalid parameter '${key}'`);
  const known = Object.hasOwn(target, name) ? target[name] : undefined;
  if (rest.length === 0) {
    if (isObject(known)) throw new QmpError(`Parameters '${key}.*' used inconsistently`);
    setMember(target, name, value);
    return;
  }
  const inner = known ?? {};
  if (!isObject(inner)) throw new QmpError(`Parameters '${name}.*' used inconsistently`);
  setMember(target, name, inner);
  insert(inner, rest, value, key);
}
