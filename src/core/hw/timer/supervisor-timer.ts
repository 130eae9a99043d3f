import type { Timer, VirtualClock } from '../../clock.ts';
import type { IrqLine } from '../../irq.ts';
import type { AclintMtimer } from './aclint-mtimer.ts';

/**
 * A comparator of one hart (Sstc extension): STIP while time >= stimecmp, or VSTIP while a guest's time,
 * which is ahead of it by a difference, >= vstimecmp.
 */
export class SupervisorTimer {
  readonly #mtimer: AclintMtimer;
  readonly #line: IrqLine;
  readonly #timer: Timer;
  /** Undefined until the guest sets one: no comparison, no interrupt. */
  #compare: bigint | undefined;
  #ahead = 0n;

  /** @param line STIP or VSTIP wire of the hart */
  constructor(clock: VirtualClock, mtimer: AclintMtimer, line: IrqLine) {
    this.#mtimer = mtimer;
    this.#line = line;
    this.#timer = clock.timer(() => this.#update());
    mtimer.onTimeSet(() => this.#update());
  }

  /** @param ahead ticks by which the compared time is ahead, of 64 bits like it */
  setCompare(value: bigint, ahead = 0n): void {
    this.#compare = value;
    this.#ahead = ahead;
    this.#update();
  }

  reset(): void {
    this.#compare = undefined;
    this.#timer.cancel();
    this.#line.set(false);
  }

  #update(): void {
    if (this.#compare === undefined) return;
    const time = this.#mtimer.time();
    const left = this.#compare - BigInt.asUintN(64, time + this.#ahead);
    const due = left <= 0n;
    this.#line.set(due);
    if (due) this.#timer.cancel();
    else this.#timer.arm(this.#mtimer.deadline(time + left));
  }
}
