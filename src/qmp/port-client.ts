import { QmpError } from '../qapi/errors.ts';
import type { CommandName, Commands } from '../qapi/generated/types.ts';
import { loadSchema } from '../qapi/index.ts';
import type { QmpObject } from '../qapi/value.ts';
import { AbortRegistry } from './abort-registry.ts';
import type { ExecuteOptions, QmpClient, QmpEvent } from './client.ts';
import { ConnectionLostError } from './errors.ts';
import type { PortEvent, PortLike, PortReply, PortRequest, ToClient } from './port-messages.ts';

export interface PortQmpClientOptions {
  /** Told of every command that was answered, with the error when it failed. */
  onExecuted?: (command: string, error: QmpError | null) => void;
}

/** Events that are kept for the first listener. */
const EARLY_EVENTS = 1000;

interface Pending {
  command: string;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A QMP client over a message port; the other end runs `servePort`. */
export class PortQmpClient implements QmpClient {
  private readonly port: PortLike;
  private readonly options: PortQmpClientOptions;
  private readonly pending = new Map<number, Pending>();
  private readonly aborts = new AbortRegistry();
  private readonly eventListeners = new Set<(event: QmpEvent) => void>();
  private readonly closeListeners = new Set<(error: Error | null) => void>();
  /** What the server offers; the whole schema until its greeting has come. */
  private commands: ReadonlySet<string> = new Set(Object.keys(loadSchema().commands));
  /** Events from before anybody listened; null once somebody has. */
  private early: QmpEvent[] | null = [];
  private nextId = 1;
  private state: 'open' | 'closing' | 'closed' = 'open';
  private ending: Error | null = null;

  constructor(port: PortLike, options: PortQmpClientOptions = {}) {
    this.port = port;
    this.options = options;
    port.on('message', message => this.receive(message as ToClient));
    port.on('messageerror', error =>
      this.end(new ConnectionLostError('a message was damaged', { cause: error })),
    );
    port.on('close', () => this.end(this.state === 'closing' ? null : new ConnectionLostError()));
  }

  execute<C extends CommandName>(
    command: C,
    args?: Commands[C]['args'],
    options: ExecuteOptions = {},
  ): Promise<Commands[C]['returns']> {
    return new Promise((resolve, reject) => {
      const { signal } = options;
      if (this.state !== 'open') return reject(new ConnectionLostError());
      if (signal?.aborted) return reject(signal.reason);
      const id = this.nextId++;
      const abort = () => {
        this.pending.delete(id);
        reject(signal?.reason);
      };
      const settle = signal ? this.aborts.watch(signal, abort) : () => {};
      this.pending.set(id, {
        command,
        resolve: value => {
          settle();
          resolve(value as Commands[C]['returns']);
        },
        reject: error => {
          settle();
          reject(error);
        },
      });
      const request: PortRequest = { kind: 'qmp', id, execute: command };
      if (args !== undefined) request.arguments = args as QmpObject;
      this.port.postMessage(request);
    });
  }

  supports(command: string): boolean {
    return this.commands.has(command);
  }

  onEvent(listener: (event: QmpEvent) => void): () => void {
    this.eventListeners.add(listener);
    const missed = this.early ?? [];
    this.early = null;
    for (const event of missed) listener(event);
    return () => this.eventListeners.delete(listener);
  }

  onClose(listener: (error: Error | null) => void): () => void {
    this.closeListeners.add(listener);
    if (this.state === 'closed') queueMicrotask(() => this.tellClosed(listener));
    return () => this.closeListeners.delete(listener);
  }

  close(): void {
    if (this.state !== 'open') return;
    this.state = 'closing';
    this.port.close();
  }

  private receive(message: ToClient): void {
    switch (message.kind) {
      case 'greeting':
        this.commands = new Set(message.commands);
        return;
      case 'reply':
        this.reply(message);
        return;
      case 'event':
        this.event(message);
    }
  }

  private reply(message: PortReply): void {
    const pending = this.pending.get(message.id);
    if (pending === undefined) return;
    this.pending.delete(message.id);
    if ('error' in message) {
      const error = new QmpError(message.error.desc, message.error.class);
      this.options.onExecuted?.(pending.command, error);
      pending.reject(error);
    } else {
      this.options.onExecuted?.(pending.command, null);
      pending.resolve(message.return);
    }
  }

  private event({ event, data, timestamp }: PortEvent): void {
    const typed = { event, data, timestamp } as QmpEvent;
    if (this.early !== null && this.early.length < EARLY_EVENTS) this.early.push(typed);
    for (const listener of [...this.eventListeners]) listener(typed);
  }

  private end(error: Error | null): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    for (const { reject } of this.pending.values()) reject(error ?? new ConnectionLostError());
    this.pending.clear();
    this.ending = error;
    for (const listener of [...this.closeListeners]) this.tellClosed(listener);
  }

  private tellClosed(listener: (error: Error | null) => void): void {
    if (this.closeListeners.delete(listener)) listener(this.ending);
  }
}
