import type { CommandName, Commands, EventName, Events } from '../qapi/generated/types.ts';

/** Host time of an event, as QMP counts it: whole seconds since 1970 and the microseconds beyond. */
export interface Timestamp {
  seconds: number;
  microseconds: number;
}

/** One event as it arrives, `data` typed by the event's name. */
export type QmpEvent<E extends EventName = EventName> = {
  [N in E]: { event: N; data: Events[N]; timestamp: Timestamp };
}[E];

export interface ExecuteOptions {
  /** Stops waiting for the reply; the command itself may still run in the machine. */
  signal?: AbortSignal;
}

/** A connection to a QMP server, whatever carries it. */
export interface QmpClient {
  /**
   * Runs one command and returns its decoded reply.
   * Rejects with QmpError when the server refuses, ConnectionLostError when the connection ends first,
   * and with the signal's reason when aborted.
   */
  execute<C extends CommandName>(
    command: C,
    args?: Commands[C]['args'],
    options?: ExecuteOptions,
  ): Promise<Commands[C]['returns']>;
  /** True when the server offers the command. */
  supports(command: string): boolean;
  /** Listens to every event; the returned function ends it. */
  onEvent(listener: (event: QmpEvent) => void): () => void;
  /** Told once when the connection ends: null for an orderly close. The returned function ends it. */
  onClose(listener: (error: Error | null) => void): () => void;
  close(): void;
}
