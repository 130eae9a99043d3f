/** Ethernet II frames without their checksum (IEEE 802.3). */
export const ETHERNET_HEADER = 14;
export const TYPE_IPV4 = 0x0800;
export const TYPE_ARP = 0x0806;
export const MAC_LENGTH = 6;
export const BROADCAST_MAC: Uint8Array = new Uint8Array(MAC_LENGTH).fill(0xff);

export interface EthernetFrame {
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  readonly type: number;
  readonly payload: Uint8Array;
}

/** Null if it is too short for its header. */
export function parseEthernet(bytes: Uint8Array): EthernetFrame | null {
  if (bytes.length < ETHERNET_HEADER) return null;
  return {
    destination: bytes.subarray(0, MAC_LENGTH),
    source: bytes.subarray(MAC_LENGTH, 2 * MAC_LENGTH),
    type: (bytes[12]! << 8) | bytes[13]!,
    payload: bytes.subarray(ETHERNET_HEADER),
  };
}

export function buildEthernet({ destination, source, type, payload }: EthernetFrame): Uint8Array {
  const frame = new Uint8Array(ETHERNET_HEADER + payload.length);
  frame.set(destination);
  frame.set(source, MAC_LENGTH);
  frame[12] = type >>> 8;
  frame[13] = type & 0xff;
  frame.set(payload, ETHERNET_HEADER);
  return frame;
}

/** Can be the address of one station: not a group address, not all zero. */
export function isStation(mac: Uint8Array): boolean {
  return (mac[0]! & 1) === 0 && mac.some(byte => byte !== 0);
}
