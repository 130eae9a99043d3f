import type { EventName } from '../qapi/generated/types.ts';
import type { QmpObject } from '../qapi/value.ts';
import type { EventSource, SourceEvent } from './port-server.ts';

/** Milliseconds between two events of a kind. */
const INTERVAL = 1000;

/** What guests can raise as often as they like, and the member that tells whose event it is: null where that is all one. */
const LIMITED: Readonly<Partial<Record<EventName, string | null>>> = {
  RTC_CHANGE: null,
  BALLOON_CHANGE: null,
  WATCHDOG: null,
  VSERPORT_CHANGE: 'id',
  BLOCK_IO_ERROR: 'qom-path',
};

/** An error that stops the machine is told at once, since the machine waits for whoever mends it. */
function stopsTheMachine({ event, data }: SourceEvent): boolean {
  return event === 'BLOCK_IO_ERROR' && (data as QmpObject)['action'] === 'stop';
}

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
    const member = LIMITED[event.event];
    if (member === undefined || stopsTheMachine(event)) {
      this.#tell(event);
      return;
    }
    const whose = member === null ? '' : String((event.data as QmpObject)[member]);
    const key = `${event.event} ${whose}`;
    const pause = this.#pauses.get(key);
    if (pause) pause.latest = event;
    else this.#tellAndPause(key, event);
  }

  #tellAndPause(key: string, event: SourceEvent): void {
    const cancel = this.#sleep(INTERVAL, () => {
      const { latest } = this.#pauses.get(key)!;
      this.#pauses.delete(key);
      if (latest) this.#tellAndPause(key, latest);
    });
    this.#pauses.set(key, { latest: null, cancel });
    this.#tell(event);
  }

  #tell(event: SourceEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
