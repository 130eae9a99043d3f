import type { Host } from '../host/types.ts';
import type { VirtualClock } from './clock.ts';

const SLICE_NS = 2e6; // between two turns of the event loop: `stop` and QMP answer within it
/**
 * Instructions of a hart between two looks at the clock: as many as take about LOOK_NS. Code that runs for the first time
 * is a hundred times slower than code that is translated.
 */
const LEAST_BUDGET = 1000;
const MOST_BUDGET = 40_000;
const LOOK_NS = 2e5;
const LONGEST_SLEEP_MS = 1000;

/** What the loop needs of a hart. */
export interface Runnable {
  run(budget: number): unknown;
  readonly waiting: boolean;
}

/**
 * Runs harts in turn on the event loop: slices while there is work, sleep until the next timer
 * when every hart waits for an interrupt, nothing at all while the machine stands still.
 */
export class RunLoop {
  readonly #host: Host;
  readonly #clock: VirtualClock;
  readonly #harts: readonly Runnable[];
  readonly #between: () => void;
  #budget = LEAST_BUDGET;
  #active = false;
  #scheduled = false;
  #cancelSleep: (() => void) | null = null;

  /** @param between called after every slice and wake-up: carries out requests; may pause the loop */
  constructor(host: Host, clock: VirtualClock, harts: readonly Runnable[], between: () => void) {
    this.#host = host;
    this.#clock = clock;
    this.#harts = harts;
    this.#between = between;
  }

  resume(): void {
    this.#active = true;
    this.kick();
  }

  pause(): void {
    this.#active = false;
    this.#wake();
  }

  /** Something happened outside (input, a completed request): look again soon. */
  kick(): void {
    this.#wake();
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#host.defer(() => this.#turn());
  }

  #wake(): void {
    this.#cancelSleep?.();
    this.#cancelSleep = null;
  }

  #turn(): void {
    this.#scheduled = false;
    if (this.#active) this.#slice();
    this.#between();
    if (!this.#active) return;
    if (this.#harts.some(hart => !hart.waiting)) this.kick();
    else this.#sleep();
  }

  #slice(): void {
    let now = this.#host.now();
    const end = now + SLICE_NS;
    do {
      this.#clock.runTimers();
      let ran = 0;
      for (const hart of this.#harts) {
        if (hart.waiting) continue;
        hart.run(this.#budget);
        ran++;
      }
      if (ran === 0) return;
      const began = now;
      now = this.#host.now();
      this.#adjustBudget((now - began) / ran);
    } while (this.#active && now < end);
  }

  /** A hart took so many nanoseconds for the budget. */
  #adjustBudget(took: number): void {
    if (took > 2 * LOOK_NS) this.#budget = Math.max(this.#budget / 2, LEAST_BUDGET);
    else if (took < LOOK_NS) this.#budget = Math.min(this.#budget * 2, MOST_BUDGET);
  }

  #sleep(): void {
    if (this.#scheduled) return;
    const ns = this.#clock.nextDeadline - this.#clock.now();
    const ms = Math.min(Math.max(Math.ceil(ns / 1e6), 0), LONGEST_SLEEP_MS);
    this.#cancelSleep = this.#host.sleep(ms, () => this.kick());
  }
}
