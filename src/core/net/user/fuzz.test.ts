/** Frames that no guest should send: nothing may throw, and nothing may grow without end. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { HostNetwork, TcpEvents, TcpSocket } from '../../../host/types.ts';
import { finishSum, pseudoHeaderSum, sumWords } from '../checksum.ts';
import { BROADCAST } from './address.ts';
import { buildEthernet } from './ethernet.ts';
import { buildIpv4 } from './ipv4.ts';
import { buildTcp } from './tcp-segment.ts';
import { GATEWAY, GUEST, GUEST_MAC, ip, startNet, type TestNet } from './test-support.ts';
import { buildUdp } from './udp.ts';

let test: TestNet;
afterEach(() => test.close());

/** A host whose peers take everything and answer at once. */
function hostOf(sockets: Set<TcpEvents>): Partial<HostNetwork> {
  return {
    connectTcp: (_to, events) => {
      sockets.add(events);
      queueMicrotask(() => events.connected());
      const socket: TcpSocket = {
        descriptor: 5,
        pending: 0,
        ends: null,
        write: bytes => void queueMicrotask(() => events.data(bytes)),
        end: () => void queueMicrotask(() => events.ended()),
        destroy: () => void sockets.delete(events),
        pause: () => {},
        resume: () => {},
      };
      return socket;
    },
    openUdp: async () => ({
      descriptor: 6,
      local: { address: '0.0.0.0', port: 1 },
      pending: 0,
      send: () => {},
      close: () => {},
    }),
    lookup: async () => ['192.0.2.1'],
    reverse: async () => ['a.example'],
  };
}

const number32 = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, GATEWAY, GUEST, BROADCAST, ip('10.0.2.3')));
const port = fc.oneof(fc.nat(0xffff), fc.constantFrom(53, 67, 80));
const bytes = fc.uint8Array({ maxLength: 2000 });

const tcp = fc
  .record({
    sourcePort: fc.nat(3),
    destinationPort: fc.constantFrom(80, 81),
    sequence: fc.oneof(fc.nat(3), number32),
    acknowledgment: number32,
    flags: fc.nat(0xff),
    window: fc.nat(0xffff),
    mss: fc.option(fc.nat(0xffff)),
    data: bytes,
  })
  .map(segment => buildTcp(GUEST, GATEWAY, segment));

const udp = fc
  .record({ sourcePort: port, destinationPort: port, data: bytes })
  .chain(datagram => fc.tuple(number32, number32).map(([from, to]) => buildUdp(from, to, datagram)));

const raw = fc.record({ source: number32, destination: number32, protocol: fc.nat(255), payload: bytes });

function framesOf(payload: Uint8Array, type: number): Uint8Array {
  return buildEthernet({ destination: new Uint8Array(6), source: GUEST_MAC, type, payload });
}

/** Sound frames, frames with a few bytes changed (the header's checksum mended), and noise. */
const frames = fc.oneof(
  fc
    .tuple(
      fc.oneof(tcp, udp, raw),
      fc.nat(0xffff),
      fc.array(fc.tuple(fc.nat(70), fc.nat(255)), { maxLength: 4 }),
    )
    .map(([packet, identification, changes]) => {
      const [first] = buildIpv4(packet, identification);
      for (const [at, value] of changes) if (at < first!.length) first![at] = value;
      mend(first!);
      return framesOf(first!, 0x0800);
    }),
  bytes.map(payload => framesOf(payload, 0x0806)),
  fc.uint8Array({ minLength: 28, maxLength: 28 }).map(payload => {
    payload.set([0, 1, 8, 0, 6, 4, 0, 1]);
    return framesOf(payload, 0x0806);
  }),
  bytes,
);

/** Makes the checksums right again, so that what lies behind them is reached. */
function mend(packet: Uint8Array): void {
  const length = (packet[0]! & 0xf) * 4;
  if (length < 20 || length > packet.length) return;
  put(packet, 10, packet.subarray(0, length), 0);
  const place = packet[9] === 6 ? 16 : packet[9] === 17 ? 6 : packet[9] === 1 ? 2 : -1;
  if (place < 0 || length + place + 2 > packet.length) return;
  const view = new DataView(packet.buffer, packet.byteOffset);
  const body = packet.subarray(length);
  const pseudo = pseudoHeaderSum(view.getUint32(12), view.getUint32(16), packet[9]!, body.length);
  put(packet, length + place, body, packet[9] === 1 ? 0 : pseudo);
}

function put(packet: Uint8Array, at: number, covered: Uint8Array, initial: number): void {
  packet.fill(0, at, at + 2);
  const sum = finishSum(sumWords(covered, initial));
  packet.set([sum >>> 8, sum & 0xff], at);
}

describe('hostile frames', () => {
  it('do no harm', async () => {
    const sockets = new Set<TcpEvents>();
    test = await startNet({}, hostOf(sockets));
    await fc.assert(
      fc.asyncProperty(fc.array(frames, { minLength: 1, maxLength: 60 }), async sent => {
        for (const frame of sent) test.guest.send(frame);
        await new Promise(setImmediate);
        test.clock.runTimers();
        expect([...test.net.tcp.connections].length).toBeLessThanOrEqual(512);
        expect([...test.net.udp.flows].length).toBeLessThanOrEqual(256);
        test.guest.packets.length = 0;
        test.guest.arps.length = 0;
      }),
      { numRuns: 300 },
    );
  });

  it('cannot open more connections or flows than there may be', async () => {
    test = await startNet({}, hostOf(new Set()));
    const segment = { destinationPort: 80, acknowledgment: 0, flags: 2, window: 9, mss: null };
    for (let sourcePort = 1; sourcePort < 2000; sourcePort++) {
      const data = new Uint8Array(0);
      test.guest.sendIp(buildTcp(GUEST, GATEWAY, { ...segment, sourcePort, sequence: 7, data }));
      test.guest.sendUdp(GATEWAY, 99, Uint8Array.of(1), { sourcePort });
    }
    expect([...test.net.tcp.connections]).toHaveLength(512);
    expect([...test.net.udp.flows]).toHaveLength(256);
    await new Promise(setImmediate);
  });
});
