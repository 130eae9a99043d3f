import type { EventName, Events } from '../qapi/generated/types.ts';

export interface MachineEvent<E extends EventName = EventName> {
  readonly event: E;
  readonly data: Events[E];
  readonly timestamp: { readonly seconds: number; readonly microseconds: number };
}

/** Where devices and the run state report; the QMP side listens. */
export class EventBus {
  readonly #wallClock: () => number;
  readonly #listeners = new Set<(event: MachineEvent) => void>();

  /** @param wallClock nanoseconds since 1970 */
  constructor(wallClock: () => number) {
    this.#wallClock = wallClock;
  }

  emit<E extends EventName>(event: E, data: Events[E]): void {
    const microseconds = Math.floor(this.#wallClock() / 1000);
    const timestamp = { seconds: Math.floor(microseconds / 1e6), microseconds: microseconds % 1e6 };
    for (const listener of this.#listeners) listener({ event, data, timestamp });
  }

  on(listener: (event: MachineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
