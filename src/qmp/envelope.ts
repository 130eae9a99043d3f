import { QmpError } from '../qapi/errors.ts';
import { qdictEntries } from '../qapi/qdict-order.ts';
import { isObject, type QmpObject, type QmpValue } from '../qapi/value.ts';
import type { QmpEvent, Timestamp } from './client.ts';

/** A request, taken out of its envelope. */
export interface Request {
  execute: string;
  arguments: QmpObject;
  /** Repeated in the reply; undefined: the request had none. */
  id: QmpValue | undefined;
  /** Whether it came as exec-oob. */
  oob: boolean;
}

/**
 * Checks the envelope of a request. Throws QmpError with QEMU's sentence for the first member that is wrong.
 * `allowOob`: whether the session has switched on the capability oob.
 */
export function parseRequest(value: QmpValue, allowOob = false): Request {
  if (!isObject(value)) throw new QmpError('QMP input must be a JSON object');
  let key: string | undefined;
  for (const [name, item] of qdictEntries(value)) {
    if (name === 'execute' || (name === 'exec-oob' && allowOob)) {
      if (typeof item !== 'string') throw new QmpError(`QMP input member '${name}' must be a string`);
      if (key !== undefined) throw new QmpError(`QMP input member '${name}' clashes with '${key}'`);
      key = name;
    } else if (name === 'arguments') {
      if (!isObject(item)) throw new QmpError("QMP input member 'arguments' must be an object");
    } else if (name !== 'id') {
      throw new QmpError(`QMP input member '${name}' is unexpected`);
    }
  }
  if (key === undefined) throw new QmpError("QMP input lacks member 'execute'");
  return {
    execute: value[key] as string,
    arguments: isObject(value['arguments']) ? value['arguments'] : {},
    id: value['id'],
    oob: key === 'exec-oob',
  };
}

/** The envelope of a success; `id` as in the request, undefined: none. */
export function successReply(value: QmpValue, id: QmpValue | undefined): QmpObject {
  return id === undefined ? { return: value } : { return: value, id };
}

/** The envelope of a failure. */
export function errorReply(error: QmpError, id: QmpValue | undefined): QmpObject {
  const reply: QmpObject = { error: { class: error.errorClass, desc: error.desc } };
  return id === undefined ? reply : { ...reply, id };
}

/** The envelope of an event; one without data has no member for it. */
export function eventMessage(event: QmpEvent): QmpObject {
  const { seconds, microseconds } = event.timestamp;
  const message: QmpObject = { timestamp: { seconds, microseconds }, event: event.event };
  return Object.keys(event.data).length === 0 ? message : { ...message, data: event.data as QmpObject };
}

/** The host's time now, as events carry it. */
export function timestampNow(): Timestamp {
  const now = Date.now();
  return { seconds: Math.floor(now / 1000), microseconds: (now % 1000) * 1000 };
}

/** The error of a command that failed in a way that nobody foresaw. */
export function asQmpError(thrown: unknown): QmpError {
  if (thrown instanceof QmpError) return thrown;
  return new QmpError(thrown instanceof Error ? thrown.message : String(thrown));
}

/** The answer to a second qmp_capabilities. */
export function negotiationIsOver(): QmpError {
  return new QmpError('Capabilities negotiation is already complete, command ignored', 'CommandNotFound');
}
