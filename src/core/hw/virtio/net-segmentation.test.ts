import { describe, expect, it } from 'vitest';
import { parseHeader, wireFrames } from './net-segmentation.ts';

/** Internet checksum over the whole: 0 when the checksum in it is right. */
function residue(bytes: Uint8Array, seed = 0): number {
  let total = seed;
  for (let n = 0; n < bytes.length; n += 2) total += (bytes[n]! << 8) | (bytes[n + 1] ?? 0);
  while (total > 0xffff) total = (total & 0xffff) + (total >> 16);
  return ~total & 0xffff;
}

function words(bytes: Uint8Array): number {
  return ~residue(bytes) & 0xffff;
}

function tcpFrame(v4: boolean, payload: number): Uint8Array {
  const ip = v4 ? 20 : 40;
  const bytes = new Uint8Array(14 + ip + 20 + payload).map((_, n) => (n * 7) & 0xff);
  const view = new DataView(bytes.buffer);
  view.setUint16(12, v4 ? 0x0800 : 0x86dd);
  view.setUint8(14, v4 ? 0x45 : 0x60);
  view.setUint8(14 + (v4 ? 9 : 6), 6);
  view.setUint16(14 + 4, 1000);
  view.setUint32(14 + ip + 4, 5000);
  view.setUint8(14 + ip + 12, 0x50);
  view.setUint8(14 + ip + 13, 0x99); // CWR, ACK, PSH, FIN
  return bytes;
}

function header(gsoType: number, gsoSize: number, flags = 0, start = 0, offset = 0) {
  const bytes = new Uint8Array(10);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, flags);
  view.setUint8(1, gsoType);
  view.setUint16(4, gsoSize, true);
  view.setUint16(6, start, true);
  view.setUint16(8, offset, true);
  return parseHeader(bytes);
}

describe('wire frames', () => {
  it.each([
    ['IPv4', true, 1],
    ['IPv6', false, 4],
  ])('cuts large TCP segments over %s', (_, v4, type) => {
    const frame = tcpFrame(v4, 250);
    const ip = v4 ? 20 : 40;
    const pieces = wireFrames(frame, header(type | 0x80, 100));
    expect(pieces.map(piece => piece.length - 34 - ip)).toEqual([100, 100, 50]);
    expect(pieces.flatMap(piece => [...piece.subarray(34 + ip)])).toEqual([...frame.subarray(34 + ip)]);
    pieces.forEach((piece, n) => {
      const view = new DataView(piece.buffer);
      const tcp = piece.subarray(14 + ip);
      expect(view.getUint32(14 + ip + 4)).toBe(5000 + 100 * n);
      expect(tcp[13]).toBe([0x90, 0x10, 0x19][n]);
      expect(view.getUint16(v4 ? 16 : 18)).toBe(piece.length - (v4 ? 14 : 54));
      if (v4) expect([residue(piece.subarray(14, 34)), view.getUint16(18)]).toEqual([0, 1000 + n]);
      const addresses = piece.subarray(v4 ? 26 : 22, 14 + ip);
      expect(residue(tcp, words(addresses) + 6 + tcp.length)).toBe(0);
    });
  });

  it('fills in a checksum that the driver left open', () => {
    const frame = new Uint8Array(64).fill(3);
    frame.set([0, 0], 50);
    const [out] = wireFrames(frame, header(0, 0, 1, 34, 16));
    expect(residue(out!.subarray(34))).toBe(0);
  });

  it('drops what it cannot cut', () => {
    expect(wireFrames(new Uint8Array(20), header(1, 100))).toEqual([]);
    expect(wireFrames(tcpFrame(true, 200), header(1, 0))).toEqual([]);
    expect(wireFrames(tcpFrame(true, 200), header(3, 100))).toEqual([]);
  });
});
