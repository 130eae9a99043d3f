import { type QmpObject, type QmpValue, setMember } from '../qapi/value.ts';
import { JsonError } from './json-error.ts';
import type { TokenKind } from './json-lexer.ts';
import { unquote } from './json-string.ts';

export interface ParserToken {
  readonly kind: TokenKind;
  /** As it was written; strings without their quotes, null those that are no UTF-8. */
  readonly text: string | null;
}

/**
 * The value that tokens make. An integer that a double cannot hold exactly becomes a bigint, so nothing is lost.
 * Keys must be unique. @throws JsonError
 */
export function parseTokens(tokens: readonly ParserToken[]): QmpValue {
  return new TokenParser(tokens).value();
}

class TokenParser {
  readonly #tokens: readonly ParserToken[];
  #at = 0;

  constructor(tokens: readonly ParserToken[]) {
    this.#tokens = tokens;
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
        return integer(token.text!);
      case 'float':
        return float(token.text!);
      case 'keyword':
        return keyword(token.text!);
      default:
        throw new JsonError('expecting value');
    }
  }

  #peek(): TokenKind {
    const token = this.#tokens[this.#at];
    if (!token) throw new JsonError('premature EOI');
    return token.kind;
  }

  #next(): ParserToken {
    this.#peek();
    return this.#tokens[this.#at++]!;
  }

  #object(): QmpObject {
    const result: QmpObject = {};
    if (this.#peek() === '}') {
      this.#at += 1;
      return result;
    }
    for (;;) {
      this.#pair(result);
      const { kind } = this.#next();
      if (kind === '}') return result;
      if (kind !== ',') throw new JsonError('expected separator in dict');
    }
  }

  #pair(object: QmpObject): void {
    this.#peek();
    const key = this.value();
    if (typeof key !== 'string') throw new JsonError('key is not a string in object');
    if (this.#next().kind !== ':') throw new JsonError('missing : in object pair');
    const value = this.value();
    if (Object.hasOwn(object, key)) throw new JsonError('duplicate key');
    setMember(object, key, value);
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

function float(literal: string): number {
  const value = Number(literal);
  if (!Number.isFinite(value)) throw new JsonError(`number ${literal} is out of range`);
  return value;
}

function keyword(word: string): null | boolean {
  if (word === 'null') return null;
  if (word === 'true' || word === 'false') return word === 'true';
  throw new JsonError(`invalid keyword '${word}'`);
}
