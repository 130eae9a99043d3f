import { JsonError } from './json-error.ts';
import { characterAt, isCharacter, lenientText } from './modified-utf8.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '"': '"', "'": "'", '\\': '\\', '/': '/' },
  ...{ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
};

/** The text of a string token, whose bytes are given as one character each, quotes and all. @throws JsonError */
export function unquote(token: string): string {
  const end = token.length - 1;
  if (!/[\\\x80-\xff]/.test(token)) return token.slice(1, end);
  let result = '';
  for (let at = 1; at < end; ) {
    const piece = token[at] === '\\' ? readEscape(token, at) : readCharacter(token, at);
    result += piece.value;
    at = piece.end;
  }
  return result;
}

interface Piece {
  readonly value: string;
  readonly end: number;
}

function readCharacter(token: string, at: number): Piece {
  const { codePoint, end } = characterAt(token, at);
  if (codePoint < 0) throw new JsonError('invalid UTF-8 sequence in string');
  return { value: String.fromCodePoint(codePoint), end };
}

function readEscape(token: string, at: number): Piece {
  const letter = token[at + 1]!;
  if (letter === 'u') return readUnicode(token, at);
  const value = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
  if (value === undefined) throw new JsonError('invalid escape sequence in string');
  return { value, end: at + 2 };
}

/** \uXXXX, or two of them that make a surrogate pair. */
function readUnicode(token: string, at: number): Piece {
  let end = at + 6;
  let codePoint = hex4(token, at + 2);
  if (codePoint >= 0xd800 && codePoint <= 0xdbff && token.startsWith('\\u', end)) {
    const low = hex4(token, end + 2);
    const pair = low >= 0xdc00 && low <= 0xdfff;
    codePoint = pair ? 0x10000 + ((codePoint & 0x3ff) << 10) + (low & 0x3ff) : -1;
    if (pair) end += 6;
  }
  if (codePoint >= 0 && isCharacter(codePoint)) return { value: String.fromCodePoint(codePoint), end };
  throw new JsonError(`${lenientText(token.slice(at, end))} is not a valid Unicode character`);
}

function hex4(token: string, at: number): number {
  const digits = token.slice(at, at + 4);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
}
