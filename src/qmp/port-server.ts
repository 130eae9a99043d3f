import type { EventName, Events } from '../qapi/generated/types.ts';
import type { QmpObject } from '../qapi/value.ts';
import type { Timestamp } from './client.ts';
import type { Dispatcher } from './dispatch.ts';
import { asQmpError } from './envelope.ts';
import type { PortLike, ToClient, ToServer } from './port-messages.ts';

/** An event as its source tells it. */
export interface SourceEvent {
  readonly event: EventName;
  readonly data: Events[EventName];
  readonly timestamp: Readonly<Timestamp>;
}

/** Where events come from; the returned function ends the listening. */
export interface EventSource {
  on(listener: (event: SourceEvent) => void): () => void;
}

/**
 * Serves QMP on a port: requests one after another in the order of their arrival, events as they come.
 * The returned function ends the service and leaves the port open.
 */
export function servePort(port: PortLike, dispatcher: Dispatcher, events: EventSource): () => void {
  let open = true;
  let last: Promise<void> = Promise.resolve();
  const post = (message: ToClient) => {
    if (open) port.postMessage(message);
  };
  const stopEvents = events.on(({ event, data, timestamp }) => {
    post({ kind: 'event', event, data: data as QmpObject, timestamp });
  });
  const stop = () => {
    open = false;
    stopEvents();
  };
  port.on('message', received => {
    const message = received as ToServer;
    if (!open || message.kind !== 'qmp') return;
    last = last.then(async () => post(await answer(dispatcher, message)));
  });
  port.on('close', stop);
  post({ kind: 'greeting', commands: dispatcher.commands() });
  return stop;
}

async function answer(dispatcher: Dispatcher, message: ToServer): Promise<ToClient> {
  const { id, execute } = message;
  try {
    return { kind: 'reply', id, return: await dispatcher.dispatch(execute, message.arguments) };
  } catch (error) {
    return { kind: 'reply', id, error: asQmpError(error).toReply() };
  }
}
