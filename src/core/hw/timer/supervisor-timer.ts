import type { Timer, VirtualClock } from '../../clock.ts';
import type { IrqLine } from '../../irq.ts';
import type { AclintMtimer } from './aclint-mtimer.ts';

/** The stimecmp comparator of one hart (Sstc extension): STIP while time >= stimecmp. */
export class SupervisorTimer {
  readonly #mtimer: AclintMtimer;
  readonly #line: IrqLine;
  readonly #timer: Timer;
  /** Undefined until the guest sets one: no comparison, no interrupt. */
  #compare: bigint | undefined;

  /** @param line STIP wire of the hart */
  constructor(clock: VirtualClock, mtimer: AclintMtimer, line: IrqLine) {
    this.#mtimer = mtimer;
    this.#line = line;
    this.#timer = clock.timer(() => this.#update());
    mtimer.onTimeSet(() => this.#update());
  }

  setCompare(value: bigint): void {
    this.#compare = value;
    this.#update();
  }

  reset(): void {
    this.#compare = undefined;
    this.#timer.cancel();
    this.#line.set(false);
  }

  #update(): void {
    if (this.#compare === undefined) return;
    const due = this.#mtimer.time() >= this.#compare;
    this.#line.set(due);
    if (due) this.#timer.cancel();
    else this.#timer.arm(this.#mtimer.deadline(this.#compare));
  }
}
