import { QmpError } from '../qapi/errors.ts';
import type { QmpValue } from '../qapi/value.ts';
import { JsonError } from './json-error.ts';
import { JsonLexer, MAX_TOKEN_BYTES, type Token } from './json-lexer.ts';
import { type NumberStyle, parseTokens } from './json-parser.ts';
import { lenientText } from './modified-utf8.ts';

/** Braces and brackets that may be open at once. */
const MAX_NESTING = 1024;
const MAX_TOKENS = 2 << 20;

export interface JsonReceiver {
  value(value: QmpValue): void;
  /** What was sent is no value; what follows is read anew. */
  error(error: QmpError): void;
  /** Whether it wants nothing more for now; default false. */
  full?(): boolean;
}

/** Reads one JSON value after another from bytes as they come, and finds its way again after garbage. */
export class JsonStream {
  readonly #receiver: JsonReceiver;
  readonly #numbers: NumberStyle;
  readonly #lexer = new JsonLexer(token => {
    this.#take(token);
    return this.#receiver.full?.() !== true;
  });
  #tokens: Token[] = [];
  #bytes = 0;
  #braces = 0;
  #brackets = 0;

  constructor(receiver: JsonReceiver, numbers: NumberStyle = 'shortest') {
    this.#receiver = receiver;
    this.#numbers = numbers;
  }

  /** How many of the bytes were read: all, unless the receiver got full. */
  feed(bytes: Uint8Array): number {
    return this.#lexer.feed(bytes);
  }

  /** No more bytes come. */
  end(): void {
    this.#lexer.end();
    if (this.#tokens.length > 0) this.#finish();
  }

  #take(token: Token): void {
    const { kind, text } = token;
    if (kind === 'error') {
      this.#fail(new JsonError(`stray '${lenientText(text)}'`));
      return;
    }
    if (kind === '{') this.#braces += 1;
    else if (kind === '}') this.#braces -= 1;
    else if (kind === '[') this.#brackets += 1;
    else if (kind === ']') this.#brackets -= 1;
    const limit = this.#overLimit(token);
    if (limit !== null) {
      this.#fail(new QmpError(`JSON ${limit} limit exceeded`));
      return;
    }
    this.#bytes += text.length + 1;
    this.#tokens.push(token);
    const open = this.#braces > 0 || this.#brackets > 0;
    if (!open || this.#braces < 0 || this.#brackets < 0) this.#finish();
  }

  #overLimit({ kind, text }: Token): string | null {
    if (kind === 'oversize' || this.#bytes + text.length + 1 > MAX_TOKEN_BYTES) return 'token size';
    if (this.#tokens.length + 1 > MAX_TOKENS) return 'token count';
    return this.#braces + this.#brackets > MAX_NESTING ? 'nesting depth' : null;
  }

  #finish(): void {
    const tokens = this.#tokens;
    this.#reset();
    let value: QmpValue;
    try {
      value = parseTokens(tokens, this.#numbers);
    } catch (error) {
      this.#receiver.error(error as JsonError);
      return;
    }
    this.#receiver.value(value);
  }

  #fail(error: QmpError): void {
    this.#reset();
    this.#receiver.error(error);
  }

  #reset(): void {
    this.#tokens = [];
    this.#bytes = 0;
    this.#braces = 0;
    this.#brackets = 0;
  }
}
