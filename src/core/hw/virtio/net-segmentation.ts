import { finishSum, sumWords } from '../../net/checksum.ts';
import { GSO_ECN, GSO_NONE, GSO_TCPV4, GSO_TCPV6, NEEDS_CSUM } from './net-format.ts';

const ETHERNET = 14;
const VLAN_TAG = 4;
const IPV6_HEADER = 40;
const TCP = 6;
const FLAGS_OFFSET = 13;
const FIN_AND_PSH = 0x09;
const CWR = 0x80;

/** What the driver says about a frame it sends (virtio 1.2, 5.1.6). */
export interface FrameHeader {
  readonly flags: number;
  readonly gsoType: number;
  /** Payload bytes of a segment. */
  readonly gsoSize: number;
  readonly csumStart: number;
  readonly csumOffset: number;
}

export function parseHeader(bytes: Uint8Array): FrameHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    flags: view.getUint8(0),
    gsoType: view.getUint8(1),
    gsoSize: view.getUint16(4, true),
    csumStart: view.getUint16(6, true),
    csumOffset: view.getUint16(8, true),
  };
}

/** The frames that go over the wire: checksums filled in, large TCP segments cut up; none if malformed. */
export function wireFrames(frame: Uint8Array, header: FrameHeader): Uint8Array[] {
  const type = header.gsoType & ~GSO_ECN;
  if (type === GSO_TCPV4 || type === GSO_TCPV6) return segment(frame, header.gsoSize, type === GSO_TCPV4);
  if (type !== GSO_NONE) return [];
  if ((header.flags & NEEDS_CSUM) !== 0) completeChecksum(frame, header.csumStart, header.csumOffset);
  return [frame];
}

function completeChecksum(frame: Uint8Array, start: number, offset: number): void {
  if (start + offset + 2 > frame.length) return;
  putChecksum(frame, start + offset, sum(frame, start, frame.length));
}

/** Where the headers of a TCP packet lie in a frame. */
interface TcpLayout {
  readonly ip: number;
  readonly tcp: number;
  readonly payload: number;
}

function layOut(frame: Uint8Array, v4: boolean): TcpLayout | null {
  const ip = ETHERNET + (frame[12] === 0x81 && frame[13] === 0 ? VLAN_TAG : 0);
  const protocol = frame[ip + (v4 ? 9 : 6)];
  const tcp = ip + (v4 ? (frame[ip]! & 0xf) * 4 : IPV6_HEADER);
  const payload = tcp + ((frame[tcp + 12] ?? 0) >> 4) * 4;
  const sound = protocol === TCP && tcp >= ip + 20 && payload >= tcp + 20 && payload <= frame.length;
  return sound ? { ip, tcp, payload } : null;
}

function segment(frame: Uint8Array, size: number, v4: boolean): Uint8Array[] {
  const layout = layOut(frame, v4);
  if (layout === null || size === 0) return [];
  const out: Uint8Array[] = [];
  for (let at = layout.payload, n = 0; at < frame.length || n === 0; at += size, n++) {
    const end = Math.min(at + size, frame.length);
    const piece = new Uint8Array(layout.payload + end - at);
    piece.set(frame.subarray(0, layout.payload));
    piece.set(frame.subarray(at, end), layout.payload);
    finish(piece, layout, { v4, n, offset: at - layout.payload, last: end === frame.length });
    out.push(piece);
  }
  return out;
}

/** Makes the copied headers true for one segment. */
function finish(
  piece: Uint8Array,
  { ip, tcp }: TcpLayout,
  at: { v4: boolean; n: number; offset: number; last: boolean },
): void {
  const view = new DataView(piece.buffer);
  view.setUint32(tcp + 4, view.getUint32(tcp + 4) + at.offset);
  if (!at.last) piece[tcp + FLAGS_OFFSET]! &= ~FIN_AND_PSH;
  if (at.n > 0) piece[tcp + FLAGS_OFFSET]! &= ~CWR;
  if (at.v4) {
    view.setUint16(ip + 2, piece.length - ip);
    view.setUint16(ip + 4, view.getUint16(ip + 4) + at.n);
    view.setUint16(ip + 10, 0);
    putChecksum(piece, ip + 10, sum(piece, ip, tcp));
  } else view.setUint16(ip + 4, piece.length - ip - IPV6_HEADER);
  view.setUint16(tcp + 16, 0);
  const addresses = at.v4 ? sum(piece, ip + 12, ip + 20) : sum(piece, ip + 8, ip + 40);
  putChecksum(piece, tcp + 16, sum(piece, tcp, piece.length) + addresses + TCP + piece.length - tcp);
}

function sum(bytes: Uint8Array, start: number, end: number): number {
  return sumWords(bytes.subarray(start, end));
}

function putChecksum(bytes: Uint8Array, at: number, total: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint16(at, finishSum(total));
}
