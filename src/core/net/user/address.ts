/** IPv4 addresses are unsigned 32-bit numbers, 10.0.2.2 is 0x0a000202. */
export const BROADCAST = 0xffff_ffff;

/**
 * Reads an address as inet_aton(3) does: one to four parts, decimal, octal (0...) or hexadecimal (0x...);
 * the last part fills the bytes that are left. Null if it cannot be read.
 */
export function parseAddress(text: string): number | null {
  const parts = text.split('.').map(parsePart);
  const last = parts.pop();
  if (last === undefined || last === null || parts.length > 3) return null;
  if (last >= 256 ** (4 - parts.length)) return null;
  let address = 0;
  for (const part of parts) {
    if (part === null || part > 255) return null;
    address = address * 256 + part;
  }
  return address * 256 ** (4 - parts.length) + last;
}

function parsePart(text: string): number | null {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return Number(text);
  if (/^0[0-7]{0,11}$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : null;
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map(shift => (address >>> shift) & 0xff).join('.');
}

/** Whether the host can take the address as a peer: not 0.x, not multicast, reserved or broadcast. */
export function isUnicast(address: number): boolean {
  const first = address >>> 24;
  return first !== 0 && first < 224;
}

/** 127.0.0.0/8. */
export function isLoopback(address: number): boolean {
  return address >>> 24 === 127;
}

/** The same bits of the network part. */
export function sameNetwork(a: number, b: number, mask: number): boolean {
  return (a & mask) === (b & mask);
}

/** The 16 bytes of an IPv6 address in text form (RFC 4291, 2.2), null if it cannot be read. */
export function parseAddress6(text: string): Uint8Array | null {
  const halves = text.replace(/%.*$/, '').split('::').map(groups);
  const [head, tail] = halves;
  if (halves.length > 2 || !head || tail === null) return null;
  const gap = tail === undefined ? 0 : 16 - head.length - tail.length;
  const bytes = [...head, ...new Array<number>(Math.max(gap, 0)).fill(0), ...(tail ?? [])];
  return bytes.length === 16 ? Uint8Array.from(bytes) : null;
}

function groups(text: string): number[] | null {
  const bytes: number[] = [];
  for (const group of text === '' ? [] : text.split(':')) {
    if (group.includes('.')) {
      const address = parseAddress(group);
      if (address === null) return null;
      bytes.push(address >>> 24, (address >>> 16) & 0xff, (address >>> 8) & 0xff, address & 0xff);
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(group)) return null;
      const value = Number.parseInt(group, 16);
      bytes.push(value >>> 8, value & 0xff);
    }
  }
  return bytes;
}
