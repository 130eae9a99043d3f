import type { MemoryFormat } from '../../src/monitor/types.ts';

type NumberFormat = Exclude<MemoryFormat['format'], 'i'>;

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x27, "\\'"],
  [0x5c, '\\\\'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
]);

/** A character as C writes it: `'A'`, `'\n'`, `'\x97'`. */
export function quoteCharacter(value: bigint): string {
  const code = value <= 0x7fn ? Number(value) : -1;
  const printable = code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : undefined;
  const escaped = ESCAPES.get(code) ?? printable ?? `\\x${value.toString(16).padStart(2, '0')}`;
  return `'${escaped}'`;
}

/** `0` and, for other values, the octal digits behind a 0. */
function octal(value: bigint): string {
  return value === 0n ? '0' : `0${value.toString(8)}`;
}

/** `0` and, for other values, the hexadecimal digits behind a 0x. */
export function hexadecimal(value: bigint): string {
  return value === 0n ? '0' : `0x${value.toString(16)}`;
}

/** A value of `print`: 64 bits, `d` with sign; the formats for memory alone mean `d`. */
export function formatValue(value: bigint, format: MemoryFormat['format']): string {
  const bits = BigInt.asUintN(64, value);
  if (format === 'x') return hexadecimal(bits);
  if (format === 'o') return octal(bits);
  if (format === 'u') return bits.toString();
  if (format === 'c') return quoteCharacter(bits);
  return BigInt.asIntN(64, value).toString();
}

/** Widest decimal number of `size` bytes, without a sign. */
function decimalWidth(size: number): number {
  return Math.ceil((size * 8 * 10) / 33);
}

/** One item of memory, aligned with the others of its size. Only 64-bit decimals show a sign. */
function formatItem(value: bigint, format: Exclude<NumberFormat, 'x'>, size: number): string {
  switch (format) {
    case 'o':
      return octal(value).padStart(Math.ceil((size * 8) / 3));
    case 'u':
      return value.toString().padStart(decimalWidth(size));
    case 'd':
      return BigInt.asIntN(64, value).toString().padStart(decimalWidth(size));
    case 'c':
      return quoteCharacter(value);
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The items that long dumps mostly consist of, without a bigint each. */
function hexItem(bytes: Uint8Array): string {
  return `0x${bytes.reduce((digits, byte) => HEX[byte] + digits, '')}`;
}

/** Bytes that stand on one line: 8 for items of a byte, 16 for wider ones. */
export function bytesPerLine(size: number): number {
  return size === 1 ? 8 : 16;
}

/** One line of a dump: the address with 16 digits, then every item of `size` bytes behind a blank. */
export function formatLine(address: bigint, bytes: Uint8Array, format: NumberFormat, size: number): string {
  const step = format === 'c' ? 1 : size;
  const items: string[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    const item = bytes.subarray(at, at + step);
    items.push(` ${format === 'x' ? hexItem(item) : formatItem(littleEndian(item), format, step)}`);
  }
  return `${formatAddress(address)}:${items.join('')}\n`;
}

export function formatAddress(address: bigint): string {
  return address.toString(16).padStart(16, '0');
}
