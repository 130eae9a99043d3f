import type { Ipv4Fragment } from './ipv4.ts';

const MOST_PACKETS = 16;
const LARGEST = 0xffff;

interface Incomplete {
  readonly parts: Ipv4Fragment[];
  bytes: number;
}

/** Puts fragments together (RFC 791, 3.2). The oldest incomplete packet makes room for a new one. */
export class Reassembler {
  readonly #packets = new Map<string, Incomplete>();

  /** The whole packet once nothing is missing; an unfragmented one at once. */
  add(fragment: Ipv4Fragment): Ipv4Fragment | null {
    if (fragment.offset === 0 && !fragment.more) return fragment;
    const { source, destination, protocol, identification, payload, offset } = fragment;
    if (offset + payload.length > LARGEST || payload.length === 0) return null;
    const key = `${source} ${destination} ${protocol} ${identification}`;
    const packet = this.#packets.get(key) ?? this.#begin(key);
    packet.bytes += payload.length;
    if (packet.bytes > LARGEST) {
      this.#packets.delete(key);
      return null;
    }
    packet.parts.push({ ...fragment, payload: payload.slice(), header: fragment.header.slice() });
    const whole = join(packet);
    if (whole !== null) this.#packets.delete(key);
    return whole;
  }

  #begin(key: string): Incomplete {
    if (this.#packets.size >= MOST_PACKETS) this.#packets.delete(this.#packets.keys().next().value!);
    const packet = { parts: [], bytes: 0 };
    this.#packets.set(key, packet);
    return packet;
  }
}

/** The packet, null while there are holes; fragments that overlap never make one. */
function join({ parts, bytes }: Incomplete): Ipv4Fragment | null {
  parts.sort((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { offset, payload } of parts) {
    if (offset !== end) return null;
    end += payload.length;
  }
  if (parts.at(-1)!.more) return null;
  const payload = new Uint8Array(bytes);
  for (const part of parts) payload.set(part.payload, part.offset);
  return { ...parts[0]!, more: false, payload };
}
