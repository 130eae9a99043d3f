import { keepOrder } from '../qapi/qdict-order.ts';
import { type QmpObject, type QmpValue, setMember } from '../qapi/value.ts';
import { JsonError } from './json-error.ts';
import type { Token, TokenKind } from './json-lexer.ts';
import { unquote } from './json-string.ts';

/** Bytes of a reason that are told. */
const LONGEST_REASON = 1023;

/**
 * How numbers become values.
 * `shortest`: integers that a double cannot hold exactly are bigints, so that nothing is lost; the rest are numbers.
 * `typed`: integers of 64 bits are bigints, and all else a number, infinities among them, as QEMU tells them apart.
 */
export type NumberStyle = 'shortest' | 'typed';

/** The value that tokens make. Keys must be unique. @throws JsonError */
export function parseTokens(tokens: readonly Token[], numbers: NumberStyle): QmpValue {
  return new TokenParser(tokens, numbers).value();
}

class TokenParser {
  readonly #tokens: readonly Token[];
  readonly #typed: boolean;
  #at = 0;

  constructor(tokens: readonly Token[], numbers: NumberStyle) {
    this.#tokens = tokens;
    this.#typed = numbers === 'typed';
  }

  value(): QmpValue {
    const token = this.#next();
    switch (token.kind) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case 'string':
        return unquote(token.text);
      case 'integer':
        return this.#typed ? typedInteger(token.text) : integer(token.text);
      case 'float':
        return this.#typed ? Number(token.text) : float(token.text);
      case 'keyword':
        return keyword(token.text);
      default:
        throw new JsonError('expecting value');
    }
  }

  #peek(): TokenKind {
    const token = this.#tokens[this.#at];
    if (!token) throw new JsonError('premature EOI');
    return token.kind;
  }

  #next(): Token {
    this.#peek();
    return this.#tokens[this.#at++]!;
  }

  #object(): QmpObject {
    const result: QmpObject = {};
    const names: string[] = [];
    if (this.#peek() === '}') {
      this.#at += 1;
      return result;
    }
    for (;;) {
      names.push(this.#pair(result));
      const { kind } = this.#next();
      if (kind === '}') {
        keepOrder(result, names);
        return result;
      }
      if (kind !== ',') throw new JsonError('expected separator in dict');
    }
  }

  /** Its name. */
  #pair(object: QmpObject): string {
    this.#peek();
    const key = this.value();
    if (typeof key !== 'string') throw new JsonError('key is not a string in object');
    if (this.#next().kind !== ':') throw new JsonError('missing : in object pair');
    const value = this.value();
    if (Object.hasOwn(object, key)) throw new JsonError('duplicate key');
    setMember(object, key, value);
    return key;
  }

  #array(): QmpValue[] {
    const result: QmpValue[] = [];
    if (this.#peek() === ']') {
      this.#at += 1;
      return result;
    }
    for (;;) {
      result.push(this.value());
      const { kind } = this.#next();
      if (kind === ']') return result;
      if (kind !== ',') throw new JsonError('expected separator in list');
    }
  }
}

function integer(literal: string): number | bigint {
  const value = Number(literal);
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  return BigInt(literal);
}

function typedInteger(literal: string): number | bigint {
  const value = BigInt(literal);
  return value >= -(2n ** 63n) && value < 2n ** 64n ? value : Number(literal);
}

function float(literal: string): number {
  const value = Number(literal);
  if (!Number.isFinite(value)) throw new JsonError(`number ${literal} is out of range`);
  return value;
}

function keyword(word: string): null | boolean {
  if (word === 'null') return null;
  if (word === 'true' || word === 'false') return word === 'true';
  throw new JsonError(`invalid keyword '${word}'`.slice(0, LONGEST_REASON));
}
