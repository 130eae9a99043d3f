import { getEventListeners } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QmpError } from '../qapi/errors.ts';
import { loadSchema } from '../qapi/index.ts';
import type { QmpEvent } from './client.ts';
import { CommandCoverage } from './coverage.ts';
import { type CommandHandlers, Dispatcher } from './dispatch.ts';
import { ConnectionLostError, WaitTimeoutError } from './errors.ts';
import { createLocalPorts } from './local-port.ts';
import { PortQmpClient } from './port-client.ts';
import type { PortLike } from './port-messages.ts';
import { servePort } from './port-server.ts';
import { isEvent, waitForEvent } from './wait.ts';

const ports: PortLike[] = [];
const timestamp = { seconds: 1, microseconds: 0 };

const threadPorts = () => {
  const { port1, port2 } = new MessageChannel();
  return [port1, port2] as const;
};
const kinds = [
  { kind: 'between threads', make: threadPorts },
  { kind: 'within one thread', make: createLocalPorts },
];
let makePorts: () => readonly [PortLike, PortLike] = threadPorts;

function connect(handlers: CommandHandlers, coverage = new CommandCoverage()) {
  const [port1, port2] = makePorts();
  ports.push(port1, port2);
  const listeners = new Set<(event: QmpEvent) => void>();
  const events = {
    on: (listener: (event: QmpEvent) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const stop = servePort(port2, new Dispatcher(loadSchema(), handlers), events);
  const client = new PortQmpClient(port1, { onExecuted: coverage.record });
  const emit = (event: QmpEvent) => {
    for (const listener of listeners) listener(event);
  };
  return { client, emit, stop, listeners, serverPort: port2 };
}

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
  makePorts = threadPorts;
});

const balloon: CommandHandlers = { 'query-balloon': () => ({ actual: 1n << 60n }) };

describe.each(kinds)('a client and a server on a port $kind', ({ make }) => {
  beforeEach(() => {
    makePorts = make;
  });

  it('exchange requests and replies, bigints included', async () => {
    const coverage = new CommandCoverage();
    const { client } = connect(
      {
        ...balloon,
        set_link: () => {
          throw new QmpError('no', 'DeviceNotFound');
        },
      },
      coverage,
    );
    expect(await client.execute('query-balloon')).toEqual({ actual: 1n << 60n });
    const failed = client.execute('set_link', { name: 'x', up: true });
    await expect(failed).rejects.toMatchObject({ errorClass: 'DeviceNotFound', message: 'no' });
    await expect(client.execute('query-name')).rejects.toMatchObject({ errorClass: 'CommandNotFound' });
    expect(coverage.unexecuted(['query-balloon', 'set_link', 'stop'])).toEqual(['stop']);
  });

  it('keep the order of requests, however long one takes', async () => {
    const order: string[] = [];
    const { client } = connect({
      stop: async () => {
        await new Promise(resolve => setImmediate(resolve));
        order.push('stop');
        return {};
      },
      cont: () => {
        order.push('cont');
        return {};
      },
    });
    await Promise.all([client.execute('stop'), client.execute('cont')]);
    expect(order).toEqual(['stop', 'cont']);
  });

  it('tell what is on offer', async () => {
    const { client } = connect(balloon);
    expect(client.supports('query-name')).toBe(true);
    await client.execute('query-balloon');
    expect(client.supports('query-balloon')).toBe(true);
    expect(client.supports('query-commands')).toBe(true);
    expect(client.supports('query-name')).toBe(false);
  });

  it('pass events on until the listener ends', async () => {
    const { client, emit } = connect(balloon);
    const seen: string[] = [];
    const end = client.onEvent(event => {
      if (isEvent(event, 'RESET')) seen.push(`${event.event} ${event.data.reason}`);
    });
    emit({ event: 'STOP', data: {}, timestamp });
    emit({ event: 'RESET', data: { guest: true, reason: 'guest-reset' }, timestamp });
    await client.execute('query-balloon');
    end();
    emit({ event: 'RESET', data: { guest: false, reason: 'host-ui' }, timestamp });
    await client.execute('query-balloon');
    expect(seen).toEqual(['RESET guest-reset']);
  });

  it('keep events for the first who listens', async () => {
    const { client, emit } = connect(balloon);
    emit({ event: 'RESUME', data: {}, timestamp });
    await client.execute('query-balloon');
    const seen: string[] = [];
    client.onEvent(({ event }) => seen.push(event));
    client.onEvent(() => seen.push('second'));
    expect(seen).toEqual(['RESUME']);
  });

  it('get what was sent before they listened, and before the other end closed', async () => {
    const [sender, receiver] = make();
    sender.postMessage('early');
    sender.close();
    sender.postMessage('late');
    const seen: unknown[] = [];
    receiver.on('message', message => seen.push(message));
    await new Promise<void>(resolve => receiver.on('close', () => resolve()));
    expect(seen).toEqual(['early']);
  });

  it('stop serving when told', async () => {
    const { client, emit, stop, listeners } = connect(balloon);
    await client.execute('query-balloon');
    stop();
    expect(listeners.size).toBe(0);
    emit({ event: 'STOP', data: {}, timestamp });
  });
});

describe.each(kinds)('a connection $kind that ends', ({ make }) => {
  beforeEach(() => {
    makePorts = make;
  });

  it('fails what is pending and what comes later', async () => {
    const { client, serverPort } = connect({ stop: () => new Promise(() => {}) });
    const closed = new Promise<Error | null>(resolve => client.onClose(resolve));
    const pending = client.execute('stop');
    serverPort.close();
    await expect(pending).rejects.toBeInstanceOf(ConnectionLostError);
    await expect(pending).rejects.toMatchObject({ exitCode: 3 });
    expect(await closed).toBeInstanceOf(ConnectionLostError);
    await expect(client.execute('cont')).rejects.toBeInstanceOf(ConnectionLostError);
  });

  it('in order tells null', async () => {
    const { client, listeners, serverPort } = connect(balloon);
    const closed = new Promise<Error | null>(resolve => client.onClose(resolve));
    const served = new Promise(resolve => serverPort.on('close', resolve));
    client.close();
    expect(await closed).toBeNull();
    await served;
    expect(listeners.size).toBe(0);
  });

  it('tells also those who ask afterwards', async () => {
    const { client } = connect(balloon);
    const closed = new Promise<Error | null>(resolve => client.onClose(resolve));
    client.close();
    await closed;
    expect(await new Promise<Error | null>(resolve => client.onClose(resolve))).toBeNull();
    await expect(waitForEvent(client, 'STOP')).rejects.toBeInstanceOf(ConnectionLostError);
  });
});

describe('an abort', () => {
  it('ends the wait and leaves the connection as it is', async () => {
    const { client } = connect({
      ...balloon,
      stop: () => new Promise(resolve => setImmediate(() => resolve({}))),
    });
    const controller = new AbortController();
    const pending = client.execute('stop', {}, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
    await expect(client.execute('stop', {}, { signal: controller.signal })).rejects.toThrow('enough');
    expect(await client.execute('query-balloon')).toEqual({ actual: 1n << 60n });
  });

  it('needs one listener, however many requests it would end', async () => {
    const { client } = connect(balloon);
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const pending = Array.from({ length: 20 }, () => client.execute('query-balloon', {}, options));
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    controller.abort(new Error('enough'));
    const results = await Promise.allSettled(pending);
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  });
});

describe('waiting for an event', () => {
  it('takes the first that the predicate accepts', async () => {
    const { client, emit } = connect(balloon);
    const wait = waitForEvent(client, 'RESET', { predicate: ({ data }) => !data.guest });
    emit({ event: 'RESET', data: { guest: true, reason: 'guest-reset' }, timestamp });
    emit({ event: 'RESET', data: { guest: false, reason: 'host-ui' }, timestamp });
    expect((await wait).data.reason).toBe('host-ui');
  });

  it('ends with the time, the signal, or the connection', async () => {
    const { client, serverPort } = connect(balloon);
    const late = waitForEvent(client, 'STOP', { timeoutMs: 1 });
    await expect(late).rejects.toBeInstanceOf(WaitTimeoutError);
    await expect(late).rejects.toMatchObject({
      exitCode: 4,
      message: 'timed out after 1 ms waiting for the event STOP',
    });
    const controller = new AbortController();
    const aborted = waitForEvent(client, 'STOP', { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await expect(waitForEvent(client, 'STOP', { signal: controller.signal })).rejects.toThrow('enough');
    const lost = waitForEvent(client, 'STOP');
    serverPort.close();
    await expect(lost).rejects.toBeInstanceOf(ConnectionLostError);
  });
});
