import { finishSum, pseudoHeaderSum, sumWords } from '../checksum.ts';
import { type Ipv4Packet, PROTOCOL } from './ipv4.ts';

/** User datagrams (RFC 768). */
const HEADER = 8;

export interface Datagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly data: Uint8Array;
}

/** Null unless lengths and checksum (if there is one) are right. */
export function parseUdp({ source, destination, payload }: Ipv4Packet): Datagram | null {
  if (payload.length < HEADER) return null;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const length = view.getUint16(4);
  if (length < HEADER || length > payload.length) return null;
  const bytes = payload.subarray(0, length);
  const pseudo = pseudoHeaderSum(source, destination, PROTOCOL.udp, length);
  if (view.getUint16(6) !== 0 && finishSum(sumWords(bytes, pseudo)) !== 0) return null;
  return { sourcePort: view.getUint16(0), destinationPort: view.getUint16(2), data: bytes.subarray(HEADER) };
}

export function buildUdp(source: number, destination: number, datagram: Datagram): Ipv4Packet {
  const payload = new Uint8Array(HEADER + datagram.data.length);
  const view = new DataView(payload.buffer);
  view.setUint16(0, datagram.sourcePort);
  view.setUint16(2, datagram.destinationPort);
  view.setUint16(4, payload.length);
  payload.set(datagram.data, HEADER);
  const pseudo = pseudoHeaderSum(source, destination, PROTOCOL.udp, payload.length);
  view.setUint16(6, finishSum(sumWords(payload, pseudo)) || 0xffff);
  return { source, destination, protocol: PROTOCOL.udp, payload };
}
