/** One interrupt wire. Devices drive it; interrupt controllers and harts listen. */
export interface IrqLine {
  set(level: boolean): void;
}

/** A wire that leads nowhere (an unconnected gpio). */
export const unconnected: IrqLine = { set() {} };

/** Wraps a listener as a wire that reports changes of level only. */
export function irqLine(listener: (level: boolean) => void): IrqLine {
  let current = false;
  return {
    set(level) {
      if (level === current) return;
      current = level;
      listener(level);
    },
  };
}

/** A wire that somebody else may watch, beside whoever it leads to. */
export class Wire implements IrqLine {
  readonly #target: IrqLine;
  /** Told after the target. */
  watcher: ((level: boolean) => void) | null = null;

  constructor(target: IrqLine) {
    this.#target = target;
  }

  set(level: boolean): void {
    this.#target.set(level);
    this.watcher?.(level);
  }
}
