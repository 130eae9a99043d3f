/** Hears of writes to a node. */
export interface WriteWatcher {
  /** Before the bytes change; the write fails with what this throws. */
  before?(offset: number, length: number): Promise<void>;
  /** When they have changed, before whoever wrote them hears of it. */
  after?(offset: number, data: Uint8Array): Promise<void> | void;
  /** When the write failed: what is there now nobody knows. */
  failed?(offset: number, length: number): void;
}

/** Writes on their way to a node: they can be watched, held back and waited for. */
export class WriteTraffic {
  readonly watchers = new Set<WriteWatcher>();
  #held: Promise<void> | null = null;
  #underWay = 0;
  #waiting: (() => void)[] = [];

  /** Resolves when writes may go on; null while they may. */
  get held(): Promise<void> | null {
    return this.#held;
  }

  /** Does a write, once nobody holds it back. */
  async pass(write: () => Promise<void>): Promise<void> {
    while (this.#held) await this.#held;
    this.#underWay++;
    try {
      await write();
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) for (const done of this.#waiting.splice(0)) done();
    }
  }

  /** Holds writes back and waits for those that are under way; the function returned lets them go on. */
  async hold(): Promise<() => void> {
    while (this.#held) await this.#held;
    let release: () => void = () => {};
    this.#held = new Promise(resolve => {
      release = () => {
        this.#held = null;
        resolve();
      };
    });
    if (this.#underWay > 0) await new Promise<void>(resolve => this.#waiting.push(resolve));
    return release;
  }

  async before(offset: number, length: number): Promise<void> {
    for (const watcher of [...this.watchers]) await watcher.before?.(offset, length);
  }

  async after(offset: number, data: Uint8Array): Promise<void> {
    for (const watcher of [...this.watchers]) await watcher.after?.(offset, data);
  }

  failed(offset: number, length: number): void {
    for (const watcher of [...this.watchers]) watcher.failed?.(offset, length);
  }
}
