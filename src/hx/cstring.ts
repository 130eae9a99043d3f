import { HxSyntaxError } from './errors.ts';
import type { HxLocation } from './model.ts';

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};

/**
 * Reads the C string literal at the start of `text`: its value, and its length with both quotes.
 * Throws HxSyntaxError for an unknown escape and for a literal that does not end on its line.
 */
export function readString(text: string, location: HxLocation): { value: string; length: number } {
  let value = '';
  let at = 1;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') return { value, length: at + 1 };
    if (char !== '\\') {
      value += char;
      at++;
      continue;
    }
    const escaped = readEscape(text.slice(at + 1, at + 11));
    if (!escaped) {
      const where = { ...location, column: location.column + at };
      const found = text[at + 1] ?? '';
      throw new HxSyntaxError(
        where,
        `unknown escape '\\${found}': expected one of \\n \\t \\" \\\\ \\' or a code`,
      );
    }
    value += escaped.value;
    at += 1 + escaped.length;
  }
  throw new HxSyntaxError(location, "string without end: expected '\"' on the same line");
}

function readEscape(rest: string): { value: string; length: number } | undefined {
  const simple = SIMPLE[rest[0] ?? ''];
  if (simple !== undefined) return { value: simple, length: 1 };
  const octal = /^[0-7]{1,3}/.exec(rest)?.[0];
  if (octal !== undefined)
    return { value: String.fromCharCode(Number.parseInt(octal, 8)), length: octal.length };
  const hex = /^x([0-9A-Fa-f]{1,2})/.exec(rest);
  if (hex) return { value: String.fromCharCode(Number.parseInt(hex[1] ?? '', 16)), length: hex[0].length };
  return undefined;
}
