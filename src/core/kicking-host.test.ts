import { describe, expect, it } from 'vitest';
import type { Host, HostNetwork, TcpEvents, TcpSocket } from '../host/types.ts';
import { kickingHost } from './kicking-host.ts';

/** What a machine is told, and the kicks, in order. */
const told: string[] = [];
const EVENTS: TcpEvents = {
  connected: () => told.push('connected'),
  data: bytes => told.push(`data ${bytes.length}`),
  flushed: () => told.push('flushed'),
  ended: () => told.push('ended'),
  closed: code => told.push(`closed ${code}`),
};
const HERE = { address: '127.0.0.1', port: 1 };

/** A network that hands out what it was given, so that a test can speak for it. */
function spokenFor() {
  const given: { events?: TcpEvents | null; receive?: (bytes: Uint8Array, from: typeof HERE) => void } = {};
  const network: HostNetwork = {
    connectTcp: (_to, events) => {
      given.events = events;
      return {} as TcpSocket;
    },
    listenTcp: async (_at, accept) => {
      given.events = accept({} as TcpSocket, HERE);
      return { descriptor: 3, local: HERE, close: () => {} };
    },
    connectUnix: (_path, events) => {
      given.events = events;
      return {} as TcpSocket;
    },
    listenUnix: async (_path, accept) => {
      given.events = accept({} as TcpSocket);
      return { close: () => {} };
    },
    adoptStream: (_descriptor, events) => {
      given.events = events;
      return {} as TcpSocket;
    },
    adoptListener: async (_descriptor, accept) => {
      given.events = accept({} as TcpSocket);
      return { close: () => {} };
    },
    errorText: code => code,
    openUdp: async (_at, receive) => {
      given.receive = receive;
      return { descriptor: 4, local: HERE, pending: 0, send: () => {}, close: () => {} };
    },
    joinMulticast: async (_to, receive) => {
      given.receive = receive;
      return { pending: 0, send: () => {}, close: () => {} };
    },
    adoptDatagrams: (_descriptor, receive) => {
      given.receive = receive;
      return { pending: 0, send: () => {}, close: () => {} };
    },
    lookup: async () => ['127.0.0.1'],
    reverse: () => Promise.reject(new Error('no name')),
  };
  told.length = 0;
  const host = kickingHost({ network } as Host, () => told.push('kick'));
  return { given, network: host.network };
}

describe('the network of a kicking host', () => {
  it('kicks before every event of a connection', () => {
    const { given, network } = spokenFor();
    network.connectTcp(HERE, EVENTS);
    given.events!.connected();
    given.events!.data(new Uint8Array(3));
    given.events!.flushed();
    given.events!.ended();
    given.events!.closed('EPIPE');
    expect(told.filter((_, at) => at % 2 === 0)).toEqual(new Array(5).fill('kick'));
    expect(told.filter((_, at) => at % 2 === 1)).toEqual([
      ...['connected', 'data 3', 'flushed', 'ended', 'closed EPIPE'],
    ]);
  });

  it('kicks for callers, datagrams and answers of the resolver', async () => {
    const { given, network } = spokenFor();
    await network.listenTcp(HERE, () => EVENTS);
    given.events!.ended();
    expect(told).toEqual(['kick', 'kick', 'ended']);
    await network.listenTcp(HERE, () => null);
    expect(given.events).toBeNull();
    told.length = 0;
    await network.openUdp(HERE, bytes => void told.push(`datagram ${bytes.length}`));
    given.receive!(new Uint8Array(2), HERE);
    expect(told).toEqual(['kick', 'kick', 'datagram 2']);
    told.length = 0;
    const receive = (bytes: Uint8Array) => void told.push(`datagram ${bytes.length}`);
    await network.joinMulticast({ group: HERE, via: null }, receive);
    given.receive!(new Uint8Array(3), HERE);
    expect(told).toEqual(['kick', 'kick', 'datagram 3']);
    told.length = 0;
    network.adoptDatagrams(5, receive);
    given.receive!(new Uint8Array(4), HERE);
    expect(told).toEqual(['kick', 'datagram 4']);
    told.length = 0;
    expect(await network.lookup('x')).toEqual(['127.0.0.1']);
    await expect(network.reverse('x')).rejects.toThrow('no name');
    expect(told).toEqual(['kick', 'kick']);
  });
});
