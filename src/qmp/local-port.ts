import type { PortLike } from './port-messages.ts';

type Listener = (argument: unknown) => void;

/** The longest time of a timer, milliseconds. */
const FOREVER = 0x7fff_ffff;

/**
 * The two ends of a port within one thread. A message arrives in a later turn of the event loop, as the object that it
 * is; until somebody listens it is kept. Like a worker's port they keep the program alive until one end is closed.
 */
export function createLocalPorts(): readonly [PortLike, PortLike] {
  const alive = setInterval(() => {}, FOREVER);
  const close = () => {
    clearInterval(alive);
    for (const end of ends) end.closed();
  };
  const ends: readonly [LocalPort, LocalPort] = [
    new LocalPort(message => ends[1].deliver(message), close),
    new LocalPort(message => ends[0].deliver(message), close),
  ];
  return ends;
}

class LocalPort implements PortLike {
  readonly postMessage: (message: unknown) => void;
  readonly close: () => void;
  readonly #listeners = new Map<string, Listener[]>();
  #waiting: unknown[] = [];
  #scheduled = false;
  #open = true;

  constructor(post: (message: unknown) => void, close: () => void) {
    this.postMessage = message => {
      if (this.#open) post(message);
    };
    this.close = close;
  }

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    this.#schedule();
  }

  deliver(message: unknown): void {
    this.#waiting.push(message);
    this.#schedule();
  }

  /** What was sent before the end still arrives, and then that it is the end. */
  closed(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#schedule();
  }

  #schedule(): void {
    const due =
      (!this.#open && this.#listeners.size > 0) ||
      (this.#waiting.length > 0 && this.#listeners.has('message'));
    if (!due || this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    for (const message of this.#waiting.splice(0)) this.#emit('message', message);
    if (this.#open) return;
    this.#emit('close', undefined);
    this.#listeners.clear();
  }

  #emit(event: string, argument: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(argument);
  }
}
