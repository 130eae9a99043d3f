import { ArgumentError } from './errors.ts';

const SPACE = ' \t\n\v\f\r';

export function isSpace(char: string): boolean {
  return char !== '' && SPACE.includes(char);
}

/** A command line and the place up to which it has been read. */
export class LineReader {
  readonly text: string;
  position: number;

  constructor(text: string, position = 0) {
    this.text = text;
    this.position = position;
  }

  /** The next character, '' at the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.position + ahead);
  }

  /** The next character as a whole code point, for messages. */
  peekPoint(): string {
    const point = this.text.codePointAt(this.position);
    return point === undefined ? '' : String.fromCodePoint(point);
  }

  atEnd(): boolean {
    return this.position >= this.text.length;
  }

  skipSpace(): void {
    while (isSpace(this.peek())) this.position++;
  }

  /** Takes what the sticky expression matches here; '' when it matches nothing. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.position += found.length;
    return found;
  }

  /**
   * Reads one word or one quoted string with \n \r \\ \' \" escapes, blanks before it skipped.
   * Undefined at the end of the line. Throws ArgumentError for a bad escape or a missing quote.
   */
  takeString(): string | undefined {
    this.skipSpace();
    if (this.atEnd()) return undefined;
    if (this.peek() !== '"') return this.take(/[^ \t\n\v\f\r]+/y);
    this.position++;
    let value = '';
    while (this.peek() !== '"') {
      if (this.atEnd()) throw new ArgumentError('unterminated string');
      value += this.peek() === '\\' ? this.#takeEscape() : this.peek();
      this.position++;
    }
    this.position++;
    return value;
  }

  #takeEscape(): string {
    this.position++;
    const char = this.peek();
    if (char === 'n') return '\n';
    if (char === 'r') return '\r';
    if (char !== '' && `\\'"`.includes(char)) return char;
    throw new ArgumentError(`unsupported escape code: '\\${this.peekPoint()}'`);
  }
}
