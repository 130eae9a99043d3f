import { finishSum, sumWords } from '../checksum.ts';

/** Internet protocol, version 4 (RFC 791). */
export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17 } as const;
export const IPV4_HEADER = 20;
/** Bytes of an IP packet that fit an Ethernet frame. */
export const MTU = 1500;
const TTL = 64;
const MORE_FRAGMENTS = 0x2000;
const OFFSET_MASK = 0x1fff;
/** Payload bytes of a fragment that is not the last: a multiple of 8. */
const FRAGMENT = (MTU - IPV4_HEADER) & ~7;

export interface Ipv4Packet {
  readonly source: number;
  readonly destination: number;
  readonly protocol: number;
  readonly payload: Uint8Array;
}

/** A packet as it came: perhaps a part of one. */
export interface Ipv4Fragment extends Ipv4Packet {
  readonly identification: number;
  /** Bytes of the whole payload before this one's. */
  readonly offset: number;
  readonly more: boolean;
  /** The header, as ICMP errors quote it. */
  readonly header: Uint8Array;
}

/** Null unless the header is sound and its checksum right. What follows the packet is padding. */
export function parseIpv4(bytes: Uint8Array): Ipv4Fragment | null {
  if (bytes.length < IPV4_HEADER || bytes[0]! >>> 4 !== 4) return null;
  const headerLength = (bytes[0]! & 0xf) * 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const total = view.getUint16(2);
  if (headerLength < IPV4_HEADER || total < headerLength || total > bytes.length) return null;
  const header = bytes.subarray(0, headerLength);
  if (finishSum(sumWords(header)) !== 0) return null;
  const flags = view.getUint16(6);
  return {
    header,
    identification: view.getUint16(4),
    offset: (flags & OFFSET_MASK) * 8,
    more: (flags & MORE_FRAGMENTS) !== 0,
    protocol: bytes[9]!,
    source: view.getUint32(12),
    destination: view.getUint32(16),
    payload: bytes.subarray(headerLength, total),
  };
}

/** The packet, in as many fragments as an Ethernet link takes. */
export function buildIpv4(packet: Ipv4Packet, identification: number): Uint8Array[] {
  const { payload } = packet;
  if (payload.length <= MTU - IPV4_HEADER) return [buildOne(packet, identification, 0, payload)];
  const out: Uint8Array[] = [];
  for (let at = 0; at < payload.length; at += FRAGMENT) {
    const more = at + FRAGMENT < payload.length ? MORE_FRAGMENTS : 0;
    out.push(buildOne(packet, identification, (at / 8) | more, payload.subarray(at, at + FRAGMENT)));
  }
  return out;
}

function buildOne(
  packet: Ipv4Packet,
  identification: number,
  flags: number,
  payload: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(IPV4_HEADER + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x45;
  view.setUint16(2, bytes.length);
  view.setUint16(4, identification);
  view.setUint16(6, flags);
  bytes[8] = TTL;
  bytes[9] = packet.protocol;
  view.setUint32(12, packet.source);
  view.setUint32(16, packet.destination);
  view.setUint16(10, finishSum(sumWords(bytes.subarray(0, IPV4_HEADER))));
  bytes.set(payload, IPV4_HEADER);
  return bytes;
}
