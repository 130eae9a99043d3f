import { joinConditions } from './conditions.ts';
import { buildEntry, NAME_FIELDS, STRING_FIELDS } from './entry.ts';
import { HxSyntaxError } from './errors.ts';
import { tokenize } from './lexer.ts';
import type { HxDocItem, HxEntry, HxMember, HxOption, HxOptionTable, HxPiece, HxTable } from './model.ts';
import { makeOptionTable, makeTable } from './table.ts';
import { type Conditions, describe, type Token } from './tokens.ts';

interface Parsed {
  entries: HxEntry[];
  options: HxOption[];
  docs: HxDocItem[];
}

class Parser {
  readonly #tokens: Token[];
  readonly #result: Parsed = { entries: [], options: [], docs: [] };
  /** what the file may hold: commands in braces, or options as DEF(...) */
  readonly #holds: 'commands' | 'options';
  #next = 0;
  /** takes the SRST block that follows it */
  #documented: HxEntry | HxOption | undefined;

  constructor(source: string, file: string, holds: 'commands' | 'options') {
    this.#tokens = tokenize(source, file);
    this.#holds = holds;
  }

  run(): Parsed {
    for (;;) {
      const token = this.#peek();
      if (token.kind === 'end') return this.#result;
      if (token.kind === 'doc' || token.kind === 'heading') this.#readDoc(token);
      else if (this.#holds === 'commands' && token.text === '{') this.#readEntry();
      else if (this.#holds === 'options' && token.text === 'DEF') this.#readOption();
      else this.#fail(this.#holds === 'commands' ? "'{', SRST or #if" : 'DEF(, DEFHEADING(, SRST or #if');
    }
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #fail(expected: string): never {
    const token = this.#peek();
    throw new HxSyntaxError(token.location, `expected ${expected}, found ${describe(token)}`);
  }

  #is(text: string): boolean {
    const token = this.#peek();
    return token.text === text && token.kind !== 'string' && token.kind !== 'doc' && token.kind !== 'heading';
  }

  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#next++;
    return true;
  }

  #expect(text: string, instead = `'${text}'`): void {
    if (!this.#accept(text)) this.#fail(instead);
  }

  #take(kind: 'identifier' | 'string', expected: string): string {
    const token = this.#peek();
    if (token.kind !== kind) this.#fail(expected);
    this.#next++;
    return token.text;
  }

  #readDoc(token: Token & { kind: 'doc' | 'heading' }): void {
    this.#next++;
    const target = this.#documented;
    if (token.kind === 'doc' && target) {
      target.doc = token.text;
    } else {
      const condition = joinConditions(token.conditions);
      this.#result.docs.push({
        kind: token.kind === 'doc' ? 'text' : 'heading',
        text: token.text,
        ...(token.kind === 'heading' && token.arch !== undefined ? { arch: token.arch } : {}),
        ...(condition === undefined ? {} : { condition }),
      });
    }
    this.#documented = undefined;
  }

  #readEntry(): void {
    const { location, conditions } = this.#peek();
    this.#expect('{');
    const members: HxMember[] = [];
    while (!this.#is('}')) {
      members.push(this.#readMember(conditions, members));
      if (!this.#accept(',') && !this.#is('}')) this.#fail("',' or '}'");
    }
    this.#checkBalance(conditions);
    this.#expect('}');
    if (!this.#accept(',') && this.#peek().kind !== 'end') this.#fail("',' after '}'");
    const condition = joinConditions(conditions);
    const entry: HxEntry = {
      ...buildEntry(members, location),
      ...(condition === undefined ? {} : { condition }),
    };
    if (members.some(member => member.pieces.some(piece => piece.conditions.length > 0)))
      entry.members = members;
    this.#result.entries.push(entry);
    this.#result.docs.push({ kind: 'entry', entry });
    this.#documented = entry;
  }

  /** An #if that is opened inside an entry or an option must close inside it, and none beyond. */
  #checkBalance(outer: Conditions): void {
    const { conditions, location } = this.#peek();
    if (conditions.length === outer.length && outer.every((text, at) => text === conditions[at])) return;
    throw new HxSyntaxError(location, 'expected #endif where the #if began: inside or outside of the entry');
  }

  #readMember(outer: Conditions, before: readonly HxMember[]): HxMember {
    const start = this.#peek();
    this.#expect('.', "'.' of a member such as .name, or '}'");
    const fieldToken = this.#peek();
    const field = this.#take('identifier', "a member's name");
    const isString = STRING_FIELDS.includes(field);
    if (!isString && !NAME_FIELDS.includes(field)) {
      const known = [...STRING_FIELDS, ...NAME_FIELDS].map(each => `.${each}`).join(', ');
      throw new HxSyntaxError(fieldToken.location, `unknown member '.${field}': expected one of ${known}`);
    }
    const same = before.some(
      member => member.field === field && member.pieces.some(piece => piece.conditions.length === 0),
    );
    if (same && start.conditions.length === outer.length) {
      throw new HxSyntaxError(
        fieldToken.location,
        `'.${field}' is given twice: expected another member or '}'`,
      );
    }
    this.#expect('=');
    return { field, pieces: isString ? this.#readPieces(outer, field) : this.#readName(outer, field) };
  }

  #readName(outer: Conditions, field: string): HxPiece[] {
    const { conditions } = this.#peek();
    let text = this.#take('identifier', `a name as value of .${field}`);
    // a QMP command may be written as QMP spells it: x-query-roms
    while (this.#accept('-')) text += `-${this.#take('identifier', "a name after '-'")}`;
    while (this.#accept('|')) text += ` | ${this.#take('identifier', "a name after '|'")}`;
    return [{ text, conditions: conditions.slice(outer.length) }];
  }

  #readPieces(outer: Conditions, field: string): HxPiece[] {
    const pieces: HxPiece[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.kind !== 'string' && !(token.kind === 'identifier' && pieces.length > 0)) break;
      pieces.push({ text: token.text, conditions: token.conditions.slice(outer.length) });
      this.#next++;
    }
    if (pieces.length === 0) this.#fail(`a string as value of ${field}`);
    return pieces;
  }

  #readOption(): void {
    const { location, conditions } = this.#peek();
    this.#expect('DEF');
    this.#expect('(');
    const name = this.#take('string', "the option's name as a string");
    this.#expect(',');
    const hasArg = this.#accept('HAS_ARG');
    if (!hasArg && !this.#accept('0')) this.#fail('HAS_ARG or 0');
    this.#expect(',');
    const id = this.#take('identifier', "the option's identifier");
    this.#expect(',');
    const pieces = this.#readPieces(conditions, "the option's help");
    this.#expect(',', "',' or a string");
    const arch = this.#readName(conditions, 'the architecture mask')[0]?.text ?? '';
    this.#checkBalance(conditions);
    this.#expect(')', "'|' or ')'");
    this.#addOption({ name, hasArg, id, help: '', arch, doc: '', location }, pieces, conditions);
  }

  #addOption(option: HxOption, pieces: HxPiece[], conditions: Conditions): void {
    const condition = joinConditions(conditions);
    option.help = pieces.map(piece => piece.text).join('');
    if (condition !== undefined) option.condition = condition;
    if (pieces.some(piece => piece.conditions.length > 0)) option.helpPieces = pieces;
    this.#result.options.push(option);
    this.#result.docs.push({ kind: 'option', option });
    this.#documented = option;
  }
}

/** Parses a file of commands (hmp-commands.hx). `file` names it in errors. Throws HxSyntaxError. */
export function parseTable(source: string, file: string): HxTable {
  const { entries, docs } = new Parser(source, file, 'commands').run();
  return makeTable(file, entries, docs);
}

/** Parses a file of command line options (qemu-options.hx). Throws HxSyntaxError. */
export function parseOptions(source: string, file: string): HxOptionTable {
  const { options, docs } = new Parser(source, file, 'options').run();
  return makeOptionTable(file, options, docs);
}
