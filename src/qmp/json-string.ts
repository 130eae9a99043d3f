import { JsonError } from './json-error.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '"': '"', "'": "'", '\\': '\\', '/': '/' },
  ...{ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
};

/** Code points that no text has: surrogates alone, and those that Unicode keeps for nobody. */
function isCharacter(codePoint: number): boolean {
  if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return false;
  return !(codePoint >= 0xfdd0 && codePoint <= 0xfdef) && (codePoint & 0xfffe) !== 0xfffe;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text between the quotes of a string token, escapes and all; null for what is not UTF-8. */
export function stringText(bytes: Uint8Array): string | null {
  try {
    const text = decoder.decode(bytes.subarray(1, -1));
    return /\p{Noncharacter_Code_Point}/u.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Replaces escapes by what they mean. @throws JsonError */
export function unquote(text: string | null): string {
  if (text === null) throw new JsonError('invalid UTF-8 sequence in string');
  if (!text.includes('\\')) return text;
  let result = '';
  for (let at = 0; at < text.length; ) {
    const backslash = text.indexOf('\\', at);
    if (backslash < 0) return result + text.slice(at);
    result += text.slice(at, backslash);
    const { value, end } = readEscape(text, backslash);
    result += value;
    at = end;
  }
  return result;
}

function readEscape(text: string, at: number): { value: string; end: number } {
  const letter = text[at + 1]!;
  if (letter === 'u') return readUnicode(text, at);
  const value = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
  if (value === undefined) throw new JsonError('invalid escape sequence in string');
  return { value, end: at + 2 };
}

/** \uXXXX, or two of them that make a surrogate pair. */
function readUnicode(text: string, at: number): { value: string; end: number } {
  let end = at + 6;
  let codePoint = hex4(text, at + 2);
  if (codePoint >= 0xd800 && codePoint <= 0xdbff && text.startsWith('\\u', end)) {
    const low = hex4(text, end + 2);
    const pair = low >= 0xdc00 && low <= 0xdfff;
    codePoint = pair ? 0x10000 + ((codePoint & 0x3ff) << 10) + (low & 0x3ff) : -1;
    if (pair) end += 6;
  }
  if (codePoint >= 0 && isCharacter(codePoint)) return { value: String.fromCodePoint(codePoint), end };
  throw new JsonError(`${text.slice(at, end)} is not a valid Unicode character`);
}

function hex4(text: string, at: number): number {
  const digits = text.slice(at, at + 4);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
}
