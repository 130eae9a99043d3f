import type { CommandName, Commands } from '../qapi/generated/types.ts';
import type { ExecuteOptions, QmpClient, QmpEvent } from './client.ts';
import { ConnectionLostError } from './errors.ts';
import type { SocketQmpClient } from './socket-client.ts';

/** Milliseconds before the first attempt to connect again, and the most between two. */
const FIRST_DELAY = 250;
const LONGEST_DELAY = 8000;

export interface AttachedClientOptions {
  /** Makes a new connection; `again` when there was one before. */
  readonly dial: (again: boolean) => Promise<SocketQmpClient>;
  /** Whether a connection that is lost is made again. */
  readonly reconnect: boolean;
}

/** What becomes of the connection: `lost` with the reason, and `connected` when there is one again. */
export type ConnectionChange =
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'connected' };

/**
 * A QMP client that outlives its connections. It ends when the machine does, when it is closed, and, unless it
 * reconnects, when the connection is lost; requests of a lost connection are rejected and not sent again.
 */
export class AttachedClient implements QmpClient {
  readonly #options: AttachedClientOptions;
  readonly #eventListeners = new Set<(event: QmpEvent) => void>();
  readonly #closeListeners = new Set<(error: Error | null) => void>();
  readonly #changeListeners = new Set<(change: ConnectionChange) => void>();
  #link: SocketQmpClient;
  #connected = true;
  #ended: { readonly error: Error | null } | null = null;
  #timer: NodeJS.Timeout | undefined;

  private constructor(link: SocketQmpClient, options: AttachedClientOptions) {
    this.#options = options;
    this.#link = link;
    this.#adopt(link);
  }

  /** Makes the first connection, for which there is one attempt. @throws AttachError */
  static async open(options: AttachedClientOptions): Promise<AttachedClient> {
    return new AttachedClient(await options.dial(false), options);
  }

  /** How the machine ended, as SHUTDOWN told; null while it lives. */
  get shutdown(): SocketQmpClient['shutdown'] {
    return this.#link.shutdown;
  }

  async execute<C extends CommandName>(
    command: C,
    args?: Commands[C]['args'],
    options?: ExecuteOptions,
  ): Promise<Commands[C]['returns']> {
    if (!this.#connected) throw new ConnectionLostError('there is no connection to the machine now');
    try {
      return await this.#link.execute(command, args, options);
    } catch (error) {
      // the server may be gone before its answer to `quit` has left
      if (command === 'quit' && error instanceof ConnectionLostError) return {} as Commands[C]['returns'];
      throw error;
    }
  }

  supports(command: string): boolean {
    return this.#link.supports(command);
  }

  onEvent(listener: (event: QmpEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  onClose(listener: (error: Error | null) => void): () => void {
    this.#closeListeners.add(listener);
    const { error } = this.#ended ?? {};
    if (error !== undefined) queueMicrotask(() => this.#tellClosed(listener, error));
    return () => this.#closeListeners.delete(listener);
  }

  /** Listens to losses and new connections; the returned function ends it. */
  onChange(listener: (change: ConnectionChange) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  close(): void {
    this.#link.close();
    this.#end(null);
  }

  #adopt(link: SocketQmpClient): void {
    this.#link = link;
    link.onEvent(event => {
      for (const listener of [...this.#eventListeners]) listener(event);
    });
    link.onClose(error => this.#lost(error));
  }

  #lost(error: Error | null): void {
    if (this.#ended) return;
    this.#connected = false;
    if (error === null || !this.#options.reconnect) {
      this.#end(error);
      return;
    }
    this.#tell({ kind: 'lost', reason: error.message });
    this.#retry(FIRST_DELAY);
  }

  #retry(delay: number): void {
    this.#timer = setTimeout(() => {
      this.#options.dial(true).then(
        link => this.#reconnected(link),
        () => void (this.#ended || this.#retry(Math.min(2 * delay, LONGEST_DELAY))),
      );
    }, delay);
  }

  #reconnected(link: SocketQmpClient): void {
    if (this.#ended) {
      link.close();
      return;
    }
    this.#connected = true;
    this.#adopt(link);
    this.#tell({ kind: 'connected' });
  }

  #tell(change: ConnectionChange): void {
    for (const listener of [...this.#changeListeners]) listener(change);
  }

  #end(error: Error | null): void {
    if (this.#ended) return;
    this.#ended = { error };
    this.#connected = false;
    clearTimeout(this.#timer);
    for (const listener of [...this.#closeListeners]) this.#tellClosed(listener, error);
  }

  #tellClosed(listener: (error: Error | null) => void, error: Error | null): void {
    if (this.#closeListeners.delete(listener)) listener(error);
  }
}
