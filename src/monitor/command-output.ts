import { CommandError } from './errors.ts';

/** Receives pieces of output as a command makes them; a promise asks it to wait. */
export type OutputSink = (text: string) => void | Promise<void>;

/** Characters that are kept for somebody who takes the output as a whole. */
const MOST_KEPT = 64 * 1024 * 1024;

/** What a command prints while it still runs: passed on at once, or kept when nobody listens. */
export class CommandOutput {
  readonly #sink: OutputSink | undefined;
  readonly #signal: AbortSignal;
  readonly #kept: string[] = [];
  #length = 0;

  constructor(sink: OutputSink | undefined, signal: AbortSignal) {
    this.#sink = sink;
    this.#signal = signal;
  }

  /** What was kept, '' when it was passed on. */
  get kept(): string {
    return this.#kept.join('');
  }

  /** Prints a piece. Throws the signal's reason when aborted, CommandError when more is kept than memory should hold. */
  readonly write = async (text: string): Promise<void> => {
    this.#signal.throwIfAborted();
    if (this.#sink) {
      await this.#sink(text);
      this.#signal.throwIfAborted();
      return;
    }
    this.#length += text.length;
    if (this.#length > MOST_KEPT) throw new CommandError('too much output for one answer: ask for less');
    this.#kept.push(text);
  };
}
