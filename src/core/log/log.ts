import type { Host, LogSink } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { LogItem } from './items.ts';

/** Text that one turn of the event loop may log; a guest that does wrong in a loop must not fill memory. */
const MOST_PENDING = 1 << 20;

/** Where log lines go: to the file that was named, else to the error output, in pieces of a turn each. */
export class MachineLog {
  readonly #host: Host;
  #items: ReadonlySet<LogItem> = new Set();
  #path: string | null = null;
  #sink: LogSink | null = null;
  #pending: string[] = [];
  #length = 0;
  #dropped = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  get items(): ReadonlySet<LogItem> {
    return this.#items;
  }

  set items(items: ReadonlySet<LogItem>) {
    this.#items = items;
  }

  has(item: LogItem): boolean {
    return this.#items.has(item);
  }

  /**
   * Names the file; one `%d` in it stands for the number of the process.
   * @throws QmpError, and then everything stays as it was
   */
  setFile(template: string): void {
    if (/%(?!d)|%d.*%/s.test(template)) throw new QmpError(`Bad logfile template: ${template}`);
    const path = template.replace('%d', String(this.#host.processId));
    this.#use(path);
  }

  /** Whether what one turn may log is nearly used up: whoever can should wait for the next. */
  get full(): boolean {
    return this.#length > MOST_PENDING / 2;
  }

  /** Writes a piece, which ends with a line end. */
  write(text: string): void {
    if (this.#length + text.length > MOST_PENDING) {
      this.#dropped++;
      return;
    }
    if (this.#length === 0) this.#host.defer(() => this.flush());
    this.#pending.push(text);
    this.#length += text.length;
  }

  /** Writes what waits, now. */
  flush(): void {
    if (this.#length === 0) return;
    const lost = this.#dropped === 0 ? '' : `${this.#dropped} more log messages dropped\n`;
    const text = this.#pending.join('') + lost;
    this.#pending = [];
    this.#length = this.#dropped = 0;
    this.#sink ??= this.#host.openLog(this.#path);
    this.#sink.write(text);
  }

  close(): void {
    this.flush();
    this.#sink?.close();
    this.#sink = null;
  }

  #use(path: string): void {
    this.flush();
    let sink: LogSink;
    try {
      sink = this.#host.openLog(path);
    } catch (error) {
      throw new QmpError(`Error opening logfile ${path}: ${(error as Error).message}`);
    }
    this.#sink?.close();
    this.#sink = sink;
    this.#path = path;
  }
}
