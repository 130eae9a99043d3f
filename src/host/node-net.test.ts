import { describe, expect, it } from 'vitest';
import { createNodeNetwork } from './node-net.ts';
import type { TcpEvents } from './types.ts';

const network = createNodeNetwork();
const HERE = { address: '127.0.0.1', port: 0 };

/** Events as lines; `until` resolves when one is there. */
class Log implements TcpEvents {
  readonly lines: string[] = [];
  #waiters: (() => void)[] = [];
  #tell(line: string): void {
    this.lines.push(line);
    for (const wake of this.#waiters.splice(0)) wake();
  }
  connected = () => this.#tell('connected');
  data = (bytes: Uint8Array) => this.#tell(`data ${Buffer.from(bytes)}`);
  flushed = () => this.#tell('flushed');
  ended = () => this.#tell('ended');
  closed = (code: string | null) => this.#tell(`closed ${code}`);
  async until(line: string): Promise<void> {
    while (!this.lines.includes(line)) await new Promise<void>(resolve => this.#waiters.push(resolve));
  }
}

describe('tcp', () => {
  it('connects, carries bytes both ways, and ends each way on its own', async () => {
    const served = new Log();
    const listener = await network.listenTcp(HERE, (socket, from) => {
      expect(from.address).toBe('127.0.0.1');
      socket.write(Buffer.from('hi'));
      socket.end();
      return served;
    });
    const log = new Log();
    const socket = network.connectTcp(listener.local, log);
    await log.until('ended');
    expect(socket.descriptor).toBeGreaterThan(2);
    expect(listener.descriptor).toBeGreaterThan(2);
    socket.write(Buffer.from('still here'));
    await log.until('flushed');
    expect(socket.pending).toBe(0);
    socket.end();
    await served.until('closed null');
    expect(log.lines.slice(0, 2)).toEqual(['connected', 'data hi']);
    expect(served.lines).toContain('data still here');
    listener.close();
  });

  it('tells why it cannot connect, and nothing after that it is closed', async () => {
    const listener = await network.listenTcp(HERE, () => null);
    const { local } = listener;
    listener.close();
    const log = new Log();
    network.connectTcp(local, log);
    await log.until('closed ECONNREFUSED');
    await new Promise(setImmediate);
    expect(log.lines).toEqual(['closed ECONNREFUSED']);
  });

  it('refuses a caller whom nobody wants, with a reset', async () => {
    const listener = await network.listenTcp(HERE, () => null);
    const log = new Log();
    network.connectTcp(listener.local, log);
    await log.until('closed ECONNRESET');
    listener.close();
  });

  it('does not listen where somebody else does', async () => {
    const listener = await network.listenTcp(HERE, () => null);
    await expect(network.listenTcp(listener.local, () => null)).rejects.toThrow('EADDRINUSE');
    listener.close();
  });
});

describe('udp', () => {
  it('carries datagrams and tells what could not be sent', async () => {
    const got = new Promise<string>(resolve => {
      void network
        .openUdp(HERE, (bytes, from) => resolve(`${Buffer.from(bytes)} from ${from.address}`))
        .then(receiver => {
          void network
            .openUdp(HERE, () => {})
            .then(async sender => {
              sender.send(Buffer.from('x'), receiver.local, () => {});
              await got;
              sender.close();
              receiver.close();
            });
        });
    });
    expect(await got).toBe('x from 127.0.0.1');
    const socket = await network.openUdp(HERE, () => {});
    const code = await new Promise(resolve =>
      socket.send(new Uint8Array(70_000), { ...HERE, port: 9 }, resolve),
    );
    expect(code).toBe('EMSGSIZE');
    expect(socket.pending).toBe(0);
    socket.close();
  });
});

describe('names', () => {
  it('are looked up as the host does', async () => {
    expect(await network.lookup('localhost')).toContain('127.0.0.1');
  });
});
