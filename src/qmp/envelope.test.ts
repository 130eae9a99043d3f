import { describe, expect, it } from 'vitest';
import { QmpError } from '../qapi/errors.ts';
import type { QmpValue } from '../qapi/value.ts';
import {
  asQmpError,
  errorReply,
  eventMessage,
  parseRequest,
  successReply,
  timestampNow,
} from './envelope.ts';

describe('a request', () => {
  it('is taken out of its envelope', () => {
    expect(parseRequest({ execute: 'a' })).toEqual({
      execute: 'a',
      arguments: {},
      id: undefined,
      oob: false,
    });
    expect(parseRequest({ execute: 'a', arguments: { b: 1 }, id: null })).toMatchObject({
      arguments: { b: 1 },
      id: null,
    });
    expect(parseRequest({ 'exec-oob': 'a' }, true)).toMatchObject({ execute: 'a', oob: true });
  });

  it.each<[QmpValue, boolean, string]>([
    [[1], false, 'QMP input must be a JSON object'],
    [null, false, 'QMP input must be a JSON object'],
    [{}, false, "QMP input lacks member 'execute'"],
    [{ arguments: {} }, false, "QMP input lacks member 'execute'"],
    [{ exec: 'query-status' }, false, "QMP input member 'exec' is unexpected"],
    [{ execute: 5 }, false, "QMP input member 'execute' must be a string"],
    [{ execute: 'query-status', bogus: 1 }, false, "QMP input member 'bogus' is unexpected"],
    [{ 'exec-oob': 'query-status' }, false, "QMP input member 'exec-oob' is unexpected"],
    [{ execute: 'a', 'exec-oob': 'b' }, true, "QMP input member 'execute' clashes with 'exec-oob'"],
    [{ execute: 'a', arguments: [] }, false, "QMP input member 'arguments' must be an object"],
    [{ execute: 'a', arguments: null }, false, "QMP input member 'arguments' must be an object"],
  ])('%j is refused', (value, oob, desc) => {
    expect(() => parseRequest(value, oob)).toThrow(new QmpError(desc));
  });
});

describe('what goes out', () => {
  it('has the id when the request had one', () => {
    expect(successReply({}, undefined)).toEqual({ return: {} });
    expect(successReply({}, null)).toEqual({ return: {}, id: null });
    const error = new QmpError('no', 'DeviceNotFound');
    expect(errorReply(error, 7)).toEqual({ error: { class: 'DeviceNotFound', desc: 'no' }, id: 7 });
  });

  it('has data only where the event has some', () => {
    const timestamp = { seconds: 1, microseconds: 2 };
    expect(eventMessage({ event: 'STOP', data: {}, timestamp })).toEqual({ timestamp, event: 'STOP' });
    const data = { guest: true, reason: 'guest-reset' } as const;
    expect(eventMessage({ event: 'RESET', data, timestamp })).toEqual({ timestamp, event: 'RESET', data });
  });

  it('turns any failure into a QmpError', () => {
    expect(asQmpError(new RangeError('odd'))).toMatchObject({ desc: 'odd', errorClass: 'GenericError' });
    expect(asQmpError('text').desc).toBe('text');
    const { seconds, microseconds } = timestampNow();
    expect(Number.isInteger(seconds) && microseconds >= 0 && microseconds < 1e6).toBe(true);
  });
});
