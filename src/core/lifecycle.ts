import { QmpError } from '../qapi/errors.ts';
import type { Commands, RunState, ShutdownCause } from '../qapi/generated/types.ts';
import type { VirtualClock } from './clock.ts';
import type { EventBus } from './events.ts';
import { RunStateMachine } from './run-state.ts';

/** What happens on a guest's reboot, shutdown, panic, and on a watchdog's expiry (`set-action`). */
export type Actions = Required<Commands['set-action']['args']>;

export interface Ending {
  readonly cause: ShutdownCause;
  /** Exit status that the guest asked for through the test device. */
  readonly status: number;
}

const GUEST_CAUSES: readonly ShutdownCause[] = ['guest-shutdown', 'guest-reset', 'guest-panic'];

/**
 * Run state, requests and their events. Requests from the guest are recorded and carried out
 * by the run loop between slices, so that no device is reset while it is in the middle of a register write.
 */
export class Lifecycle {
  readonly state = new RunStateMachine();
  readonly actions: Actions = { reboot: 'reset', shutdown: 'poweroff', panic: 'shutdown', watchdog: 'reset' };
  /** Resolves when the requests are finished that were under way as the machine stopped. */
  drained: Promise<void> = Promise.resolve();
  readonly #clock: VirtualClock;
  readonly #events: EventBus;
  readonly #runListeners: ((running: boolean) => void)[] = [];
  #reset: ShutdownCause | null = null;
  #shutdown: Ending | null = null;
  #held = false;
  readonly #waiting: (() => void)[] = [];

  constructor(clock: VirtualClock, events: EventBus) {
    this.#clock = clock;
    this.#events = events;
  }

  /** Told after the machine started or stopped running. */
  onRunning(listener: (running: boolean) => void): void {
    this.#runListeners.push(listener);
  }

  get requested(): boolean {
    return this.#reset !== null || this.#shutdown !== null;
  }

  start(): void {
    if (this.state.running) return;
    this.state.set('running');
    this.#clock.start();
    this.#events.emit('RESUME', {});
    this.#tell(true);
  }

  /** Stops a running machine; one that stands still keeps its state. */
  stop(state: RunState): void {
    if (!this.state.running) return;
    this.#clock.stop();
    this.state.set(state);
    this.#tell(false);
    this.#events.emit('STOP', {});
  }

  /** Stops a running machine for a while in which nobody else may start or stop it. Returns what ends that. */
  hold(state: RunState): () => void {
    const wasRunning = this.state.running;
    this.#held = true;
    this.stop(state);
    return () => {
      this.#held = false;
      if (wasRunning) this.start();
    };
  }

  get held(): boolean {
    return this.#held;
  }

  #tell(running: boolean): void {
    for (const listener of this.#runListeners) listener(running);
  }

  /** `cont`. @throws QmpError where only a reset leads on */
  resume(): void {
    if (this.state.needsReset) throw new QmpError('Resetting the Virtual Machine is required');
    this.start();
  }

  requestReset(cause: ShutdownCause): void {
    if (this.actions.reboot === 'shutdown') this.requestShutdown(cause);
    else this.#reset = cause;
  }

  requestShutdown(cause: ShutdownCause, status = 0): void {
    this.#shutdown ??= { cause, status };
  }

  /** The guest has panicked: what happens now is the user's choice (`set-action`). */
  guestPanicked(): void {
    const { panic, shutdown } = this.actions;
    if (panic === 'none') {
      this.#events.emit('GUEST_PANICKED', { action: 'run' });
    } else if (panic === 'pause' || (panic === 'shutdown' && shutdown === 'pause')) {
      this.#events.emit('GUEST_PANICKED', { action: 'pause' });
      this.stop('guest-panicked');
    } else {
      this.#events.emit('GUEST_PANICKED', { action: 'poweroff' });
      this.stop('guest-panicked');
      this.requestShutdown('guest-panic', panic === 'exit-failure' ? 1 : 0);
    }
  }

  /** The guest asks for its end through the panic device. */
  guestShutDown(): void {
    this.#events.emit('GUEST_PVSHUTDOWN', {});
    this.requestShutdown('guest-shutdown');
  }

  requestPowerdown(): void {
    this.#events.emit('POWERDOWN', {});
  }

  /** Resolves once what is requested now has been carried out; at once while the machine is held. */
  async carriedOut(): Promise<void> {
    if (!this.requested || this.#held) return;
    await new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  /** Carries out what was requested. Returns how the machine ended, or null if it goes on. */
  process(resetDevices: () => void): Ending | null {
    if (this.#held) return null; // carried out when that is over
    for (const resolve of this.#waiting.splice(0)) resolve(); // runs behind this function
    const shutdown = this.#shutdown;
    this.#shutdown = null;
    if (shutdown) {
      this.#events.emit('SHUTDOWN', { guest: isGuest(shutdown.cause), reason: shutdown.cause });
      if (this.actions.shutdown === 'poweroff' || shutdown.cause === 'host-qmp-quit') return shutdown;
      this.stop('shutdown');
    }
    const reset = this.#reset;
    this.#reset = null;
    if (reset) {
      resetDevices();
      this.#events.emit('RESET', { guest: isGuest(reset), reason: reset });
      if (!this.state.running && this.state.current !== 'prelaunch') this.state.set('prelaunch');
    }
    return null;
  }
}

function isGuest(cause: ShutdownCause): boolean {
  return GUEST_CAUSES.includes(cause);
}
