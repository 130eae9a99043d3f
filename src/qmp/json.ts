import { QmpError } from '../qapi/errors.ts';
import { qdictEntries } from '../qapi/qdict-order.ts';
import { isObject, type QmpObject, type QmpValue } from '../qapi/value.ts';
import { doubleText } from './double-text.ts';
import { JsonStream } from './json-stream.ts';

/**
 * Parses one JSON value (RFC 8259; strings may have single quotes, as in QEMU).
 * An integer that a double cannot hold exactly becomes a bigint, so nothing is lost. Keys must be unique.
 * @throws QmpError with QEMU's message
 */
export function parseJson(text: string): QmpValue {
  const values: QmpValue[] = [];
  let first: QmpError | null = null;
  const stream = new JsonStream({
    value(value) {
      if (values.push(value) > 1) first ??= new QmpError('Expecting at most one JSON value');
    },
    error(error) {
      first ??= values.length > 0 ? new QmpError('Expecting at most one JSON value') : error;
    },
  });
  stream.feed(new TextEncoder().encode(text));
  stream.end();
  if (first) throw first as QmpError;
  if (values.length === 0) throw new QmpError('Expecting a JSON value');
  return values[0]!;
}

export interface StringifyOptions {
  /** One member or element a line, indented by four spaces, as QEMU's `pretty=on`. */
  pretty?: boolean;
  /**
   * As QEMU's own messages: members in the order of its hash tables, numbers that are no bigints and not whole with 17
   * digits, infinities as C writes them, lines that end as a terminal's.
   */
  wire?: boolean;
}

interface Style {
  entries(object: QmpObject): (readonly [name: string, value: QmpValue, ...unknown[]])[];
  number(value: number): string;
}

const PLAIN: Style = { entries: Object.entries, number: shortestNumber };
const WIRE: Style = {
  entries: qdictEntries,
  number: value => (Number.isSafeInteger(value) && value !== 0 ? String(value) : doubleText(value)),
};

/**
 * Writes a value as QEMU does: a blank after `:` and `,`, ASCII alone. Members that are undefined are left out.
 * Throws TypeError for what JSON cannot hold: functions and, not on the wire, infinities and NaN.
 */
export function stringifyJson(value: QmpValue, options: StringifyOptions = {}): string {
  const { wire = false, pretty = false } = options;
  return write(value, wire ? WIRE : PLAIN, pretty ? (wire ? '\r\n' : '\n') : undefined);
}

/** `lineBreak` is a line end and the indentation of the line that the value begins on; absent: one line. */
function write(value: QmpValue, style: Style, lineBreak: string | undefined): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return style.number(value);
  const inner = lineBreak === undefined ? undefined : `${lineBreak}    `;
  if (Array.isArray(value))
    return group(
      '[',
      ']',
      value.map(item => write(item, style, inner)),
      lineBreak,
    );
  if (!isObject(value)) throw new TypeError(`JSON cannot hold a ${typeof value}`);
  const members: string[] = [];
  for (const [key, item] of style.entries(value)) {
    if (item !== undefined) members.push(`${quotedName(key)}: ${write(item, style, inner)}`);
  }
  return group('{', '}', members, lineBreak);
}

function group(open: string, close: string, items: string[], lineBreak: string | undefined): string {
  if (lineBreak === undefined) return `${open}${items.join(', ')}${close}`;
  return `${open}${items.map(item => `${lineBreak}    ${item}`).join(',')}${lineBreak}${close}`;
}

function shortestNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`JSON cannot hold ${value}`);
  if (Object.is(value, -0)) return '0';
  // The shortest digits of a large integer are not its own: read back as a bigint they would differ.
  const inexact = Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21;
  return inexact ? String(BigInt(value)) : String(value);
}

/** Names of members as they are written; messages hardly have others than the schema's, and no more than this are kept. */
const NAME_LIMIT = 8192;
const LONGEST_NAME = 64;
const quotedNames = new Map<string, string>();

function quotedName(name: string): string {
  let quoted = quotedNames.get(name);
  if (quoted === undefined) {
    quoted = quote(name);
    if (name.length > LONGEST_NAME) return quoted;
    if (quotedNames.size >= NAME_LIMIT) quotedNames.clear();
    quotedNames.set(name, quoted);
  }
  return quoted;
}

/** Not printable ASCII, nor a control that has a letter of its own: JSON.stringify writes these otherwise than QEMU. */
const SPECIAL = /[^\b\t\n\f\r -~]/;

/** From so many characters on a search for several things takes longer than searches for each. */
const LONG = 256;

/** Of what no text can hold the replacement character remains. */
function quote(text: string): string {
  if (text.length >= LONG) {
    const quoted = JSON.stringify(text);
    const plain = Buffer.byteLength(quoted) === quoted.length && !quoted.includes('\\u');
    if (plain && !quoted.includes('\x7f')) return quoted;
  } else if (!SPECIAL.test(text)) {
    return JSON.stringify(text);
  }
  const sound = text.replace(/\p{Surrogate}|\p{Noncharacter_Code_Point}/gu, '\ufffd');
  return `"${sound.replace(/["\\]|[^ -~]/g, escaped)}"`;
}

function escaped(unit: string): string {
  const short = JSON.stringify(unit);
  if (short.length === 4) return short.slice(1, -1); // a backslash and one character
  return `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
