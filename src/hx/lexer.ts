import { ConditionStack } from './conditions.ts';
import { readString } from './cstring.ts';
import { HxSyntaxError } from './errors.ts';
import type { HxLocation } from './model.ts';
import type { CodeKind, Token } from './tokens.ts';

const DIRECTIVE = /^[ \t]*#[ \t]*([A-Za-z]*)(.*)$/;
const DIRECTIVES = ['if', 'ifdef', 'ifndef', 'elif', 'else', 'endif'];

/** Splits a .hx file, line by line at the outside and into C tokens inside. */
class Lexer {
  readonly #file: string;
  readonly #lines: string[];
  readonly #stack = new ConditionStack();
  readonly #tokens: Token[] = [];
  /** index into #lines */
  #line = 0;

  constructor(source: string, file: string) {
    this.#file = file;
    this.#lines = source.replace(/^\uFEFF/, '').split(/\r?\n/);
  }

  run(): Token[] {
    while (this.#line < this.#lines.length) this.#readLine(this.#lines[this.#line] ?? '');
    this.#stack.finish();
    const lastLine = this.#lines.length;
    const location = { file: this.#file, line: lastLine, column: (this.#lines.at(-1)?.length ?? 0) + 1 };
    this.#tokens.push({ kind: 'end', text: '', location, conditions: [] });
    return this.#tokens;
  }

  #at(column = 0): HxLocation {
    return { file: this.#file, line: this.#line + 1, column: column + 1 };
  }

  #readLine(line: string): void {
    if (line.startsWith('HXCOMM')) this.#line++;
    else if (/^SRST\b/.test(line)) this.#readDoc();
    else if (/^ERST\b/.test(line)) throw new HxSyntaxError(this.#at(), 'ERST without SRST');
    else if (/^(DEF|ARCH)HEADING\b/.test(line)) this.#readHeading(line);
    else if (DIRECTIVE.test(line)) this.#readDirective();
    else this.#readCode(line);
  }

  #readDoc(): void {
    const location = this.#at();
    const text: string[] = [];
    for (this.#line++; ; this.#line++) {
      const line = this.#lines[this.#line];
      if (line === undefined) throw new HxSyntaxError(location, 'SRST without ERST: expected ERST');
      if (/^ERST\b/.test(line)) break;
      if (/^SRST\b/.test(line)) throw new HxSyntaxError(this.#at(), 'SRST inside SRST: expected ERST');
      text.push(line);
    }
    this.#line++;
    this.#tokens.push({ kind: 'doc', text: text.join('\n'), location, conditions: this.#stack.conditions });
  }

  #readHeading(line: string): void {
    const match = /^(DEF|ARCH)HEADING\((.*)\)\s*$/.exec(line);
    if (!match)
      throw new HxSyntaxError(this.#at(), "expected '(' text ')' on one line after the heading's name");
    const inside = match[2] ?? '';
    const comma = match[1] === 'ARCH' ? inside.lastIndexOf(',') : -1;
    if (match[1] === 'ARCH' && comma < 0) {
      throw new HxSyntaxError(this.#at('ARCHHEADING('.length), "expected text ',' architecture");
    }
    this.#tokens.push({
      kind: 'heading',
      text: (comma < 0 ? inside : inside.slice(0, comma)).trim(),
      ...(comma < 0 ? {} : { arch: inside.slice(comma + 1).trim() }),
      location: this.#at(),
      conditions: this.#stack.conditions,
    });
    this.#line++;
  }

  #readDirective(): void {
    const location = this.#at(this.#lines[this.#line]?.indexOf('#'));
    let text = this.#lines[this.#line++] ?? '';
    while (text.endsWith('\\') && this.#line < this.#lines.length) {
      text = `${text.slice(0, -1)} ${this.#lines[this.#line++]}`;
    }
    const [, name = '', argument = ''] = DIRECTIVE.exec(text) ?? [];
    // QEMU's option file ends by undefining its own macros
    if (name === 'undef') return;
    if (!DIRECTIVES.includes(name)) {
      const expected = DIRECTIVES.map(each => `#${each}`).join(', ');
      throw new HxSyntaxError(location, `unknown directive '#${name}': expected one of ${expected}`);
    }
    const bare = argument.replace(/\/\*.*?\*\//g, ' ').replace(/\/\/.*$/, '');
    this.#stack.directive(name, bare.replace(/\s+/g, ' ').trim(), location);
  }

  #readCode(line: string): void {
    let column = 0;
    while (column < line.length) {
      const rest = line.slice(column);
      const blank = /^(\s+|\/\/.*|\\\s*$)/.exec(rest);
      if (blank) column += blank[0].length;
      else if (rest.startsWith('/*')) [line, column] = this.#skipComment(column);
      else column += this.#readToken(rest, column);
    }
    this.#line++;
  }

  /** Skips a comment that may span lines; answers the line on which it ends and the column behind it. */
  #skipComment(column: number): [string, number] {
    const opened = this.#at(column);
    for (let from = column + 2; this.#line < this.#lines.length; this.#line++, from = 0) {
      const line = this.#lines[this.#line] ?? '';
      const end = line.indexOf('*/', from);
      if (end >= 0) return [line, end + 2];
    }
    throw new HxSyntaxError(opened, "comment without end: expected '*/'");
  }

  /** Reads one token at the start of `rest`; answers its length. */
  #readToken(rest: string, column: number): number {
    const location = this.#at(column);
    if (rest.startsWith('"')) {
      const { value, length } = readString(rest, location);
      this.#push('string', value, location);
      return length;
    }
    const identifier = /^[A-Za-z_]\w*/.exec(rest)?.[0];
    const number = identifier === undefined ? /^\d\w*/.exec(rest)?.[0] : undefined;
    const text = identifier ?? number ?? String.fromCodePoint(rest.codePointAt(0) ?? 0);
    const kind = identifier !== undefined ? 'identifier' : number !== undefined ? 'number' : 'punctuator';
    if (kind === 'punctuator' && !'{}=,.()|-'.includes(text)) {
      throw new HxSyntaxError(location, `unexpected character '${text}': expected an entry, SRST or #if`);
    }
    this.#push(kind, text, location);
    return text.length;
  }

  #push(kind: CodeKind, text: string, location: HxLocation): void {
    this.#tokens.push({ kind, text, location, conditions: this.#stack.conditions });
  }
}

/** Splits a .hx file into tokens; the last one is of kind 'end'. Throws HxSyntaxError. */
export function tokenize(source: string, file: string): Token[] {
  return new Lexer(source, file).run();
}
