import type { DriveTime } from './drive.ts';

/** Limits a second; 0: none. A total excludes its two directions. */
export interface ThrottleLimits {
  readonly bps: number;
  readonly bpsRead: number;
  readonly bpsWrite: number;
  readonly iops: number;
  readonly iopsRead: number;
  readonly iopsWrite: number;
  /** What may go at once: so much a second, so many seconds long. Absent: a tenth of a second's worth. */
  readonly bursts?: Readonly<Partial<Record<Bucket, Burst>>>;
  /** Bytes that count as one request; 0 or absent: any number. */
  readonly iopsSize?: number;
  /** The name that is shown: drives of one group share the limits. */
  readonly group: string;
}

/** So much a second, so many seconds long. */
export interface Burst {
  readonly max: number;
  readonly seconds: number;
}

type Direction = 'rd' | 'wr';
export type Bucket = 'bps' | 'bpsRead' | 'bpsWrite' | 'iops' | 'iopsRead' | 'iopsWrite';

export const NO_LIMITS = { bps: 0, bpsRead: 0, bpsWrite: 0, iops: 0, iopsRead: 0, iopsWrite: 0 };
export const BUCKETS = Object.keys(NO_LIMITS) as readonly Bucket[];

/** How QMP calls the limit of a bucket. */
export const LIMIT_NAMES = {
  bps: 'bps',
  bpsRead: 'bps_rd',
  bpsWrite: 'bps_wr',
  iops: 'iops',
  iopsRead: 'iops_rd',
  iopsWrite: 'iops_wr',
} as const satisfies Readonly<Record<Bucket, string>>;

const FILLED: Readonly<Record<Direction, readonly Bucket[]>> = {
  rd: ['bps', 'bpsRead', 'iops', 'iopsRead'],
  wr: ['bps', 'bpsWrite', 'iops', 'iopsWrite'],
};
const BURST_SECONDS = 0.1;

/**
 * Holds requests back so that a drive stays below its limits: leaky buckets, each with room for a
 * tenth of a second, or for a burst. Requests go in the order of their arrival.
 */
export class Throttle {
  #limits: ThrottleLimits | null = null;
  readonly #time: DriveTime;
  /** When each bucket will have run empty, in nanoseconds. */
  readonly #emptyAt = new Map<Bucket, number>();
  #last: Promise<void> = Promise.resolve();
  readonly #sleeping = new Set<() => void>();
  #suspended = false;

  constructor(time: DriveTime) {
    this.#time = time;
  }

  get limits(): ThrottleLimits | null {
    return this.#limits;
  }

  set limits(limits: ThrottleLimits | null) {
    this.#limits = limits;
    this.#emptyAt.clear();
    this.#wakeAll();
  }

  /** While the machine waits for its requests nothing is held back. */
  set suspended(suspended: boolean) {
    this.#suspended = suspended;
    if (suspended) this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of [...this.#sleeping]) wake();
  }

  /** Resolves when a request of that size may go. */
  admit(direction: Direction, bytes: number): Promise<void> {
    if (!this.#limits) return Promise.resolve();
    this.#last = this.#last.then(() => this.#pass(direction, bytes));
    return this.#last;
  }

  async #pass(direction: Direction, bytes: number): Promise<void> {
    const buckets = FILLED[direction];
    const until = Math.max(...buckets.map(bucket => (this.#emptyAt.get(bucket) ?? 0) - this.#room(bucket)));
    const wait = until - this.#time.now();
    if (wait > 0 && this.#limits && !this.#suspended) await this.#sleep(wait / 1e6);
    const { iopsSize = 0 } = this.#limits ?? {};
    const requests = iopsSize > 0 ? Math.max(bytes / iopsSize, 1) : 1;
    for (const bucket of buckets) this.#fill(bucket, bucket.startsWith('bps') ? bytes : requests);
  }

  /** Nanoseconds that a bucket takes to run empty when it is full. */
  #room(bucket: Bucket): number {
    const { max = 0, seconds = 1 } = this.#limits?.bursts?.[bucket] ?? {};
    const limit = this.#limits?.[bucket] ?? 0;
    return (max > 0 && limit > 0 ? (max * seconds) / limit : BURST_SECONDS) * 1e9;
  }

  #fill(bucket: Bucket, amount: number): void {
    const limit = this.#limits?.[bucket] ?? 0;
    if (limit === 0) return;
    const start = Math.max(this.#emptyAt.get(bucket) ?? 0, this.#time.now());
    this.#emptyAt.set(bucket, start + (amount / limit) * 1e9);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      const wake = () => {
        this.#sleeping.delete(wake);
        cancel();
        resolve();
      };
      const cancel = this.#time.sleep(Math.ceil(ms), wake);
      this.#sleeping.add(wake);
    });
  }
}
