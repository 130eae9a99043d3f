/** Sum of 16-bit words for the internet checksum (RFC 1071), not yet folded. */
export function sumWords(bytes: Uint8Array, initial = 0): number {
  let sum = initial;
  const even = bytes.length & ~1;
  for (let at = 0; at < even; at += 2) sum += (bytes[at]! << 8) | bytes[at + 1]!;
  return even < bytes.length ? sum + (bytes[even]! << 8) : sum;
}

/** The checksum that goes into a header; 0 over bytes that hold their checksum when they are intact. */
export function finishSum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = Math.floor(folded / 0x10000) + (folded & 0xffff);
  return ~folded & 0xffff;
}

/** What TCP and UDP sum of the IP header (RFC 9293, 3.1). */
export function pseudoHeaderSum(
  source: number,
  destination: number,
  protocol: number,
  length: number,
): number {
  const halves = (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff);
  return halves + protocol + length;
}
