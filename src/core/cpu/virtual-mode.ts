import { MSTATUS } from '../isa/index.ts';
import type { HartState } from './hart-state.ts';
import { STATE, VIRTUAL } from './layout.ts';

const { FS, SXL } = MSTATUS;
/** mstatus.FS that lets floating-point instructions through and shows when one has run. */
const CLEAN = FS & -FS;

/**
 * V. While it is set two fields rule floating point, mstatus.FS and vsstatus.FS. Instructions look
 * at the one place where mstatus.FS is, so that it then has what both amount to, and mstatus.FS itself
 * is kept aside.
 */
export class VirtualMode {
  readonly #state: HartState;

  constructor(state: HartState) {
    this.#state = state;
  }

  get on(): boolean {
    return this.#state.virtual;
  }

  /** V becomes 1. The hart's mode has to be looked at again. */
  enter(): void {
    const state = this.#state;
    if (state.virtual) return;
    state.setWord('virtual', VIRTUAL.on);
    state.setCsr('vsstatus', state.csr('vsstatus') & ~SXL);
    this.#join();
  }

  /** V becomes 0. */
  leave(): void {
    if (!this.#state.virtual) return;
    this.#split();
    this.#state.setWord('virtual', 0);
  }

  /** Runs `access` while mstatus.FS and vsstatus.FS are where their names say. */
  withStatus<T>(access: () => T): T {
    if (!this.#state.virtual) return access();
    this.#split();
    try {
      return access();
    } finally {
      this.#join();
    }
  }

  #join(): void {
    const state = this.#state;
    const status = state.csr('mstatus');
    const fields = [status & FS, state.csr('vsstatus') & FS];
    const dirty = fields.every(field => field === FS);
    const both = fields.includes(0n) ? 0n : dirty ? FS : CLEAN;
    state.setSlot(STATE.hostFloat, status & FS);
    state.setCsr('mstatus', (status & ~FS) | both);
  }

  #split(): void {
    const state = this.#state;
    const status = state.csr('mstatus');
    const dirty = (status & FS) === FS;
    if (dirty) state.setCsr('vsstatus', state.csr('vsstatus') | FS);
    state.setCsr('mstatus', (status & ~FS) | (dirty ? FS : state.slot(STATE.hostFloat)));
  }
}
