/** What a token is: punctuation by its own character, or the class of its text. */
export type TokenKind =
  | '{'
  | '}'
  | '['
  | ']'
  | ':'
  | ','
  | 'integer'
  | 'float'
  | 'keyword'
  | 'string'
  /** Bytes that begin no token. */
  | 'error'
  /** A token that is longer than MAX_TOKEN_BYTES. */
  | 'oversize';

export interface Token {
  readonly kind: TokenKind;
  /** As it was written, a character for each byte; strings with their quotes. */
  readonly text: string;
}

/** No token is longer; what is gathered of one that would be is dropped. */
export const MAX_TOKEN_BYTES = 64 << 20;

const STATES = [
  'start',
  'double',
  'doubleEscape',
  'single',
  'singleEscape',
  'sign',
  'zero',
  'digits',
  'point',
  'fraction',
  'exponent',
  'exponentSign',
  'exponentDigits',
  'keyword',
  'recovery',
] as const;
type State = (typeof STATES)[number];

/** Entries of the table above the states: what ends with this byte, or (behind) before it. */
const KINDS: readonly TokenKind[] = ['{', '}', '[', ']', ':', ',', 'integer', 'float', 'keyword', 'string'];
const INSIDE = 0x20;
const BEFORE = 0x40;
const ERROR = 0x80;
/** The byte is looked at again from the start. */
const AGAIN = 0x81;

const START = 0;
const RECOVERY = STATES.indexOf('recovery');
const table = new Uint8Array(STATES.length * 256).fill(ERROR);

function rule(state: State, from: number | string, action: number, to: number | string = from): void {
  const code = (at: number | string) => (typeof at === 'number' ? at : at.charCodeAt(0));
  const row = STATES.indexOf(state) * 256;
  table.fill(action, row + code(from), row + code(to) + 1);
}
const go = (state: State) => STATES.indexOf(state);
const inside = (kind: TokenKind) => INSIDE | KINDS.indexOf(kind);
const before = (kind: TokenKind) => BEFORE | KINDS.indexOf(kind);

function fillTable(): void {
  for (const blank of ' \t\r\n') rule('start', blank, go('start'));
  for (const kind of '{}[]:,') rule('start', kind, inside(kind as TokenKind));
  rule('start', '"', go('double'));
  rule('start', "'", go('single'));
  rule('start', 'a', go('keyword'), 'z');
  rule('start', '-', go('sign'));
  for (const state of ['start', 'sign'] as const) {
    rule(state, '0', go('zero'));
    rule(state, '1', go('digits'), '9');
  }
  fillStrings();
  fillNumbers();
  rule('keyword', 0, before('keyword'), 0xff);
  rule('keyword', 'a', go('keyword'), 'z');
  // A reader that lost its way finds it again at punctuation, a control character but no tab, or a byte that UTF-8 never has.
  rule('recovery', 0, AGAIN, 0xff);
  rule('recovery', 0x20, go('recovery'), 0xfd);
  rule('recovery', '\t', go('recovery'));
  for (const kind of '{}[]:,') rule('recovery', kind, AGAIN);
}

function fillStrings(): void {
  for (const [state, escaped, quote] of [
    ['double', 'doubleEscape', '"'],
    ['single', 'singleEscape', "'"],
  ] as const) {
    rule(state, 0x20, go(state), 0xfd);
    rule(state, '\\', go(escaped));
    rule(state, quote, inside('string'));
    rule(escaped, 0x20, go(state), 0xfd);
  }
}

function fillNumbers(): void {
  rule('zero', 0, before('integer'), 0xff);
  rule('zero', '0', ERROR, '9');
  rule('digits', 0, before('integer'), 0xff);
  rule('digits', '0', go('digits'), '9');
  rule('point', '0', go('fraction'), '9');
  rule('fraction', 0, before('float'), 0xff);
  rule('fraction', '0', go('fraction'), '9');
  for (const state of ['zero', 'digits'] as const) rule(state, '.', go('point'));
  // As in QEMU a lone zero has no exponent: 0e5 is two tokens.
  for (const state of ['digits', 'fraction'] as const) {
    for (const letter of 'eE') rule(state, letter, go('exponent'));
  }
  for (const sign of '+-') rule('exponent', sign, go('exponentSign'));
  for (const state of ['exponent', 'exponentSign', 'exponentDigits'] as const) {
    if (state === 'exponentDigits') rule(state, 0, before('float'), 0xff);
    rule(state, '0', go('exponentDigits'), '9');
  }
}
fillTable();

/**
 * Cuts a stream of bytes into JSON's tokens (RFC 8259, and strings in single quotes), wherever the pieces
 * are cut. After bytes that begin no token it is silent until
 * punctuation, a control character other than a tab, 0xFE or 0xFF.
 */
export class JsonLexer {
  readonly #accept: (token: Token) => boolean;
  #state = START;
  /** What was read of a token that earlier pieces began. */
  #begun = '';

  /** @param accept false: no further token now */
  constructor(accept: (token: Token) => boolean) {
    this.#accept = accept;
  }

  /** How many of the bytes were read: all, unless no further token was wanted. Blanks behind the last one are read. */
  feed(bytes: Uint8Array): number {
    const buffer = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let begin = 0;
    let wanted = true;
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === START) begin = at;
      const action = table[this.#state * 256 + bytes[at]!]!;
      if (action < INSIDE) {
        if (!wanted && action !== START) return at;
        this.#state = action;
        at += 1;
      } else if (wanted) {
        const behind = (action & BEFORE) !== 0 || action === AGAIN ? at : at + 1;
        if (action !== AGAIN) wanted = this.#emit(action, buffer, begin, behind);
        this.#state = action === ERROR ? RECOVERY : START;
        at = begin = behind;
      } else {
        return at;
      }
    }
    if (this.#state !== START && this.#state !== RECOVERY) this.#keep(buffer.toString('latin1', begin));
    return bytes.length;
  }

  /** No more bytes come: what was begun is a token, or an error. */
  end(): void {
    const action = table[this.#state * 256]!;
    if (this.#state !== START && this.#state !== RECOVERY) this.#emit(action, Buffer.alloc(0), 0, 0);
    this.#state = START;
  }

  #emit(action: number, bytes: Buffer, begin: number, end: number): boolean {
    const kind = action === ERROR ? 'error' : KINDS[action & 0x1f]!;
    const text = kind.length === 1 ? kind : this.#take(bytes.toString('latin1', begin, end));
    return this.#accept({ kind, text });
  }

  #keep(text: string): void {
    this.#begun += text;
    if (this.#begun.length <= MAX_TOKEN_BYTES) return;
    this.#state = START;
    this.#accept({ kind: 'oversize', text: this.#take('') });
  }

  #take(last: string): string {
    const text = this.#begun + last;
    this.#begun = '';
    return text;
  }
}
