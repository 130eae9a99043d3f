import { expected, SchemaError, type SourceLocation } from './location.ts';

export type TokenKind = '{' | '}' | '[' | ']' | ':' | ',' | 'string' | 'boolean' | 'doc' | 'end';

export interface Token {
  kind: TokenKind;
  /** The string's value, `true` or `false`, or the lines of a documentation block without their `#`. */
  text: string;
  location: SourceLocation;
}

/** Names a token in an error message. */
export function describe(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'the end of the file';
    case 'string':
      return `'${token.text}'`;
    case 'boolean':
      return token.text;
    case 'doc':
      return 'a documentation block';
    default:
      return `'${token.kind}'`;
  }
}

/** Splits a schema file into tokens. Comments vanish; `##` blocks become one `doc` token. */
export class Lexer {
  private readonly file: string;
  private readonly source: string;
  private position = 0;
  private line = 1;
  private lineStart = 0;

  constructor(file: string, source: string) {
    this.file = file;
    this.source = source;
  }

  next(): Token {
    for (;;) {
      this.skipSpace();
      const location = this.here();
      const character = this.source[this.position];
      if (character === undefined) return { kind: 'end', text: '', location };
      if (character === '#') {
        const doc = this.comment(location);
        if (doc !== undefined) return doc;
        continue;
      }
      if ('{}[]:,'.includes(character)) {
        this.position += 1;
        return { kind: character as TokenKind, text: character, location };
      }
      if (character === "'") return this.string(location);
      return this.word(location);
    }
  }

  private here(): SourceLocation {
    return { file: this.file, line: this.line, column: this.position - this.lineStart + 1 };
  }

  private skipSpace(): void {
    for (;;) {
      const character = this.source[this.position];
      if (character === '\n') this.newLine();
      else if (character === ' ' || character === '\t' || character === '\r') this.position += 1;
      else return;
    }
  }

  private newLine(): void {
    this.position += 1;
    this.line += 1;
    this.lineStart = this.position;
  }

  private restOfLine(): string {
    const end = this.source.indexOf('\n', this.position);
    const text = this.source.slice(this.position, end < 0 ? this.source.length : end);
    this.position += text.length;
    return text;
  }

  private comment(location: SourceLocation): Token | undefined {
    const text = this.restOfLine();
    if (!text.startsWith('##') || text.startsWith('###')) return undefined;
    if (text !== '##') throw expected(location, "nothing after '##'", `'${text.slice(2).trim()}'`);
    return { kind: 'doc', text: this.docLines(location).join('\n'), location };
  }

  private docLines(start: SourceLocation): string[] {
    const lines: string[] = [];
    for (;;) {
      if (this.position >= this.source.length) {
        throw expected(start, "a '##' line to end the documentation block", 'the end of the file');
      }
      this.newLine();
      const location = this.here();
      const text = this.restOfLine();
      if (text === '##') return lines;
      if (text.startsWith('##')) throw expected(location, "nothing after '##'", `'${text.slice(2).trim()}'`);
      if (text.trim() !== '' && text !== '#' && !text.startsWith('# ')) {
        throw expected(location, "a line that is '#' or begins with '# '", `'${text}'`);
      }
      lines.push(text.slice(2));
    }
  }

  private string(location: SourceLocation): Token {
    let text = '';
    for (;;) {
      this.position += 1;
      const character = this.source[this.position];
      if (character === undefined || character === '\n') {
        throw expected(location, "a closing ' on the same line", 'the end of the line');
      }
      if (character === "'") {
        this.position += 1;
        return { kind: 'string', text, location };
      }
      if (character === '\\') text += this.escape();
      else if (character < ' ' || character > '~') {
        throw expected(this.here(), 'a printable ASCII character', JSON.stringify(character));
      } else text += character;
    }
  }

  private escape(): string {
    const place = this.here();
    this.position += 1;
    const character = this.source[this.position];
    if (character !== '\\') throw expected(place, "'\\\\', the only escape", `'\\${character ?? ''}'`);
    return character;
  }

  private word(location: SourceLocation): Token {
    const match = /^[A-Za-z0-9_.+-]+/.exec(this.source.slice(this.position, this.position + 80));
    const text = match?.[0] ?? this.source.slice(this.position, this.position + 1);
    if (text !== 'true' && text !== 'false') {
      throw new SchemaError(
        location,
        `expected one of { } [ ] : , a 'string', true or false, found ${JSON.stringify(text)}`,
      );
    }
    this.position += text.length;
    return { kind: 'boolean', text, location };
  }
}
