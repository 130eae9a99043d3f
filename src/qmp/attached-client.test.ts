import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AttachedClient, type ConnectionChange } from './attached-client.ts';
import { AttachError, ConnectionLostError } from './errors.ts';
import { type FakeAnswers, FakeConnection } from './fake-connection.ts';
import { SocketQmpClient } from './socket-client.ts';

const PATIENT = { timeoutMs: 60_000, slowAfterMs: 60_000 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A server that can be cut off, and whose `down` lets connections fail. */
function server(answers: FakeAnswers = { stop: () => ({}) }) {
  const connections: FakeConnection[] = [];
  const state = { down: false };
  const dial = async () => {
    if (state.down) throw new AttachError('refused');
    const connection = new FakeConnection(answers).greet();
    connections.push(connection);
    return SocketQmpClient.open(connection, PATIENT);
  };
  return { connections, state, dial };
}

it('ends with the connection when it does not reconnect', async () => {
  const { dial, connections } = server();
  const client = await AttachedClient.open({ dial, reconnect: false });
  const told = new Promise(resolve => client.onClose(resolve));
  connections[0]!.hangUp();
  expect(await told).toBeInstanceOf(ConnectionLostError);
  expect(await new Promise(resolve => client.onClose(resolve))).toBeInstanceOf(ConnectionLostError);
});

it('connects again, later and later, and keeps its listeners', async () => {
  const { dial, connections, state } = server();
  const client = await AttachedClient.open({ dial, reconnect: true });
  const changes: ConnectionChange[] = [];
  client.onChange(change => void changes.push(change));
  const event = new Promise(resolve => client.onEvent(({ event: name }) => resolve(name)));
  state.down = true;
  connections[0]!.hangUp();
  await vi.waitFor(() => expect(changes).toHaveLength(1));
  expect(changes[0]).toMatchObject({ kind: 'lost' });
  await expect(client.execute('stop')).rejects.toThrow('no connection');
  await vi.advanceTimersByTimeAsync(5000);
  expect(connections).toHaveLength(1);
  state.down = false;
  await vi.advanceTimersByTimeAsync(8000);
  await vi.waitFor(() => expect(changes.at(-1)).toEqual({ kind: 'connected' }));
  expect(await client.execute('stop')).toEqual({});
  connections[1]!.say({ event: 'STOP' });
  expect(await event).toBe('STOP');
});

it('ends when the machine does', async () => {
  const { dial, connections } = server();
  const client = await AttachedClient.open({ dial, reconnect: true });
  const told = new Promise(resolve => client.onClose(resolve));
  connections[0]!.say({ event: 'SHUTDOWN', data: { guest: false, reason: 'host-qmp-quit' } }).hangUp();
  expect(await told).toBeNull();
  expect(client.shutdown).toEqual({ guest: false, reason: 'host-qmp-quit' });
});

it('takes the end of the connection for an answer to quit', async () => {
  const { dial, connections } = server({ quit: () => new Promise(() => {}) as never });
  const client = await AttachedClient.open({ dial, reconnect: false });
  const quit = client.execute('quit');
  connections[0]!.hangUp();
  expect(await quit).toEqual({});
});

it('is at rest after close(), also between two attempts', async () => {
  const { dial, connections } = server();
  const client = await AttachedClient.open({ dial, reconnect: true });
  const lost = new Promise(resolve => client.onChange(resolve));
  connections[0]!.hangUp();
  await lost;
  client.close();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(connections).toHaveLength(1);
});
