import { UsageError } from '../errors.ts';

/**
 * QEMU's option syntax: `value,key=value,flag`, where `,,` stands for a comma, the first element
 * may leave its key out (`impliedKey`), and a bare key means `on`. A JSON object does as well.
 * @throws UsageError naming what cannot be read
 */
export function parseOptionValues(text: string, impliedKey?: string): Record<string, string> {
  if (text.startsWith('{')) return parseJsonOptions(text);
  const values: Record<string, string> = {};
  for (const [index, element] of splitElements(text).entries()) {
    const equals = element.indexOf('=');
    if (equals === 0) throw new UsageError(`Expected parameter before '${element}'`);
    if (equals > 0) values[element.slice(0, equals)] = element.slice(equals + 1);
    else if (index === 0 && impliedKey !== undefined) values[impliedKey] = element;
    else values[element] = 'on';
  }
  return values;
}

/** Splits at single commas; doubled ones stay as one comma inside the element. */
function splitElements(text: string): string[] {
  const elements: string[] = [];
  let current = '';
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== ',') current += text[at];
    else if (text[at + 1] === ',') {
      current += ',';
      at++;
    } else {
      elements.push(current);
      current = '';
    }
  }
  if (current !== '' || elements.length === 0) elements.push(current);
  return elements.filter(element => element !== '');
}

function parseJsonOptions(text: string): Record<string, string> {
  const members = Object.entries(parseJson(text));
  return Object.fromEntries(members.map(([key, member]) => [key, jsonValue(key, member)]));
}

function parseJson(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    throw new UsageError(`JSON parse error, ${(error as Error).message}`);
  }
}

function jsonValue(key: string, member: unknown): string {
  if (typeof member === 'boolean') return member ? 'on' : 'off';
  if (typeof member === 'string' || typeof member === 'number') return String(member);
  throw new UsageError(`Parameter '${key}' must be a string, a number or a boolean`);
}

const SUFFIXES: Readonly<Record<string, number>> = { b: 0, k: 10, m: 20, g: 30, t: 40, p: 50, e: 60 };

/** A size such as 512M, 1.5G or 4096, in bytes. `unit` is the suffix of a bare number. @throws UsageError */
export function parseSize(name: string, text: string, unit = 'b'): number {
  const match = /^(0x[0-9a-f]+|\d+(?:\.\d+)?)([bkmgtpe])?$/i.exec(text);
  const shift = SUFFIXES[(match?.[2] ?? unit).toLowerCase()];
  if (!match || shift === undefined) {
    throw new UsageError(
      `Parameter '${name}' expects a non-negative number below 2^64, with an optional suffix k, M, G, T, P or E`,
    );
  }
  const size = Math.round(Number(match[1]) * 2 ** shift);
  if (size >= 2 ** 64) throw new UsageError(`Value '${text}' is out of range for parameter '${name}'`);
  return size;
}

/** A whole number of at least `minimum`. @throws UsageError */
export function parseCount(name: string, text: string, minimum: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= minimum))
    throw new UsageError(`Parameter '${name}' expects a number of at least ${minimum}`);
  return value;
}
