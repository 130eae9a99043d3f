import type { EventName } from '../qapi/generated/types.ts';
import type { QmpObject } from '../qapi/value.ts';
import type { EventSource, SourceEvent } from './port-server.ts';

/** Milliseconds between two events of a kind, and the member that tells whose they are. */
const LIMITED: Readonly<Partial<Record<EventName, { readonly every: number; readonly by?: string }>>> = {
  RTC_CHANGE: { every: 1000 },
  BALLOON_CHANGE: { every: 1000 },
  WATCHDOG: { every: 1000 },
  VSERPORT_CHANGE: { every: 1000, by: 'id' },
};

/** Runs the callback after so many milliseconds; the returned function cancels it. */
type Sleep = (ms: number, callback: () => void) => () => void;

interface Pause {
  /** The newest event that came during it. */
  latest: SourceEvent | null;
  cancel: () => void;
}

/**
 * Events at the rates that clients on sockets get: the first of a kind at once, then the newest of
 * those that came within each second.
 */
export class EventThrottle implements EventSource {
  readonly #listeners = new Set<(event: SourceEvent) => void>();
  readonly #pauses = new Map<string, Pause>();
  readonly #sleep: Sleep;
  readonly #stop: () => void;

  constructor(source: EventSource, sleep: Sleep) {
    this.#sleep = sleep;
    this.#stop = source.on(event => this.#take(event));
  }

  on(listener: (event: SourceEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#stop();
    for (const { cancel } of this.#pauses.values()) cancel();
    this.#pauses.clear();
  }

  #take(event: SourceEvent): void {
    const limit = LIMITED[event.event];
    if (!limit) {
      this.#tell(event);
      return;
    }
    const whose = limit.by === undefined ? '' : String((event.data as QmpObject)[limit.by]);
    const key = `${event.event} ${whose}`;
    const pause = this.#pauses.get(key);
    if (pause) pause.latest = event;
    else this.#tellAndPause(key, event, limit.every);
  }

  #tellAndPause(key: string, event: SourceEvent, every: number): void {
    const cancel = this.#sleep(every, () => {
      const { latest } = this.#pauses.get(key)!;
      this.#pauses.delete(key);
      if (latest) this.#tellAndPause(key, latest, every);
    });
    this.#pauses.set(key, { latest: null, cancel });
    this.#tell(event);
  }

  #tell(event: SourceEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
