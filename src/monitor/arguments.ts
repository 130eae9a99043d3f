import type { HxEntry } from '../hx/model.ts';
import { type ArgSpec, fullName, parseArgsType } from './args-type.ts';
import { ArgumentError } from './errors.ts';
import { type RegisterResolver, readExpression, type SymbolResolver } from './expression.ts';
import type { LineReader } from './line-reader.ts';
import { type FormatState, readFormat } from './memory-format.ts';
import { parseOptionString } from './option-string.ts';
import { readSize, readTime } from './sizes.ts';
import type { Args, ArgValue } from './types.ts';

export interface ArgumentSources {
  resolve: RegisterResolver;
  /** absent: there are no symbols */
  symbol?: SymbolResolver;
  /** the format that `x` and `print` used last */
  format: FormatState;
}

const MEBIBYTE = 1n << 20n;
const INT64_MAX = (1n << 63n) - 1n;

const EXPECTED: Readonly<Record<string, string>> = {
  F: 'filename expected',
  B: 'block device name expected',
};

/** Reads a command's arguments by its args_type, with QEMU's rules and messages. */
class ArgumentReader {
  readonly #command: string;
  readonly #specs: readonly ArgSpec[];
  readonly #line: LineReader;
  readonly #sources: ArgumentSources;

  constructor(entry: HxEntry, line: LineReader, sources: ArgumentSources) {
    this.#command = fullName(entry);
    this.#specs = parseArgsType(entry);
    this.#line = line;
    this.#sources = sources;
  }

  async run(): Promise<Args> {
    const args: Args = {};
    for (const [at, spec] of this.#specs.entries()) {
      this.#line.skipSpace();
      const value = await this.#read(spec, at);
      if (value !== undefined) args[spec.name] = value;
    }
    this.#line.skipSpace();
    if (!this.#line.atEnd()) this.#fail('extraneous characters at the end of line');
    return args;
  }

  #fail(problem: string): never {
    throw new ArgumentError(`${this.#command}: ${problem}`);
  }

  async #read(spec: ArgSpec, at: number): Promise<ArgValue | undefined> {
    const line = this.#line;
    if (spec.letter === '-') return this.#readFlag(spec, at);
    if (spec.letter === '/') return readFormat(line, this.#sources.format);
    if (spec.optional && line.atEnd()) return undefined;
    switch (spec.letter) {
      case 'S':
        return this.#readRest();
      case 'O':
        return this.#readOptions(spec);
      case 'o':
        return readSize(line);
      case 'T':
        return readTime(line);
      case 'b':
        return this.#readSwitch();
      case 'i':
      case 'l':
      case 'M':
        return this.#readNumber(spec);
      default:
        return this.#readString(spec);
    }
  }

  #readString(spec: ArgSpec): string {
    return this.#takeString(EXPECTED[spec.letter] ?? 'string expected');
  }

  /** A word; a broken quotation is reported together with what was expected. */
  #takeString(expected: string): string {
    const failure = `${this.#command}: ${expected}`;
    let value: string | undefined;
    try {
      value = this.#line.takeString();
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      throw new ArgumentError(`${error.message}\n${failure}`);
    }
    if (value === undefined) throw new ArgumentError(failure);
    return value;
  }

  #readRest(): string {
    const rest = this.#line.text.slice(this.#line.position);
    if (rest === '') this.#fail('string expected');
    this.#line.position = this.#line.text.length;
    return rest;
  }

  #readOptions(spec: ArgSpec): Record<string, string> {
    return parseOptionString(this.#line.takeString() ?? '', spec.name);
  }

  #readSwitch(): boolean {
    const word = this.#line.take(/[^ \t\n\v\f\r]*/y);
    if (word !== 'on' && word !== 'off') throw new ArgumentError("Expected 'on' or 'off'");
    return word === 'on';
  }

  async #readNumber(spec: ArgSpec): Promise<bigint | undefined> {
    if (spec.dotted) {
      if (this.#line.peek() !== '.') return undefined;
      this.#line.position++;
    }
    const value = await readExpression(this.#line, this.#sources.resolve, this.#sources.symbol);
    if (spec.letter === 'i' && value >> 32n !== 0n) {
      throw new ArgumentError(`'${this.#command}' has failed: integer is for 32-bit values`);
    }
    if (spec.letter !== 'M') return value;
    if (value < 0n) throw new ArgumentError('enter a positive value');
    if (value > INT64_MAX / MEBIBYTE) throw new ArgumentError('enter a smaller value: the unit is MiB');
    return value * MEBIBYTE;
  }

  #readFlag(spec: ArgSpec, at: number): boolean | string | undefined {
    const line = this.#line;
    if (line.peek() !== '-') return undefined;
    const letter = line.peek(1);
    if (letter !== spec.flag) {
      const later = this.#specs.slice(at + 1).some(each => each.flag === letter && letter !== '');
      if (later) return undefined;
      line.position++;
      this.#fail(`unsupported option -${line.peekPoint()}`);
    }
    line.position += 2;
    return spec.flagValue ? this.#takeString(`value expected for -${letter}`) : true;
  }
}

/** Reads the arguments from the line's position on; it must end behind them. Throws ArgumentError. */
export function readArguments(entry: HxEntry, line: LineReader, sources: ArgumentSources): Promise<Args> {
  return new ArgumentReader(entry, line, sources).run();
}
