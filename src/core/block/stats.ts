/** Kinds of requests, as the statistics tell them apart. */
export type Operation = 'rd' | 'wr' | 'flush' | 'unmap';

interface Counters {
  bytes: number;
  operations: number;
  failed: number;
  invalid: number;
  nanoseconds: number;
}

const OPERATIONS: readonly Operation[] = ['rd', 'wr', 'flush', 'unmap'];

/** What a drive's device did so far. */
export class DriveStats {
  readonly of: Readonly<Record<Operation, Counters>> = Object.fromEntries(
    OPERATIONS.map(operation => [
      operation,
      { bytes: 0, operations: 0, failed: 0, invalid: 0, nanoseconds: 0 },
    ]),
  ) as Record<Operation, Counters>;
  readonly #now: () => number;
  #lastAccess: number | null = null;

  /** @param now monotonic time in nanoseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Nanoseconds since the last request ended; undefined before the first. */
  get idle(): number | undefined {
    return this.#lastAccess === null ? undefined : this.#now() - this.#lastAccess;
  }

  /** A request begins; the function returned says how it ended. */
  start(operation: Operation, bytes: number): (ok: boolean) => void {
    const counters = this.of[operation];
    const began = this.#now();
    return ok => {
      this.#lastAccess = this.#now();
      counters.nanoseconds += this.#lastAccess - began;
      if (ok) {
        counters.bytes += bytes;
        counters.operations++;
      } else counters.failed++;
    };
  }

  /** A request was refused for what it asks. */
  invalid(operation: Operation): void {
    this.of[operation].invalid++;
    this.#lastAccess = this.#now();
  }
}
