import type { RunState } from '../qapi/generated/types.ts';

/** Which run states may follow which; facts of QEMU's run-state machine. */
const TRANSITIONS: Readonly<Record<RunState, readonly RunState[]>> = {
  debug: ['running', 'suspended', 'finish-migrate', 'prelaunch'],
  inmigrate: [
    'internal-error',
    'io-error',
    'paused',
    'running',
    'shutdown',
    'suspended',
    'watchdog',
    'guest-panicked',
    'finish-migrate',
    'prelaunch',
    'postmigrate',
    'colo',
  ],
  'internal-error': ['paused', 'finish-migrate', 'prelaunch'],
  'io-error': ['running', 'finish-migrate', 'prelaunch'],
  paused: ['running', 'suspended', 'finish-migrate', 'postmigrate', 'prelaunch', 'colo'],
  postmigrate: ['running', 'finish-migrate', 'prelaunch'],
  prelaunch: ['running', 'suspended', 'finish-migrate', 'inmigrate'],
  'finish-migrate': [
    'running',
    'paused',
    'postmigrate',
    'prelaunch',
    'colo',
    'internal-error',
    'io-error',
    'shutdown',
    'suspended',
    'watchdog',
    'guest-panicked',
  ],
  'restore-vm': ['running', 'prelaunch', 'suspended'],
  running: [
    'debug',
    'internal-error',
    'io-error',
    'paused',
    'finish-migrate',
    'restore-vm',
    'save-vm',
    'shutdown',
    'watchdog',
    'guest-panicked',
    'suspended',
    'colo',
  ],
  'save-vm': ['running', 'suspended'],
  shutdown: ['paused', 'finish-migrate', 'prelaunch', 'colo'],
  suspended: [
    'running',
    'paused',
    'finish-migrate',
    'prelaunch',
    'save-vm',
    'restore-vm',
    'shutdown',
    'colo',
  ],
  watchdog: ['running', 'finish-migrate', 'prelaunch', 'colo'],
  'guest-panicked': ['running', 'finish-migrate', 'prelaunch'],
  colo: ['running', 'prelaunch', 'shutdown'],
};

/** A transition that the machine must never make: a defect of ours, not of the user. */
export class RunStateError extends Error {
  override readonly name = 'RunStateError';
}

export class RunStateMachine {
  #current: RunState = 'prelaunch';
  readonly #listeners: ((old: RunState, next: RunState) => void)[] = [];

  get current(): RunState {
    return this.#current;
  }

  get running(): boolean {
    return this.#current === 'running';
  }

  /** True where only a reset leads on: `cont` refuses. */
  get needsReset(): boolean {
    return this.#current === 'internal-error' || this.#current === 'shutdown';
  }

  /** Told after each change. */
  onChange(listener: (old: RunState, next: RunState) => void): void {
    this.#listeners.push(listener);
  }

  set(next: RunState): void {
    if (next === this.#current) return;
    if (!TRANSITIONS[this.#current].includes(next)) {
      throw new RunStateError(`invalid runstate transition: '${this.#current}' -> '${next}'`);
    }
    const old = this.#current;
    this.#current = next;
    for (const listener of this.#listeners) listener(old, next);
  }
}
