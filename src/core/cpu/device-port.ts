import type { HartState } from './hart-state.ts';
import { STATE } from './layout.ts';
import type { CpuBus, DeviceAccess, HartObserver } from './types.ts';

type Size = 1 | 2 | 4 | 8;

/** A hart's accesses to devices: their values go through a slot of the hart's block. */
export class DevicePort {
  readonly #state: HartState;
  readonly #bus: CpuBus;
  readonly #observer: () => HartObserver | null;
  readonly #hart: number;

  /** @param observer who is told at the moment */
  constructor(hart: number, state: HartState, bus: CpuBus, observer: () => HartObserver | null) {
    this.#hart = hart;
    this.#state = state;
    this.#bus = bus;
    this.#observer = observer;
  }

  /** Reads into the slot; 0: nothing took the access. */
  load(paddr: number, size: Size): number {
    const done = this.#bus.load(paddr, size);
    const { readLow: low, readHigh: high } = this.#bus;
    if (this.#observer()) {
      const outcome = done ? 'done' : 'refused';
      this.#observe({ address: paddr, size, outcome, write: false }, done ? low : 0, done ? high : 0);
    }
    if (!done) return 0;
    this.#view.setUint32(this.#slot, low, true);
    this.#view.setUint32(this.#slot + 4, high, true);
    return 1;
  }

  /** Writes what is in the slot; 0 as of load. */
  store(paddr: number, size: Size): number {
    const low = this.#view.getUint32(this.#slot, true);
    const high = this.#view.getUint32(this.#slot + 4, true);
    const observed = this.#observer() !== null;
    if (observed) this.#observe({ address: paddr, size, outcome: 'coming', write: true }, low, high);
    const done = this.#bus.store(paddr, size, low, high);
    if (observed && !done) {
      this.#observe({ address: paddr, size, outcome: 'refused', write: true }, low, high);
    }
    return done ? 1 : 0;
  }

  /** The value of a load; undefined: nothing took it. */
  read(paddr: number, size: Size): bigint | undefined {
    if (this.load(paddr, size) === 0) return undefined;
    return BigInt.asUintN(8 * size, this.#state.slot(STATE.deviceValue));
  }

  /** False: nothing took it. */
  write(paddr: number, size: Size, value: bigint): boolean {
    this.#state.setSlot(STATE.deviceValue, value);
    return this.store(paddr, size) !== 0;
  }

  get #view(): DataView {
    return this.#state.memory.view;
  }

  get #slot(): number {
    return this.#state.base + STATE.deviceValue;
  }

  #observe(access: Omit<DeviceAccess, 'value'>, low: number, high: number): void {
    const value = BigInt.asUintN(8 * access.size, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
    this.#observer()?.access(this.#hart, { ...access, value });
  }
}
