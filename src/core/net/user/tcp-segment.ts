import { finishSum, pseudoHeaderSum, sumWords } from '../checksum.ts';
import { type Ipv4Packet, PROTOCOL } from './ipv4.ts';

/** Segments of the transmission control protocol (RFC 9293, 3.1). */
const HEADER = 20;
const OPTION_END = 0;
const OPTION_NOP = 1;
const OPTION_MSS = 2;

export const FLAG = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;

export interface Segment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  readonly window: number;
  /** Largest segment that the sender takes, null if it does not say. */
  readonly mss: number | null;
  readonly data: Uint8Array;
}

/** Distance from `b` to `a` on the circle of sequence numbers, negative if `a` comes before. */
export function distance(a: number, b: number): number {
  return (a - b) | 0;
}

export function advance(sequence: number, by: number): number {
  return (sequence + by) >>> 0;
}

/** Null unless lengths and checksum are right. */
export function parseTcp({ source, destination, payload }: Ipv4Packet): Segment | null {
  if (payload.length < HEADER) return null;
  const headerLength = (payload[12]! >>> 4) * 4;
  if (headerLength < HEADER || headerLength > payload.length) return null;
  const pseudo = pseudoHeaderSum(source, destination, PROTOCOL.tcp, payload.length);
  if (finishSum(sumWords(payload, pseudo)) !== 0) return null;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    sequence: view.getUint32(4),
    acknowledgment: view.getUint32(8),
    flags: payload[13]!,
    window: view.getUint16(14),
    mss: readMss(payload.subarray(HEADER, headerLength)),
    data: payload.subarray(headerLength),
  };
}

function readMss(options: Uint8Array): number | null {
  for (let at = 0; at < options.length; ) {
    const kind = options[at]!;
    const length = kind === OPTION_NOP ? 1 : (options[at + 1] ?? 0);
    if (kind === OPTION_END || length === 0 || at + length > options.length) return null;
    if (kind === OPTION_MSS && length === 4) return (options[at + 2]! << 8) | options[at + 3]!;
    at += length;
  }
  return null;
}

export function buildTcp(source: number, destination: number, segment: Segment): Ipv4Packet {
  const start = HEADER + (segment.mss === null ? 0 : 4);
  const payload = new Uint8Array(start + segment.data.length);
  const view = new DataView(payload.buffer);
  view.setUint16(0, segment.sourcePort);
  view.setUint16(2, segment.destinationPort);
  view.setUint32(4, segment.sequence);
  view.setUint32(8, segment.acknowledgment);
  payload[12] = (start / 4) << 4;
  payload[13] = segment.flags;
  view.setUint16(14, segment.window);
  if (segment.mss !== null) view.setUint32(HEADER, (OPTION_MSS << 24) | (4 << 16) | segment.mss);
  payload.set(segment.data, start);
  const pseudo = pseudoHeaderSum(source, destination, PROTOCOL.tcp, payload.length);
  view.setUint16(16, finishSum(sumWords(payload, pseudo)));
  return { source, destination, protocol: PROTOCOL.tcp, payload };
}
