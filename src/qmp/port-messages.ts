import type { ErrorReply } from '../qapi/errors.ts';
import type { QmpObject, QmpValue } from '../qapi/value.ts';
import type { Timestamp } from './client.ts';

/** From the client: run a command. */
export interface PortRequest {
  kind: 'qmp';
  id: number;
  execute: string;
  arguments?: QmpObject;
}

/** From the server: how a command went. */
export type PortReply =
  | { kind: 'reply'; id: number; return: QmpValue }
  | { kind: 'reply'; id: number; error: ErrorReply };

/** From the server: something happened. */
export interface PortEvent {
  kind: 'event';
  event: string;
  data: QmpObject;
  timestamp: Timestamp;
}

/** From the server, first of all: what it offers. */
export interface PortGreeting {
  kind: 'greeting';
  commands: string[];
}

export type ToServer = PortRequest;
export type ToClient = PortReply | PortEvent | PortGreeting;

/** What the two ends need of Node's MessagePort; values pass by structured clone, so bigints stay. */
export interface PortLike {
  postMessage(message: unknown): void;
  /** Events: `message` with a message, `messageerror` with an Error, `close`. */
  on(event: string, listener: (argument: unknown) => void): unknown;
  close(): void;
}
