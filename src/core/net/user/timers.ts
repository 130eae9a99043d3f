import type { Timer, VirtualClock } from '../../clock.ts';

/** Something that has to be looked at when its time has come. */
export interface Timed {
  /** Virtual nanoseconds; Infinity while there is nothing to wait for. */
  readonly deadline: number;
  /** Must move the deadline into the future. */
  expire(now: number): void;
}

/** One timer of the virtual clock for many: it may ring early, never late. */
export class SharedTimer {
  readonly #timer: Timer;
  readonly #clock: VirtualClock;
  readonly #members: () => Iterable<Timed>;

  constructor(clock: VirtualClock, members: () => Iterable<Timed>) {
    this.#clock = clock;
    this.#members = members;
    this.#timer = clock.timer(() => this.#ring());
  }

  now(): number {
    return this.#clock.now();
  }

  /** Rings at `deadline` at the latest. */
  request(deadline: number): void {
    if (deadline < this.#timer.deadline) this.#timer.arm(deadline);
  }

  cancel(): void {
    this.#timer.cancel();
  }

  #ring(): void {
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const member of this.#members()) {
      if (member.deadline <= now) member.expire(now);
      next = Math.min(next, member.deadline);
    }
    this.request(next);
  }
}
