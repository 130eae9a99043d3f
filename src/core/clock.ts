/**
 * Clocks and timers. All times are nanoseconds as numbers (exact for 104 days).
 * The virtual clock stands still while the VM is stopped.
 */
export interface TimeSource {
  /** Monotonic host time in nanoseconds. */
  now(): number;
}

export class Timer {
  deadline = Number.POSITIVE_INFINITY;
  readonly #clock: VirtualClock;
  readonly callback: () => void;

  constructor(clock: VirtualClock, callback: () => void) {
    this.#clock = clock;
    this.callback = callback;
  }

  /** Fires once at `deadline` (virtual ns); arming again replaces the earlier deadline. */
  arm(deadline: number): void {
    this.#clock.schedule(this, deadline);
  }

  cancel(): void {
    this.#clock.schedule(this, Number.POSITIVE_INFINITY);
  }

  get armed(): boolean {
    return this.deadline !== Number.POSITIVE_INFINITY;
  }
}

export class VirtualClock {
  readonly #source: TimeSource;
  readonly #timers = new Set<Timer>(); // a machine has a handful: a scan beats a heap
  #base = 0;
  #startedAt: number | null = null;
  #next = Number.POSITIVE_INFINITY;

  constructor(source: TimeSource) {
    this.#source = source;
  }

  get running(): boolean {
    return this.#startedAt !== null;
  }

  now(): number {
    return this.#startedAt === null ? this.#base : this.#base + (this.#source.now() - this.#startedAt);
  }

  start(): void {
    this.#startedAt ??= this.#source.now();
  }

  stop(): void {
    this.#base = this.now();
    this.#startedAt = null;
  }

  timer(callback: () => void): Timer {
    return new Timer(this, callback);
  }

  /** Calls back once so many milliseconds from now have passed; the returned function cancels it. */
  sleep(ms: number, callback: () => void): () => void {
    const timer = this.timer(callback);
    timer.arm(this.now() + ms * 1e6);
    return () => timer.cancel();
  }

  schedule(timer: Timer, deadline: number): void {
    timer.deadline = deadline;
    if (deadline === Number.POSITIVE_INFINITY) this.#timers.delete(timer);
    else this.#timers.add(timer);
    this.#findNext();
  }

  /** Earliest deadline of all armed timers, Infinity if none. */
  get nextDeadline(): number {
    return this.#next;
  }

  /** Fires every timer that is due, earliest first. */
  runTimers(): void {
    const now = this.now();
    while (this.#next <= now) {
      const due = [...this.#timers].reduce((a, b) => (b.deadline < a.deadline ? b : a));
      due.cancel();
      due.callback();
    }
  }

  /** Moves the time by hand, never back. Timers on the way fire at theirs, unless the clock stands still. */
  warpTo(time: number): void {
    for (let now = this.now(); now < time; now = this.now()) {
      const next = this.running ? Math.min(Math.max(this.#next, now), time) : time;
      this.#base += next - now;
      if (this.running) this.runTimers();
    }
  }

  #findNext(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const timer of this.#timers) if (timer.deadline < next) next = timer.deadline;
    this.#next = next;
  }
}

/** A time source that moves only when told: for tests and deterministic runs. */
export class ManualTime implements TimeSource {
  #now = 0;
  now(): number {
    return this.#now;
  }
  advance(ns: number): void {
    this.#now += ns;
  }
}
