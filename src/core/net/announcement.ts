const FRAME_LENGTH = 60;
const TYPE_RARP = 0x8035;
/** RFC 903: Ethernet, IPv4, lengths of their addresses, request reverse. */
const REQUEST = [0, 1, 8, 0, 6, 4, 0, 3] as const;

/** A frame from which switches learn where an address is: a RARP request for itself, to everybody. */
export function announcement(mac: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_LENGTH);
  frame.fill(0xff, 0, 6);
  frame.set(mac, 6);
  frame.set([TYPE_RARP >> 8, TYPE_RARP & 0xff, ...REQUEST], 12);
  frame.set(mac, 22); // sender
  frame.set(mac, 32); // target
  return frame;
}
