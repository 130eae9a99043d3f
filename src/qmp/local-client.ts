import type { CommandName, Commands } from '../qapi/generated/types.ts';
import { AbortRegistry } from './abort-registry.ts';
import type { ExecuteOptions, QmpClient, QmpEvent } from './client.ts';
import type { Dispatcher } from './dispatch.ts';
import { ConnectionLostError } from './errors.ts';
import type { EventSource } from './port-server.ts';

/** A QMP client in the server's own thread: no message is copied and nobody is woken. */
export class LocalQmpClient implements QmpClient {
  readonly #dispatcher: Dispatcher;
  readonly #events: EventSource;
  readonly #offered: ReadonlySet<string>;
  readonly #unsubscribe = new Set<() => void>();
  readonly #closeListeners = new Set<(error: Error | null) => void>();
  readonly #aborts = new AbortRegistry();
  #open = true;

  constructor(dispatcher: Dispatcher, events: EventSource) {
    this.#dispatcher = dispatcher;
    this.#events = events;
    this.#offered = new Set(dispatcher.commands());
  }

  async execute<C extends CommandName>(
    command: C,
    args?: Commands[C]['args'],
    { signal }: ExecuteOptions = {},
  ): Promise<Commands[C]['returns']> {
    if (!this.#open) throw new ConnectionLostError();
    signal?.throwIfAborted();
    const reply = this.#dispatcher.dispatch(command, args) as Promise<Commands[C]['returns']>;
    return signal ? this.#untilAborted(reply, signal) : reply;
  }

  /** The reply, or the signal's reason if that comes first. */
  #untilAborted<T>(reply: Promise<T>, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = this.#aborts.watch(signal, () => reject(signal.reason as Error));
      reply.then(resolve, reject).finally(settle);
    });
  }

  supports(command: string): boolean {
    return this.#offered.has(command);
  }

  onEvent(listener: (event: QmpEvent) => void): () => void {
    const stop = this.#events.on(event => listener(event as QmpEvent));
    this.#unsubscribe.add(stop);
    return () => {
      this.#unsubscribe.delete(stop);
      stop();
    };
  }

  onClose(listener: (error: Error | null) => void): () => void {
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const stop of this.#unsubscribe) stop();
    for (const listener of this.#closeListeners) listener(null);
  }
}
