/** What bytes are appended to. */
export interface Sink {
  push(byte: number): unknown;
}

/** Appends an unsigned LEB128 number (0..2^32-1). */
export function writeUnsigned(out: Sink, value: number): void {
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest = Math.floor(rest / 128);
    out.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
}

/** Appends a signed LEB128 number of 32 bits. */
export function writeSigned32(out: Sink, value: number): void {
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
      out.push(low);
      return;
    }
    out.push(low | 0x80);
  }
}

/** Appends a signed LEB128 number of 64 bits; unsigned values wrap to two's complement. */
export function writeSigned64(out: Sink, value: bigint | number): void {
  if (typeof value === 'number' && value === (value | 0)) {
    writeSigned32(out, value);
    return;
  }
  let rest = BigInt.asIntN(64, BigInt(value));
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)) {
      out.push(low);
      return;
    }
    out.push(low | 0x80);
  }
}
