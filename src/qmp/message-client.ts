import type { CommandName, Commands } from '../qapi/generated/types.ts';
import type { QmpObject, QmpValue } from '../qapi/value.ts';
import { AbortRegistry } from './abort-registry.ts';
import type { ExecuteOptions, QmpClient, QmpEvent } from './client.ts';
import { ConnectionLostError } from './errors.ts';

/** Events that are kept for the first listener. */
const EARLY_EVENTS = 1000;

/** A request that waits for its reply. */
export interface Pending {
  readonly command: string;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** What every QMP client does, whatever carries its messages: requests by number, events, the end. */
export abstract class MessageClient implements QmpClient {
  #open = true;
  #ended: { readonly error: Error | null } | null = null;
  #nextId = 1;
  readonly #pending = new Map<number, Pending>();
  readonly #aborts = new AbortRegistry();
  readonly #eventListeners = new Set<(event: QmpEvent) => void>();
  readonly #closeListeners = new Set<(error: Error | null) => void>();
  /** Events from before anybody listened; null once somebody has. */
  #early: QmpEvent[] | null = [];

  /** Hands a request to whatever carries it. */
  protected abstract send(id: number, command: string, args: QmpObject | undefined): void;
  /** Ends what carries the messages, which then says so to `end`. */
  protected abstract disconnect(): void;
  abstract supports(command: string): boolean;

  execute<C extends CommandName>(
    command: C,
    args?: Commands[C]['args'],
    options: ExecuteOptions = {},
  ): Promise<Commands[C]['returns']> {
    return this.request(command, args as QmpObject | undefined, options) as Promise<Commands[C]['returns']>;
  }

  /** The same for a command that the schema may not know. */
  protected request(command: string, args?: QmpObject, { signal }: ExecuteOptions = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!this.#open) return reject(new ConnectionLostError());
      if (signal?.aborted) return reject(signal.reason);
      const id = this.#nextId++;
      const abort = () => {
        this.#pending.delete(id);
        reject(signal?.reason);
      };
      const settle = signal ? this.#aborts.watch(signal, abort) : () => {};
      this.#pending.set(id, {
        command,
        resolve: value => {
          settle();
          resolve(value);
        },
        reject: error => {
          settle();
          reject(error);
        },
      });
      this.send(id, command, args);
    });
  }

  onEvent(listener: (event: QmpEvent) => void): () => void {
    this.#eventListeners.add(listener);
    const missed = this.#early ?? [];
    this.#early = null;
    for (const event of missed) listener(event);
    return () => this.#eventListeners.delete(listener);
  }

  onClose(listener: (error: Error | null) => void): () => void {
    this.#closeListeners.add(listener);
    if (this.#ended) queueMicrotask(() => this.#tellClosed(listener));
    return () => this.#closeListeners.delete(listener);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.disconnect();
  }

  /** Whether `close` was called, so that an end is what was asked for. */
  protected get closing(): boolean {
    return !this.#open;
  }

  /** The request that a reply answers, undefined when nobody waits for it any more. */
  protected takePending(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  /** Passes an event on to the listeners. */
  protected emit(event: string, data: QmpValue, timestamp: QmpEvent['timestamp']): void {
    const typed = { event, data, timestamp } as unknown as QmpEvent;
    if (this.#early !== null && this.#early.length < EARLY_EVENTS) this.#early.push(typed);
    for (const listener of [...this.#eventListeners]) listener(typed);
  }

  /** The connection is gone: null where that was in order. */
  protected end(error: Error | null): void {
    if (this.#ended) return;
    this.#open = false;
    this.#ended = { error };
    for (const { reject } of this.#pending.values()) reject(error ?? new ConnectionLostError());
    this.#pending.clear();
    for (const listener of [...this.#closeListeners]) this.#tellClosed(listener);
  }

  #tellClosed(listener: (error: Error | null) => void): void {
    if (this.#closeListeners.delete(listener)) listener(this.#ended?.error ?? null);
  }
}
