import type { ByteStream } from '../host/types.ts';
import { commonPrefix, type Session } from '../monitor/index.ts';
import { candidateColumns, LineEditor } from '../monitor/line-editor.ts';

/** What scripts wait for. */
const PROMPT = '(qemu) ';
const CLEAR_SCREEN = '\x1b[2J\x1b[1;1H';

/**
 * The monitor for people on a character device, as QEMU has it there: whoever comes is greeted and gets a prompt; keys are
 * echoed by drawing the line; a line that is sent whole is carried out all the same.
 */
export class StreamMonitor {
  readonly #session: Session;
  readonly #stream: ByteStream;
  readonly #greeting: string;
  readonly #editor: LineEditor;
  readonly #input: Uint8Array[] = [];
  #busy = false;
  #drained: () => void = () => {};

  constructor(session: Session, stream: ByteStream, version: string) {
    this.#session = session;
    this.#stream = stream;
    this.#greeting = `hmp ${version} monitor - type 'help' for more information\n`;
    this.#editor = new LineEditor({
      prompt: PROMPT,
      write: bytes => this.#write(fromByteText(bytes)),
      history: () => session.history.map(toByteText),
    });
    stream.onEvent?.(event => {
      if (event === 'opened') this.#greet();
      if (event === 'closed') this.#input.length = 0; // nobody waits for the answers
      if (event === 'drained' || event === 'closed') this.#drained();
    });
    if (stream.connected ?? true) this.#greet();
    stream.onData(bytes => {
      this.#input.push(bytes);
      void this.#work();
    });
  }

  #greet(): void {
    this.#write(encode(this.#greeting));
    this.#editor.restart();
    if (!this.#busy) this.#editor.prompt();
  }

  /** One byte after the other; while a command runs the rest waits. */
  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let bytes = this.#input.shift(); bytes; bytes = this.#input.shift()) {
      for (const byte of bytes) {
        const request = this.#editor.feed(byte);
        if (request?.kind === 'line') await this.#run(request.line);
        else if (request) await this.#complete();
        if (this.#session.quitting) return;
      }
    }
    this.#busy = false;
  }

  async #run(line: string): Promise<void> {
    const session = this.#session;
    const outcome = await session.run(new TextDecoder().decode(fromByteText(line)), undefined, {
      output: piece => this.#print(piece),
    });
    await this.#print(outcome.clear ? CLEAR_SCREEN : outcome.text);
    if (!session.quitting) this.#editor.prompt();
  }

  async #complete(): Promise<void> {
    const typed = new TextDecoder().decode(fromByteText(this.#editor.typed));
    const { start, candidates } = await this.#session.complete(typed, typed.length);
    const words = candidates.map(({ text }) => text);
    const [only] = words;
    if (only === undefined) return;
    const rest = commonPrefix(candidates).slice(typed.length - start);
    if (words.length > 1) this.#write(encode(`\n${candidateColumns(words)}`));
    this.#editor.insert(toByteText(words.length > 1 || only.endsWith('/') ? rest : `${rest} `));
    if (words.length > 1) this.#editor.prompt();
    this.#editor.draw();
  }

  /** Waits while whoever reads is slower than the command: a long dump must not pile up. */
  async #print(text: string): Promise<void> {
    this.#write(encode(text));
    if (!this.#stream.congested) return;
    await new Promise<void>(resolve => {
      this.#drained = resolve;
    });
  }

  #write(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#stream.write(bytes);
  }
}

/** With the line ends of a terminal. */
function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text.replaceAll('\n', '\r\n'));
}

/** What the editor has is bytes, a character each: half a character that is drawn is what came. */
function fromByteText(text: string): Uint8Array {
  return Uint8Array.from(text.replaceAll('\n', '\r\n'), character => character.charCodeAt(0));
}

function toByteText(text: string): string {
  return Array.from(new TextEncoder().encode(text), byte => String.fromCharCode(byte)).join('');
}
