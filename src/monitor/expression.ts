import { ArgumentError } from './errors.ts';
import type { LineReader } from './line-reader.ts';

/** Answers a register's value by the name behind `$`; throws ArgumentError('unknown register'). */
export type RegisterResolver = (name: string) => Promise<bigint>;

/** Answers a symbol's address by its name, undefined if nobody knows it. */
export type SymbolResolver = (name: string) => Promise<bigint | undefined>;

const SYMBOL = /[A-Za-z_][\w.$]*/y;

/** Deeper nesting of parentheses and signs is refused: each level costs stack. */
const MAX_DEPTH = 200;
const UINT64_MAX = (1n << 64n) - 1n;

const int64 = (value: bigint) => BigInt.asIntN(64, value);

function divide(operator: string, left: bigint, right: bigint): bigint {
  if (right === 0n) throw new ArgumentError('division by zero');
  return operator === '/' ? left / right : left % right;
}

/**
 * The monitor's expressions over 64-bit integers, results wrapping around: unary + - ~ and parentheses,
 * then * / %, then & | ^, then + and - (so `1 & 3 + 4` is 5). A bare name is a symbol's address, if it is known.
 */
class ExpressionReader {
  readonly #line: LineReader;
  readonly #resolve: RegisterResolver;
  readonly #symbol: SymbolResolver;
  #depth = 0;

  constructor(line: LineReader, resolve: RegisterResolver, symbol: SymbolResolver) {
    this.#line = line;
    this.#resolve = resolve;
    this.#symbol = symbol;
  }

  async sum(): Promise<bigint> {
    let value = await this.#logic();
    for (;;) {
      if (this.#accept('+')) value = int64(value + (await this.#logic()));
      else if (this.#accept('-')) value = int64(value - (await this.#logic()));
      else return value;
    }
  }

  async #logic(): Promise<bigint> {
    let value = await this.#product();
    for (;;) {
      if (this.#accept('&')) value &= await this.#product();
      else if (this.#accept('|')) value |= await this.#product();
      else if (this.#accept('^')) value ^= await this.#product();
      else return value;
    }
  }

  async #product(): Promise<bigint> {
    let value = await this.#unary();
    for (;;) {
      if (this.#accept('*')) value = int64(value * (await this.#unary()));
      else if (this.#accept('/')) value = int64(divide('/', value, await this.#unary()));
      else if (this.#accept('%')) value = int64(divide('%', value, await this.#unary()));
      else return value;
    }
  }

  async #unary(): Promise<bigint> {
    if (++this.#depth > MAX_DEPTH) throw new ArgumentError('expression is nested too deeply');
    try {
      if (this.#accept('+')) return await this.#unary();
      if (this.#accept('-')) return int64(-(await this.#unary()));
      if (this.#accept('~')) return int64(~(await this.#unary()));
      if (this.#accept('(')) return await this.#parenthesis();
      return await this.#operand();
    } finally {
      this.#depth--;
    }
  }

  async #parenthesis(): Promise<bigint> {
    const value = await this.sum();
    if (!this.#accept(')')) throw new ArgumentError("')' expected");
    return value;
  }

  async #operand(): Promise<bigint> {
    const line = this.#line;
    if (line.atEnd()) throw new ArgumentError('unexpected end of expression');
    if (line.peek() === "'") return this.#character();
    if (line.peek() === '$') {
      line.position++;
      const name = line.take(/[A-Za-z0-9_.]*/y);
      line.skipSpace();
      return int64(await this.#resolve(name));
    }
    return (await this.#named()) ?? this.#number();
  }

  /** A symbol's address; undefined, with nothing read, when no known symbol stands here. */
  async #named(): Promise<bigint | undefined> {
    const start = this.#line.position;
    const name = this.#line.take(SYMBOL);
    const address = name === '' ? undefined : await this.#symbol(name);
    if (address === undefined) this.#line.position = start;
    else this.#line.skipSpace();
    return address === undefined ? undefined : int64(address);
  }

  #character(): bigint {
    const line = this.#line;
    line.position++;
    if (line.atEnd()) throw new ArgumentError('character constant expected');
    const value = BigInt(line.text.codePointAt(line.position) ?? 0);
    line.position += line.peekPoint().length;
    if (!this.#accept("'")) throw new ArgumentError("missing terminating ' character");
    return value;
  }

  /** Hexadecimal with 0x, octal with a leading 0, else decimal. */
  #number(): bigint {
    const digits = this.#line.take(/0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*/y);
    if (digits === '') throw new ArgumentError(`invalid char '${this.#line.peekPoint()}' in expression`);
    const octal = /^0[0-7]/.test(digits);
    const value = BigInt(octal ? `0o${digits.slice(1)}` : digits);
    if (value > UINT64_MAX) throw new ArgumentError('number too large');
    this.#line.skipSpace();
    return int64(value);
  }

  #accept(char: string): boolean {
    if (this.#line.peek() !== char) return false;
    this.#line.position++;
    this.#line.skipSpace();
    return true;
  }
}

/**
 * Reads the expression at the line's position and leaves the position behind it.
 * Answers an int64. Throws ArgumentError.
 */
export function readExpression(
  line: LineReader,
  resolve: RegisterResolver,
  symbol: SymbolResolver = async () => undefined,
): Promise<bigint> {
  line.skipSpace();
  return new ExpressionReader(line, resolve, symbol).sum();
}
