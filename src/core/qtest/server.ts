import type { ByteStream } from '../../host/types.ts';
import type { Board } from '../board/board.ts';
import { type Command, qtestCommands } from './commands.ts';
import { Interrupts } from './interrupts.ts';
import type { QtestLog } from './log.ts';
import { Refusal } from './refusal.ts';

const LINE_FEED = 10;

export interface QtestOptions {
  readonly board: Board;
  readonly stream: ByteStream;
  readonly log: QtestLog;
  /** Whether the client has the clock: nobody executes the guest. */
  readonly hasClock: boolean;
}

/**
 * Serves QEMU's protocol for test programs: each line is a command, answered by a line that begins with OK or FAIL;
 * interrupts of a watched device are told in between.
 */
export class QtestServer {
  readonly #stream: ByteStream;
  readonly #log: QtestLog;
  readonly #interrupts: Interrupts;
  readonly #commands: ReadonlyMap<string, Command>;
  /** Pieces of a line that has not ended. */
  #pending: Uint8Array[] = [];

  constructor({ board, stream, log, hasClock }: QtestOptions) {
    this.#stream = stream;
    this.#log = log;
    this.#interrupts = new Interrupts(board.root, line => this.#send(line));
    this.#commands = qtestCommands(board, this.#interrupts, hasClock);
    stream.onEvent?.(event => {
      if (event === 'opened') this.#opened();
      else if (event === 'closed') this.#log.closed();
    });
    if (stream.connected ?? true) this.#opened();
    stream.onData(bytes => this.#feed(bytes));
  }

  #opened(): void {
    this.#pending = [];
    this.#interrupts.forget();
    this.#log.opened();
  }

  #feed(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      this.#pending.push(bytes.subarray(start, end));
      const line = textOf(this.#pending.splice(0));
      start = end + 1;
      this.#log.received(line);
      this.#send(this.#answer(line.split(' ')));
    }
    if (start < bytes.length) this.#pending.push(bytes.slice(start));
  }

  #answer([name = '', ...words]: readonly string[]): string {
    const command = this.#commands.get(name);
    if (!command) return `FAIL Unknown command '${name}'`;
    try {
      const result = command(words);
      return result === undefined ? 'OK' : `OK ${result}`;
    } catch (error) {
      if (error instanceof Refusal) return `FAIL ${error.message}`.trimEnd();
      throw error;
    }
  }

  #send(line: string): void {
    this.#log.sent(line);
    this.#stream.write(new TextEncoder().encode(`${line}\n`));
  }
}

function textOf(pieces: readonly Uint8Array[]): string {
  const decoder = new TextDecoder('latin1');
  return pieces.map(piece => decoder.decode(piece, { stream: true })).join('');
}
