/** Where lines outlive a run; the host keeps the file, readable by its owner alone. */
export interface HistoryStore {
  /** lines, oldest first */
  load(): Promise<readonly string[]>;
  append(line: string): Promise<void>;
  replace(lines: readonly string[]): Promise<void>;
}

const DEFAULT_LIMIT = 1000;

/** The lines given so far, oldest first; the oldest fall out beyond the limit. */
export class History {
  readonly #limit: number;
  #store: HistoryStore | undefined;
  #lines: string[] = [];
  /** the store's last use: each waits for the one before, so that lines are stored in their order */
  #lastUse: Promise<void> = Promise.resolve();
  /** why lines are no longer stored: after its first error the store is left alone */
  storeError: unknown;

  constructor(options: { limit?: number; store?: HistoryStore } = {}) {
    this.#limit = options.limit ?? DEFAULT_LIMIT;
    this.#store = options.store;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Puts the stored lines before those of this run, and trims the store when it has grown to twice the limit. */
  async load(): Promise<void> {
    await this.#withStore(async store => {
      const stored = (await store.load()).filter(line => line.trim() !== '');
      this.#lines = [...stored, ...this.#lines].slice(-this.#limit);
      if (stored.length > 2 * this.#limit) await store.replace(stored.slice(-this.#limit));
    });
  }

  /** Takes a line unless it is blank or repeats the one before; resolves when it is stored. */
  async add(line: string): Promise<void> {
    if (line.trim() === '' || line === this.#lines.at(-1)) return;
    this.#lines.push(line);
    if (this.#lines.length > this.#limit) this.#lines.shift();
    await this.#withStore(store => store.append(line));
  }

  #withStore(use: (store: HistoryStore) => Promise<void>): Promise<void> {
    this.#lastUse = this.#lastUse.then(() => this.#use(use));
    return this.#lastUse;
  }

  /** A history that cannot be stored is no reason for a command to fail. */
  async #use(use: (store: HistoryStore) => Promise<void>): Promise<void> {
    if (!this.#store) return;
    try {
      await use(this.#store);
    } catch (error) {
      this.#store = undefined;
      this.storeError = error;
    }
  }
}

/** The text of `info history`. */
export function formatHistory(lines: readonly string[]): string {
  return lines.map((line, at) => `${at}: '${line}'\n`).join('');
}
