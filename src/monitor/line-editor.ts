/** The line editor of a monitor at the other end of a stream, with QEMU's keys and QEMU's way of drawing them. */

/** Characters that a line may have. */
const LONGEST = 4095;
const BLANK = /\s/;
const LEFT = '\x1b[D';
const RIGHT = '\x1b[C';
const CLEAR_REST = '\x1b[K';
const CLEAR_SCREEN = '\x1b[2J\x1b[1;1H';

/** Where a multi-byte key is: `param` is the number in `ESC [ 3 ~`. */
type State =
  | { readonly kind: 'normal' | 'escape' | 'ss3' }
  | { readonly kind: 'csi'; readonly param: number };

const NORMAL: State = { kind: 'normal' };

export interface LineEditorOptions {
  readonly prompt: string;
  /** Takes what is to be drawn. */
  write(text: string): void;
  /** Lines given before, oldest first. */
  history(): readonly string[];
}

/** What a byte asks of whoever runs the editor. */
export type EditorRequest = { readonly kind: 'line'; readonly line: string } | { readonly kind: 'complete' };

/** One line under the hands of somebody whose terminal echoes nothing. A character stands for a byte. */
export class LineEditor {
  readonly #options: LineEditorOptions;
  #state: State = NORMAL;
  #line = '';
  #cursor = 0;
  #drawn = '';
  #drawnCursor = 0;
  /** Steps back in the history; 0: the line itself. */
  #back = 0;

  constructor(options: LineEditorOptions) {
    this.#options = options;
  }

  /** What stands before the cursor. */
  get typed(): string {
    return this.#line.slice(0, this.#cursor);
  }

  /** Begins a line. */
  prompt(): void {
    this.#options.write(this.#options.prompt);
    this.#drawn = '';
    this.#drawnCursor = 0;
    this.#state = NORMAL;
  }

  /** Forgets what was typed: somebody else is there. */
  restart(): void {
    this.#line = '';
    this.#cursor = 0;
    this.#back = 0;
  }

  /** Takes a byte and draws what it changes. */
  feed(byte: number): EditorRequest | null {
    const { kind } = this.#state;
    if (kind === 'normal') {
      const request = this.#normal(byte);
      if (request) return request;
    } else if (kind === 'escape') this.#escape(byte);
    else if (kind === 'csi') this.#csi(byte);
    else this.#ss3(byte);
    this.draw();
    return null;
  }

  insert(text: string): void {
    if (this.#line.length + text.length > LONGEST) return;
    this.#line = this.typed + text + this.#line.slice(this.#cursor);
    this.#cursor += text.length;
  }

  #normal(byte: number): EditorRequest | null {
    switch (byte) {
      case 1: // Ctrl-A
        this.#cursor = 0;
        break;
      case 4: // Ctrl-D
        this.#deleteAt(this.#cursor);
        break;
      case 5: // Ctrl-E
        this.#cursor = this.#line.length;
        break;
      case 8:
      case 127:
        if (this.#cursor > 0) this.#deleteAt(--this.#cursor);
        break;
      case 9:
        return { kind: 'complete' };
      case 10:
      case 13:
        return this.#enter();
      case 12: // Ctrl-L
        this.#options.write(CLEAR_SCREEN);
        this.prompt();
        break;
      case 23: // Ctrl-W
        this.#deleteWord();
        break;
      case 27:
        this.#state = { kind: 'escape' };
        break;
      default:
        if (byte >= 32) this.insert(String.fromCharCode(byte));
    }
    return null;
  }

  #enter(): EditorRequest {
    const line = this.#line;
    this.#options.write('\n');
    this.restart();
    this.#drawn = '';
    this.#drawnCursor = 0;
    return { kind: 'line', line };
  }

  #escape(byte: number): void {
    const key = String.fromCharCode(byte);
    if (key === '[') this.#state = { kind: 'csi', param: 0 };
    else this.#state = key === 'O' ? { kind: 'ss3' } : NORMAL;
  }

  #csi(byte: number): void {
    const key = String.fromCharCode(byte);
    const param = this.#state.kind === 'csi' ? this.#state.param : 0;
    if (key >= '0' && key <= '9') {
      this.#state = { kind: 'csi', param: (param * 10 + Number(key)) % 1000 };
      return;
    }
    this.#state = NORMAL;
    if (key === 'A' || key === 'F') this.#recall(1);
    else if (key === 'B' || key === 'E') this.#recall(-1);
    else if (key === 'C') this.#cursor = Math.min(this.#cursor + 1, this.#line.length);
    else if (key === 'D') this.#cursor = Math.max(this.#cursor - 1, 0);
    else if (key === '~' && param === 1) this.#cursor = 0;
    else if (key === '~' && param === 3) this.#deleteAt(this.#cursor);
    else if (key === '~' && param === 4) this.#cursor = this.#line.length;
  }

  #ss3(byte: number): void {
    this.#state = NORMAL;
    const key = String.fromCharCode(byte);
    if (key === 'F') this.#cursor = this.#line.length;
    else if (key === 'H') this.#cursor = 0;
  }

  #deleteAt(index: number): void {
    this.#line = this.#line.slice(0, index) + this.#line.slice(index + 1);
  }

  #deleteWord(): void {
    let start = this.#cursor;
    while (start > 0 && BLANK.test(this.#line[start - 1]!)) start--;
    while (start > 0 && !BLANK.test(this.#line[start - 1]!)) start--;
    this.#line = this.#line.slice(0, start) + this.#line.slice(this.#cursor);
    this.#cursor = start;
  }

  /** A line given before, in place of this one. */
  #recall(step: number): void {
    const history = this.#options.history();
    const back = this.#back + step;
    if (back < 0 || back > history.length) return;
    this.#back = back;
    this.#line = back === 0 ? '' : history[history.length - back]!;
    this.#cursor = this.#line.length;
  }

  /** Brings the other end up to date. */
  draw(): void {
    const { write } = this.#options;
    let text = '';
    if (this.#line !== this.#drawn) {
      text = LEFT.repeat(this.#drawnCursor) + this.#line + CLEAR_REST;
      this.#drawn = this.#line;
      this.#drawnCursor = this.#line.length;
    }
    const move = this.#cursor - this.#drawnCursor;
    text += (move > 0 ? RIGHT : LEFT).repeat(Math.abs(move));
    this.#drawnCursor = this.#cursor;
    if (text !== '') write(text);
  }
}

const WIDTH = 80;
const NARROWEST = 10;

/** Candidates in columns, as many as go into a line of 80. */
export function candidateColumns(words: readonly string[]): string {
  const longest = Math.max(...words.map(word => word.length)) + 2;
  const width = Math.min(Math.max(longest, NARROWEST), WIDTH);
  const perLine = Math.floor(WIDTH / width);
  const cells = words.map(word => word.padEnd(width));
  return cells
    .map((cell, at) => ((at + 1) % perLine === 0 || at === cells.length - 1 ? `${cell}\n` : cell))
    .join('');
}
