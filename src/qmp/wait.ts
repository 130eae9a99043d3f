import type { EventName } from '../qapi/generated/types.ts';
import type { QmpClient, QmpEvent } from './client.ts';
import { ConnectionLostError, WaitTimeoutError } from './errors.ts';

/** Tells which event it is, and with that the type of its data. */
export function isEvent<E extends EventName>(event: QmpEvent, name: E): event is QmpEvent & QmpEvent<E> {
  return event.event === name;
}

export interface WaitOptions<E extends EventName> {
  /** Longest wait in milliseconds; absent: as long as it takes. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Only an event for which this holds will do. */
  predicate?: (event: QmpEvent<E>) => boolean;
}

/**
 * Waits for the next event of the name. Start it before the command that raises the event.
 * Rejects with WaitTimeoutError, with ConnectionLostError when the connection ends, or the signal's reason.
 */
export function waitForEvent<E extends EventName>(
  client: Pick<QmpClient, 'onEvent' | 'onClose'>,
  name: E,
  options: WaitOptions<E> = {},
): Promise<QmpEvent<E>> {
  const { timeoutMs, signal, predicate } = options;
  if (signal?.aborted) return Promise.reject(signal.reason);
  const { promise, resolve, reject } = withResolvers<QmpEvent<E>>();
  const abort = () => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const stopEvents = client.onEvent(event => {
    if (isEvent(event, name) && (predicate === undefined || predicate(event))) resolve(event);
  });
  const stopClose = client.onClose(error => reject(error ?? new ConnectionLostError()));
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => reject(new WaitTimeoutError(`the event ${name}`, timeoutMs)), timeoutMs);
  return promise.finally(() => {
    clearTimeout(timer);
    stopEvents();
    stopClose();
    signal?.removeEventListener('abort', abort);
  });
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
