/** Kinds of requests, as the statistics tell them apart. */
export type Operation = 'rd' | 'wr' | 'flush' | 'unmap';

/** Requests whose durations can be counted, with the words that name them. */
export const LATENCY_KINDS = [
  ['read', 'rd'],
  ['write', 'wr'],
  ['flush', 'flush'],
] as const satisfies readonly (readonly [word: string, operation: Operation])[];

/** How many requests took how long. */
export interface LatencyHistogram {
  /** Nanoseconds, rising: each ends a class. */
  readonly boundaries: readonly number[];
  /** Requests of each class; one more than there are boundaries. */
  readonly bins: number[];
}

interface Counters {
  bytes: number;
  operations: number;
  failed: number;
  invalid: number;
  nanoseconds: number;
}

/** Which requests that came to nothing count as work: for the time since the last one, failed ones for the times too. */
export interface Accounting {
  readonly invalid: boolean;
  readonly failed: boolean;
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
  accounting: Accounting = { invalid: true, failed: true };
  readonly histograms = new Map<Operation, LatencyHistogram>();
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
      const now = this.#now();
      const took = now - began;
      this.#classify(operation, took);
      if (ok || this.accounting.failed) {
        counters.nanoseconds += took;
        this.#lastAccess = now;
      }
      if (ok) {
        counters.bytes += bytes;
        counters.operations++;
      } else counters.failed++;
    };
  }

  /** Carries a request out and counts it, well or not. @throws what the action throws */
  async count(operation: Operation, bytes: number, action: () => Promise<void>): Promise<void> {
    const ended = this.start(operation, bytes);
    try {
      await action();
    } catch (error) {
      ended(false);
      throw error;
    }
    ended(true);
  }

  /** Begins to count durations anew, or with null no longer. @returns false if the boundaries do not rise */
  setHistogram(operation: Operation, boundaries: readonly number[] | null): boolean {
    if (boundaries === null) return this.histograms.delete(operation) || true;
    const rising = boundaries.every((value, index) => value > (boundaries[index - 1] ?? 0));
    if (rising) this.histograms.set(operation, { boundaries, bins: [...boundaries.map(() => 0), 0] });
    return rising;
  }

  #classify(operation: Operation, nanoseconds: number): void {
    const histogram = this.histograms.get(operation);
    if (!histogram) return;
    const index = histogram.boundaries.findIndex(boundary => nanoseconds < boundary);
    histogram.bins[index < 0 ? histogram.bins.length - 1 : index]! += 1;
  }

  /** A request was refused for what it asks. */
  invalid(operation: Operation): void {
    this.of[operation].invalid++;
    if (this.accounting.invalid) this.#lastAccess = this.#now();
  }
}
