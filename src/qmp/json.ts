import { QmpError } from '../qapi/errors.ts';
import { isObject, type QmpObject, type QmpValue, setMember } from '../qapi/value.ts';

/** Text is not JSON. The message is QEMU's; `offset` counts UTF-16 code units from the start. */
export class JsonError extends QmpError {
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(`JSON parse error, ${reason}`);
    this.offset = offset;
  }
}

/** Deeper nesting than this is refused, as QEMU's parser does. */
const MAX_DEPTH = 1024;

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const WORD = /[A-Za-z0-9_.+-]+/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings exclude exactly these.
const PLAIN = /[^"'\\\u0000-\u001f]+/y;

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '"': '"', "'": "'", '\\': '\\', '/': '/' },
  ...{ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
};

/**
 * Parses one JSON value (RFC 8259; strings may have single quotes, as in QEMU).
 * An integer that a double cannot hold exactly becomes a bigint, so nothing is lost. Keys must be unique.
 * Throws JsonError.
 */
export function parseJson(text: string): QmpValue {
  const parser = new JsonParser(text);
  return parser.run();
}

class JsonParser {
  private readonly text: string;
  private position = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  run(): QmpValue {
    this.skipSpace();
    const value = this.value();
    this.skipSpace();
    if (this.position < this.text.length) throw this.stray();
    return value;
  }

  private skipSpace(): void {
    this.match(SPACE);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  /** Steps over the character when it is the next one. */
  private take(character: string): boolean {
    if (this.text[this.position] !== character) return false;
    this.position += 1;
    this.skipSpace();
    return true;
  }

  private fail(reason: string): JsonError {
    return new JsonError(reason, this.position);
  }

  private stray(): JsonError {
    const start = this.position;
    const word = this.match(WORD) ?? String.fromCodePoint(this.text.codePointAt(start)!);
    return new JsonError(`stray '${word}'`, start);
  }

  private value(): QmpValue {
    const character = this.text[this.position];
    switch (character) {
      case undefined:
      case '}':
      case ']':
      case ',':
      case ':':
        throw this.fail('expecting value');
      case '{':
        return this.nested(() => this.object());
      case '[':
        return this.nested(() => this.array());
      case '"':
      case "'":
        return this.string(character);
      default:
        return /[-0-9]/.test(character) ? this.number() : this.keyword();
    }
  }

  private nested<T>(parse: () => T): T {
    if (this.depth === MAX_DEPTH) throw this.fail('nesting is too deep');
    this.depth += 1;
    this.position += 1;
    this.skipSpace();
    const value = parse();
    this.depth -= 1;
    return value;
  }

  private object(): QmpObject {
    const result: QmpObject = {};
    if (this.take('}')) return result;
    for (;;) {
      const start = this.position;
      const quote = this.text[start];
      if (quote !== '"' && quote !== "'") throw this.fail('key is not a string in object');
      const key = this.string(quote);
      this.skipSpace();
      if (!this.take(':')) throw this.fail('missing : in object pair');
      if (Object.hasOwn(result, key)) throw new JsonError('duplicate key', start);
      setMember(result, key, this.value());
      this.skipSpace();
      if (this.text[this.position] === '}') break;
      if (!this.take(',')) throw this.fail('expected separator in dict');
    }
    this.position += 1;
    return result;
  }

  private array(): QmpValue[] {
    const result: QmpValue[] = [];
    if (this.take(']')) return result;
    for (;;) {
      result.push(this.value());
      this.skipSpace();
      if (this.text[this.position] === ']') break;
      if (!this.take(',')) throw this.fail('expected separator in list');
    }
    this.position += 1;
    return result;
  }

  private string(quote: string): string {
    const start = this.position;
    this.position += 1;
    let result = '';
    for (;;) {
      result += this.match(PLAIN) ?? '';
      const character = this.text[this.position];
      if (character === undefined || character < ' ') {
        throw new JsonError(`stray '${this.text.slice(start, this.position + 1)}'`, start);
      }
      this.position += 1;
      if (character === quote) return result;
      result += character === '\\' ? this.escape() : character;
    }
  }

  private escape(): string {
    const character = this.text[this.position] ?? '';
    this.position += 1;
    const plain = Object.hasOwn(ESCAPES, character) ? ESCAPES[character] : undefined;
    if (plain !== undefined) return plain;
    if (character !== 'u') throw this.fail('invalid escape sequence in string');
    const unit = this.codeUnit();
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    return String.fromCharCode(unit, this.lowSurrogate(unit));
  }

  private codeUnit(): number {
    const digits = this.text.slice(this.position, this.position + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.fail(`\\u${digits} is not a valid Unicode character`);
    this.position += 4;
    return Number.parseInt(digits, 16);
  }

  private lowSurrogate(high: number): number {
    const lone = this.fail(`\\u${high.toString(16)} is not a valid Unicode character`);
    if (high > 0xdbff || !this.text.startsWith('\\u', this.position)) throw lone;
    this.position += 2;
    const low = this.codeUnit();
    if (low < 0xdc00 || low > 0xdfff) throw lone;
    return low;
  }

  private number(): number | bigint {
    const start = this.position;
    const literal = this.match(NUMBER);
    const next = this.text[this.position] ?? '';
    if (literal === undefined || /[A-Za-z0-9_.+-]/.test(next)) {
      this.position = start;
      throw this.stray();
    }
    if (/[.eE]/.test(literal)) {
      const value = Number(literal);
      if (!Number.isFinite(value)) throw new JsonError(`number ${literal} is out of range`, start);
      return value;
    }
    const value = BigInt(literal);
    const exact = Number(value);
    return Number.isSafeInteger(exact) ? exact : value;
  }

  private keyword(): QmpValue {
    const start = this.position;
    const word = /[a-z]/.test(this.text[start]!) ? this.match(WORD) : undefined;
    if (word === 'null') return null;
    if (word === 'true' || word === 'false') return word === 'true';
    this.position = start;
    if (word === undefined) throw this.stray();
    throw this.fail(`invalid keyword '${word}'`);
  }
}

export interface StringifyOptions {
  /** One member or element a line, indented by four spaces, as QEMU's `pretty=on`. */
  pretty?: boolean;
}

/**
 * Writes a value as QEMU does: a blank after `:` and `,`, ASCII alone. Members that are undefined are left out.
 * Throws TypeError for what JSON cannot hold: infinities, NaN, functions.
 */
export function stringifyJson(value: QmpValue, options: StringifyOptions = {}): string {
  return write(value, options.pretty === true ? '\n' : undefined);
}

/** `lineBreak` is a newline and the indentation of the line that the value begins on; absent: one line. */
function write(value: QmpValue, lineBreak: string | undefined): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return writeNumber(value);
  const inner = lineBreak === undefined ? undefined : `${lineBreak}    `;
  if (Array.isArray(value))
    return group(
      '[',
      ']',
      value.map(item => write(item, inner)),
      lineBreak,
    );
  if (!isObject(value)) throw new TypeError(`JSON cannot hold a ${typeof value}`);
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${quote(key)}: ${write(item, inner)}`);
  return group('{', '}', members, lineBreak);
}

function group(open: string, close: string, items: string[], lineBreak: string | undefined): string {
  if (lineBreak === undefined) return `${open}${items.join(', ')}${close}`;
  return `${open}${items.map(item => `${lineBreak}    ${item}`).join(',')}${lineBreak}${close}`;
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`JSON cannot hold ${value}`);
  if (Object.is(value, -0)) return '0';
  // The shortest digits of a large integer are not its own: read back as a bigint they would differ.
  const inexact = Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21;
  return inexact ? String(BigInt(value)) : String(value);
}

function quote(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, unit => {
    return `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
}
