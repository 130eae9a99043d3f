import { describe, expect, it } from 'vitest';
import { QmpError } from '../qapi/errors.ts';
import { AttachError, ConnectionLostError } from './errors.ts';
import { type FakeAnswers, FakeConnection } from './fake-connection.ts';
import { SocketQmpClient } from './socket-client.ts';
import { waitForEvent } from './wait.ts';

const PATIENT = { timeoutMs: 60_000, slowAfterMs: 60_000 };

async function connected(answers: FakeAnswers = {}) {
  const connection = new FakeConnection(answers).greet();
  return { connection, client: await SocketQmpClient.open(connection, PATIENT) };
}

describe('a QMP client on a socket', () => {
  it('takes the greeting, negotiates and learns what is offered', async () => {
    const { client, connection } = await connected({ stop: () => ({}) });
    expect(connection.asked.map(({ execute }) => execute)).toEqual(['qmp_capabilities', 'query-commands']);
    expect(client.supports('stop')).toBe(true);
    expect(client.supports('x-query-registers')).toBe(false);
  });

  it('brings replies to our types, loses no digit, and keeps what the schema does not know', async () => {
    const { client } = await connected({
      'query-balloon': () => ({ actual: 2n ** 63n - 1n }),
      'query-status': () => ({ running: true, status: 'running', singlestep: false }),
      'query-future': () => ({ size: 2n ** 60n, small: 1 }),
    });
    expect(await client.execute('query-balloon')).toEqual({ actual: 2n ** 63n - 1n });
    expect(await client.execute('query-status')).toMatchObject({ singlestep: false });
    expect(await client.execute('query-future' as 'query-status')).toEqual({ size: 2n ** 60n, small: 1 });
  });

  it('hands arguments on without loss', async () => {
    const { client, connection } = await connected({ balloon: () => ({}) });
    await client.execute('balloon', { value: 2n ** 60n + 1n });
    expect(connection.asked.at(-1)).toEqual({ execute: 'balloon', arguments: { value: 2n ** 60n + 1n } });
  });

  it('rejects with what the server refuses', async () => {
    const { client } = await connected({
      cont: () => {
        throw new Error('not now');
      },
    });
    const refused = client.execute('cont');
    await expect(refused).rejects.toBeInstanceOf(QmpError);
    await expect(refused).rejects.toThrow('not now');
  });

  it('rejects a reply of another type', async () => {
    const { client } = await connected({ 'query-balloon': () => ({ actual: 'much' }) });
    await expect(client.execute('query-balloon')).rejects.toThrow('does not fit');
  });

  it('tells events, also those whose data the schema knows otherwise or not at all', async () => {
    const { client, connection } = await connected();
    const timestamp = { seconds: 5, microseconds: 6 };
    const stop = waitForEvent(client, 'STOP');
    const odd = waitForEvent(client, 'RESET');
    const future = waitForEvent(client, 'FUTURE' as 'STOP');
    connection.say({ event: 'STOP', timestamp }).say({ event: 'RESET', data: { guest: 'no' }, timestamp });
    connection.say({ event: 'FUTURE', data: { a: 1 }, timestamp });
    expect(await stop).toEqual({ event: 'STOP', data: {}, timestamp });
    expect((await odd).data).toEqual({ guest: 'no' });
    expect((await future).data).toEqual({ a: 1 });
  });

  it('obeys the signal, and ignores the reply that comes after all', async () => {
    const { client, connection } = await connected({ stop: () => ({}), cont: () => ({}) });
    const abort = new AbortController();
    const stopped = client.execute('stop', undefined, { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    await client.execute('cont');
    expect(connection.asked.map(({ execute }) => execute)).toContain('stop');
  });
});

describe('the end of a connection', () => {
  it('is a loss when nobody asked for it', async () => {
    const { client, connection } = await connected({ 'query-name': () => new Promise(() => {}) as never });
    const told = new Promise(resolve => client.onClose(resolve));
    connection.hangUp(new Error('Connection reset by peer'));
    const error = await told;
    expect(error).toBeInstanceOf(ConnectionLostError);
    expect(String(error)).toContain('the connection to unix:/fake was lost: Connection reset by peer');
    await expect(client.execute('stop')).rejects.toBeInstanceOf(ConnectionLostError);
  });

  it.each([
    [['SHUTDOWN'], true],
    [['SHUTDOWN', 'RESET'], false],
    [['SHUTDOWN', 'RESUME'], false],
  ])('after %j is in order: %s', async (events, orderly) => {
    const { client, connection } = await connected();
    const told = new Promise(resolve => client.onClose(resolve));
    for (const event of events) connection.say({ event, data: { guest: true, reason: 'guest-shutdown' } });
    connection.hangUp();
    expect((await told) === null).toBe(orderly);
    expect(client.shutdown?.['reason']).toBe(orderly ? 'guest-shutdown' : undefined);
  });

  it('is in order after close()', async () => {
    const { client, connection } = await connected();
    const told = new Promise(resolve => client.onClose(resolve));
    client.close();
    expect(await told).toBeNull();
    expect(connection.closed).toBe(true);
  });

  it('comes with garbage', async () => {
    const { client, connection } = await connected();
    const told = new Promise(resolve => client.onClose(resolve));
    connection.sayText('%%%\n');
    expect(String(await told)).toContain('what came is not QMP');
    expect(connection.closed).toBe(true);
  });
});

describe('what is no QMP server', () => {
  const opening = (connection: FakeConnection, options = {}) =>
    SocketQmpClient.open(connection, { ...PATIENT, ...options });

  it.each([
    ['SSH-2.0-OpenSSH_9.2p1\r\n', 'unix:/fake is no QMP server: it said "SSH-2.0-OpenSSH_9.2p1"'],
    ['{"hello": 1}\n', 'is no QMP server'],
    ['{"hello": \x01\n', 'is no QMP server'],
    ["QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ", "is QEMU's human monitor"],
    ['\x1b[2Jx', 'it said "[2Jx"'],
  ])('%j', async (text, message) => {
    const connection = new FakeConnection().sayText(text);
    const opened = opening(connection);
    await expect(opened).rejects.toBeInstanceOf(AttachError);
    await expect(opened).rejects.toThrow(message);
    expect(connection.closed).toBe(true);
  });

  it('closes before it greets', async () => {
    const connection = new FakeConnection();
    connection.hangUp();
    await expect(opening(connection)).rejects.toThrow('closed before it greeted');
  });

  it('says nothing: first a hint, then an error', async () => {
    const hints: string[] = [];
    const opened = opening(new FakeConnection(), {
      timeoutMs: 30,
      slowAfterMs: 5,
      onSlow: (hint: string) => void hints.push(hint),
    });
    await expect(opened).rejects.toThrow('no greeting came');
    expect(hints).toEqual([expect.stringContaining('another one may be connected')]);
  });
});
