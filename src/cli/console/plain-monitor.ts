import { createInterface, type Interface } from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import type { Session } from '../../monitor/index.ts';
import { outcomeToJson } from '../../monitor/index.ts';
import { VERSION } from '../version.ts';

const PROMPT = '(hmp) ';

export interface PlainMonitorOptions {
  /** Edit the line and echo keys: somebody types. */
  readonly editing: boolean;
  readonly json: boolean;
  write(text: string): void;
  /** The session was quit, or the input ended at the prompt. */
  ended(): void;
}

/** The monitor line by line: a prompt, the line editor of Node, and answers as they come. */
export class PlainMonitor {
  readonly #session: Session;
  readonly #options: PlainMonitorOptions;
  readonly #input = new PassThrough();
  readonly #queue: string[] = [];
  #lines: Interface | null = null;
  #running: AbortController | null = null;

  constructor(session: Session, options: PlainMonitorOptions) {
    this.#session = session;
    this.#options = options;
  }

  /** The monitor has the terminal now: greets the first time, and asks. */
  enter(): void {
    if (!this.#lines) {
      this.#options.write(`hmp ${VERSION} monitor - type 'help' for more information\n`);
      this.#lines = this.#open();
    } else if (this.#options.editing) {
      this.#options.write('\r\n');
    }
    if (!this.#running) this.#lines.prompt(true);
  }

  feed(bytes: Uint8Array): void {
    this.#input.write(bytes);
  }

  /** No more input: what was typed is still carried out. */
  endInput(): void {
    this.#input.end();
  }

  #open(): Interface {
    const write = this.#options.write;
    const output = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        write(chunk.toString());
        done();
      },
    });
    const lines = createInterface({
      input: this.#input,
      output,
      terminal: this.#options.editing,
      prompt: PROMPT,
      history: [...this.#session.history].reverse(),
      completer: (line: string, done: Completed) =>
        void this.#complete(line).then(found => done(null, found)),
    });
    lines.on('line', line => {
      this.#queue.push(line);
      if (!this.#running) void this.#drain();
    });
    lines.on('SIGINT', () => this.#interrupt());
    lines.on('close', () => {
      if (!this.#running) this.#options.ended();
    });
    return lines;
  }

  async #complete(line: string): Promise<[string[], string]> {
    try {
      const { start, candidates } = await this.#session.complete(line, line.length);
      return [candidates.map(({ text }) => text), line.slice(start)];
    } catch {
      return [[], line]; // a help: where it fails there is none
    }
  }

  #interrupt(): void {
    this.#queue.length = 0;
    this.#running?.abort();
    this.#options.write('^C\r\n');
    if (!this.#running) this.#lines?.prompt();
  }

  async #drain(): Promise<void> {
    this.#running = new AbortController();
    for (let line = this.#queue.shift(); line !== undefined; line = this.#queue.shift()) {
      await this.#run(line, this.#running.signal);
      if (this.#session.quitting) break;
    }
    this.#running = null;
    if (this.#session.quitting || this.#input.readableEnded) this.#options.ended();
    else this.#lines?.prompt();
  }

  async #run(line: string, signal: AbortSignal): Promise<void> {
    if (line.trim() === '') return;
    const outcome = await this.#session.run(line, signal);
    if (outcome.cancelled) return;
    this.#options.write(this.#options.json ? outcomeToJson(outcome) : outcome.text);
  }
}

type Completed = (error: null, result: [string[], string]) => void;
