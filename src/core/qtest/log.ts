import type { Host, LogSink } from '../../host/types.ts';
import { ConfigError } from '../config.ts';

/** What goes over the protocol, for whoever looks for a failed test: a line each way, with seconds since the connection. */
export class QtestLog {
  readonly #sink: LogSink | null;
  readonly #now: () => number;
  #start: number | null = null;

  /** @param now nanoseconds */
  constructor(sink: LogSink | null, now: () => number) {
    this.#sink = sink;
    this.#now = now;
  }

  opened(): void {
    this.#start = this.#now();
    this.#sink?.write(`[I ${this.#elapsed}] OPENED\n`);
  }

  closed(): void {
    this.#sink?.write(`[I +${this.#elapsed}] CLOSED\n`);
    this.#start = null;
  }

  received(line: string): void {
    this.#sink?.write(`[R +${this.#elapsed}] ${line}\n`);
  }

  sent(line: string): void {
    if (this.#start !== null) this.#sink?.write(`[S +${this.#elapsed}] ${line}\n`);
  }

  close(): void {
    this.#sink?.close();
  }

  get #elapsed(): string {
    return ((this.#now() - (this.#start ?? this.#now())) / 1e9).toFixed(6);
  }
}

/** The log of `-qtest-log`: a file, null for the error output, `none`. @throws ConfigError */
export function openQtestLog(host: Host, path: string | null): QtestLog {
  const now = () => host.now();
  if (path === 'none') return new QtestLog(null, now);
  try {
    return new QtestLog(host.openLog(path), now);
  } catch (error) {
    throw new ConfigError(`-qtest-log ${path}: ${(error as Error).message}`);
  }
}
