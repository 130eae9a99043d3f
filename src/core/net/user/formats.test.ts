/** Formats against bytes that were written by hand from the specifications. */
import { describe, expect, it } from 'vitest';
import { finishSum, sumWords } from '../checksum.ts';
import { formatAddress, parseAddress, parseAddress6 } from './address.ts';
import { ByteQueue } from './byte-queue.ts';
import { buildIpv4, type Ipv4Fragment, parseIpv4 } from './ipv4.ts';
import { Reassembler } from './reassembly.ts';
import { advance, buildTcp, distance, parseTcp } from './tcp-segment.ts';
import { pattern } from './test-support.ts';
import { buildUdp, parseUdp } from './udp.ts';

describe('addresses', () => {
  it.each([
    ['10.0.2.2', '10.0.2.2'],
    ['127.1', '127.0.0.1'],
    ['10', '0.0.0.10'],
    ['0x7f.0.0.010', '127.0.0.8'],
    ['255.255.255.255', '255.255.255.255'],
  ])('%s is %s', (text, address) => {
    expect(formatAddress(parseAddress(text)!)).toBe(address);
  });

  it.each([
    '',
    '.',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.256',
    '08.1.1.1',
    'a.b.c.d',
    '1..2',
    ' 1.2.3.4',
    '-1',
  ])('%j is none', text => {
    expect(parseAddress(text)).toBeNull();
  });

  it('of version 6 are read', () => {
    expect([...parseAddress6('2001:db8::ff00:42')!]).toEqual([
      ...[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 0x42],
    ]);
    expect([...parseAddress6('::ffff:10.0.2.2')!.subarray(10)]).toEqual([0xff, 0xff, 10, 0, 2, 2]);
    for (const text of ['1:2:3', '1::2::3', '12345::', 'x::', '1:2:3:4:5:6:7:8:9']) {
      expect(parseAddress6(text)).toBeNull();
    }
  });
});

describe('checksums', () => {
  it('are those of the example in RFC 1071', () => {
    const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
    expect(finishSum(sumWords(bytes))).toBe(~0xddf2 & 0xffff);
  });

  it('take an odd byte as the high one', () => {
    expect(sumWords(Uint8Array.of(1, 2, 3))).toBe(0x0402);
  });
});

describe('packets', () => {
  const packet = {
    source: 0x0a00_020f,
    destination: 0x0a00_0202,
    protocol: 17,
    payload: Uint8Array.of(1, 2),
  };

  it('have the header of RFC 791', () => {
    const [bytes] = buildIpv4(packet, 7);
    expect([...bytes!]).toEqual([
      ...[0x45, 0, 0, 22, 0, 7, 0, 0, 64, 17, 0x62, 0xc0],
      ...[10, 0, 2, 15, 10, 0, 2, 2, 1, 2],
    ]);
    expect(parseIpv4(bytes!)).toMatchObject(packet);
  });

  it('with a broken header are not taken', () => {
    const [bytes] = buildIpv4(packet, 7);
    for (let at = 0; at < 20; at++)
      expect(parseIpv4(bytes!.map((b, n) => (n === at ? b ^ 1 : b)))).toBeNull();
    for (let length = 0; length < 22; length++) expect(parseIpv4(bytes!.subarray(0, length))).toBeNull();
  });

  it('come together in any order', () => {
    const payload = pattern(5000);
    const fragments = buildIpv4({ ...packet, payload }, 9).map(bytes => parseIpv4(bytes)!);
    const reassembler = new Reassembler();
    const results = fragments.reverse().map(fragment => reassembler.add(fragment));
    expect(results.slice(0, -1).every(result => result === null)).toBe(true);
    expect(Buffer.compare(results.at(-1)!.payload, payload)).toBe(0);
  });

  it('larger than a packet can be are dropped', () => {
    const [first] = buildIpv4({ ...packet, payload: new Uint8Array(2000) }, 9).map(
      bytes => parseIpv4(bytes)!,
    );
    const last: Ipv4Fragment = { ...first!, offset: 65_528, more: false };
    expect(new Reassembler().add(last)).toBeNull();
  });
});

describe('datagrams and segments', () => {
  it('are read as they were built, and not when a byte changed', () => {
    const udp = buildUdp(1, 2, { sourcePort: 3, destinationPort: 4, data: Uint8Array.of(5) });
    expect(parseUdp(udp)).toEqual({ sourcePort: 3, destinationPort: 4, data: Uint8Array.of(5) });
    const segment = {
      ...{ sourcePort: 3, destinationPort: 4, sequence: 0xffff_fff0, acknowledgment: 9, flags: 0x12 },
      ...{ window: 77, mss: 1460, data: Uint8Array.of(1, 2, 3) },
    };
    const tcp = buildTcp(1, 2, segment);
    expect(parseTcp(tcp)).toEqual(segment);
    for (const [at, byte] of tcp.payload.entries()) {
      const payload = tcp.payload.slice();
      payload[at] = byte ^ 4;
      expect(parseTcp({ ...tcp, payload })).toBeNull();
    }
  });

  it('count around the end of sequence numbers', () => {
    expect(advance(0xffff_ffff, 2)).toBe(1);
    expect(distance(1, 0xffff_ffff)).toBe(2);
    expect(distance(0xffff_ffff, 1)).toBe(-2);
  });
});

describe('ByteQueue', () => {
  it('copies across pieces and forgets from the front', () => {
    const queue = new ByteQueue();
    for (const piece of [[1, 2, 3], [], [4, 5], [6]]) queue.push(Uint8Array.from(piece));
    expect([...queue.copy(1, 4)]).toEqual([2, 3, 4, 5]);
    queue.drop(4);
    expect(queue.length).toBe(2);
    expect([...queue.copy(0, 2)]).toEqual([5, 6]);
    queue.drop(9);
    expect(queue.length).toBe(0);
  });
});
