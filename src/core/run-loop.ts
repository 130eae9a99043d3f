import type { Host } from '../host/types.ts';
import type { VirtualClock } from './clock.ts';

const SLICE_NS = 2e6; // between two turns of the event loop: `stop` and QMP answer within it
const BUDGET = 40_000; // instructions between two looks at the clock: about 0.2 ms
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
    const end = this.#host.now() + SLICE_NS;
    do {
      this.#clock.runTimers();
      let ran = false;
      for (const hart of this.#harts) {
        if (hart.waiting) continue;
        hart.run(BUDGET);
        ran = true;
      }
      if (!ran) return;
    } while (this.#active && this.#host.now() < end);
  }

  #sleep(): void {
    if (this.#scheduled) return;
    const ns = this.#clock.nextDeadline - this.#clock.now();
    const ms = Math.min(Math.max(Math.ceil(ns / 1e6), 0), LONGEST_SLEEP_MS);
    this.#cancelSleep = this.#host.sleep(ms, () => this.kick());
  }
}
