/** Bytes that are read or written at once, while storage answers in time. */
const SMALL = 64 << 10;
/** What a request may take on the average. One in which the host ran something else meanwhile is no reason to give up. */
const SLOW_MS = 0.5;
const WEIGHT = 1 / 16;
/** Requests that go through the thread pool once storage is slow. */
const DETOUR = 100;

/**
 * Small requests mostly meet the page cache, and the way through the thread pool takes many times as long as they do: they
 * are done at once. Storage that turns out slow gets no more of them for a while, so that nobody else waits with it.
 */
export class Promptness {
  readonly #now: () => number;
  #average = 0;
  #detour = 0;

  /** @param now monotonic time in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Does a request of so many bytes; undefined: it was not tried. @throws what `action` throws */
  attempt<T>(bytes: number, action: () => T): T | undefined {
    if (bytes > SMALL) return undefined;
    if (this.#detour > 0) {
      this.#detour--;
      return undefined;
    }
    const began = this.#now();
    try {
      return action();
    } finally {
      this.#took(this.#now() - began);
    }
  }

  #took(ms: number): void {
    this.#average += (ms - this.#average) * WEIGHT;
    if (this.#average < SLOW_MS) return;
    this.#average = 0;
    this.#detour = DETOUR;
  }
}
