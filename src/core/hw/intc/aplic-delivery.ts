import type { IrqLine } from '../../irq.ts';
import type { AplicSources } from './aplic-sources.ts';

// RISC-V Advanced Interrupt Architecture 1.0, section 4.8.1: an interrupt delivery control (IDC) for each hart.
const STRIDE = 32;
const IDELIVERY = 0;
const IFORCE = 4;
const ITHRESHOLD = 8;
const TOPI = 0x18;
const CLAIMI = 0x1c;
const HART = 18;

/** Wires to harts: what a domain that sends no messages has. */
export class DirectDelivery {
  readonly #sources: AplicSources;
  readonly #targets: Uint32Array;
  readonly #lines: readonly IrqLine[];
  readonly #priorities: number;
  readonly #delivery: Uint8Array;
  readonly #force: Uint8Array;
  readonly #threshold: Uint8Array;

  /** @param lines by hart @param priorities mask of the priority's bits; the lowest number comes first */
  constructor(sources: AplicSources, targets: Uint32Array, lines: readonly IrqLine[], priorities: number) {
    this.#sources = sources;
    this.#targets = targets;
    this.#lines = lines;
    this.#priorities = priorities;
    this.#delivery = new Uint8Array(lines.length);
    this.#force = new Uint8Array(lines.length);
    this.#threshold = new Uint8Array(lines.length);
  }

  /** Whether there is a register. */
  knows(offset: number): boolean {
    const registers: readonly number[] = [IDELIVERY, IFORCE, ITHRESHOLD, TOPI, CLAIMI];
    return offset / STRIDE < this.#lines.length && registers.includes(offset % STRIDE);
  }

  /** @param offset from the first IDC. Undefined: there is no such register. */
  read(offset: number): number | undefined {
    const hart = Math.floor(offset / STRIDE);
    if (hart >= this.#lines.length) return undefined;
    switch (offset % STRIDE) {
      case IDELIVERY:
        return this.#delivery[hart]!;
      case IFORCE:
        return this.#force[hart]!;
      case ITHRESHOLD:
        return this.#threshold[hart]!;
      case TOPI:
        return this.#top(hart);
      case CLAIMI:
        return this.#claim(hart);
      default:
        return undefined;
    }
  }

  /** Whether there is such a register. */
  write(offset: number, value: number): boolean {
    const hart = Math.floor(offset / STRIDE);
    if (hart >= this.#lines.length) return false;
    const register = offset % STRIDE;
    if (register === IDELIVERY) this.#delivery[hart] = value & 1;
    else if (register === IFORCE) this.#force[hart] = value & 1;
    else if (register === ITHRESHOLD) this.#threshold[hart] = value & this.#priorities;
    else return false;
    return true;
  }

  /** A source and its priority, 0 for none. Among equals the lowest number comes first. */
  #top(hart: number): number {
    let best = 0;
    let bestPriority = this.#threshold[hart] || this.#priorities + 1;
    for (let source = 1; source < this.#sources.count; source++) {
      if (!this.#sources.pending(source) || !this.#sources.enabled(source)) continue;
      const target = this.#targets[source]!;
      const priority = target & this.#priorities;
      if (target >>> HART !== hart || priority >= bestPriority) continue;
      best = source;
      bestPriority = priority;
    }
    return best === 0 ? 0 : (best << 16) | bestPriority;
  }

  #claim(hart: number): number {
    const top = this.#top(hart);
    if (top === 0) this.#force[hart] = 0;
    else this.#sources.taken(top >>> 16);
    return top;
  }

  /** Drives the wires. */
  update(isOn: boolean): void {
    for (const [hart, line] of this.#lines.entries()) {
      line.set(isOn && this.#delivery[hart] === 1 && (this.#force[hart] === 1 || this.#top(hart) !== 0));
    }
  }

  reset(): void {
    for (const state of [this.#delivery, this.#force, this.#threshold]) state.fill(0);
  }
}
