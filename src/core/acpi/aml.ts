/** ACPI's machine language: terms as their bytes (ACPI 6.5, chapter 20). */

/** The bytes of a term. */
export type Aml = readonly number[];

/** A name of up to four characters, or several of them: `\_SB`, `PCI0`. */
function nameString(name: string): Aml {
  const root = name.startsWith('\\') ? [0x5c] : [];
  const segments = name.slice(root.length).split('.');
  const prefix = segments.length === 1 ? [] : segments.length === 2 ? [0x2e] : [0x2f, segments.length];
  return [...root, ...prefix, ...segments.flatMap(segment => ascii(segment.padEnd(4, '_')))];
}

const ascii = (text: string): number[] => [...text].map(character => character.charCodeAt(0));

/** A body with its length before it, which counts itself (20.2.4). */
function packaged(body: Aml): Aml {
  const short = body.length + 1;
  if (short < 0x40) return [short, ...body];
  const extra = body.length + 2 < 0x1000 ? 1 : body.length + 3 < 0x10_0000 ? 2 : 3;
  const length = body.length + 1 + extra;
  const rest = Array.from({ length: extra }, (_, index) => (length >>> (4 + 8 * index)) & 0xff);
  return [(extra << 6) | (length & 0xf), ...rest, ...body];
}

export function littleEndian(value: number | bigint, size: number): Aml {
  const bits = BigInt(value);
  return Array.from({ length: size }, (_, index) => Number((bits >> BigInt(8 * index)) & 0xffn));
}

export function integer(value: number | bigint): Aml {
  if (value === 0 || value === 0n) return [0x00];
  if (value === 1 || value === 1n) return [0x01];
  const [opcode, size] =
    value < 0x100 ? [0x0a, 1] : value < 0x1_0000 ? [0x0b, 2] : value < 0x1_0000_0000 ? [0x0c, 4] : [0x0e, 8];
  return [opcode!, ...littleEndian(value, size!)];
}

export const string = (text: string): Aml => [0x0d, ...ascii(text), 0];
export const buffer = (bytes: Aml): Aml => [0x11, ...packaged([...integer(bytes.length), ...bytes])];
export const list = (...items: readonly Aml[]): Aml => [0x12, ...packaged([items.length, ...items.flat()])];
export const reference = (name: string): Aml => nameString(name);

export const define = (name: string, value: Aml): Aml => [0x08, ...nameString(name), ...value];
export const scope = (name: string, ...terms: readonly Aml[]): Aml => [
  0x10,
  ...packaged([...nameString(name), ...terms.flat()]),
];
export const device = (name: string, ...terms: readonly Aml[]): Aml => [
  ...[0x5b, 0x82],
  ...packaged([...nameString(name), ...terms.flat()]),
];
export const method = (name: string, argumentCount: number, ...terms: readonly Aml[]): Aml => [
  0x14,
  ...packaged([...nameString(name), argumentCount, ...terms.flat()]),
];

export const LOCAL0: Aml = [0x60];
export const ARG0: Aml = [0x68];
export const ARG1: Aml = [0x69];
export const ARG3: Aml = [0x6b];
export const returns = (value: Aml): Aml => [0xa4, ...value];
export const store = (value: Aml, target: Aml): Aml => [0x70, ...value, ...target];
export const and = (a: Aml, b: Aml, target: Aml): Aml => [0x7b, ...a, ...b, ...target];
export const or = (a: Aml, b: Aml, target: Aml): Aml => [0x7d, ...a, ...b, ...target];
export const equal = (a: Aml, b: Aml): Aml => [0x93, ...a, ...b];
export const not = (condition: Aml): Aml => [0x92, ...condition];
export const when = (condition: Aml, ...terms: readonly Aml[]): Aml => [
  0xa0,
  ...packaged([...condition, ...terms.flat()]),
];
export const otherwise = (...terms: readonly Aml[]): Aml => [0xa1, ...packaged(terms.flat())];
/** Names the 32 bits of a buffer from a byte on. */
export const dwordField = (of: Aml, at: number, name: string): Aml => [
  0x8a,
  ...of,
  ...integer(at),
  ...nameString(name),
];

/** A UUID as a buffer: the first three groups little-endian (19.6.142). */
export function uuid(text: string): Aml {
  const bytes = text
    .replaceAll('-', '')
    .match(/../g)!
    .map(pair => Number.parseInt(pair, 16));
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return buffer(order.map(index => bytes[index]!));
}

/** An EISA identifier such as PNP0A08 as an integer (19.3.4). */
export function eisaId(id: string): Aml {
  const [a, b, c] = ascii(id.slice(0, 3)).map(code => code - 0x40) as [number, number, number];
  const vendor = (a << 10) | (b << 5) | c;
  const product = Number.parseInt(id.slice(3), 16);
  return [0x0c, vendor >> 8, vendor & 0xff, product >> 8, product & 0xff];
}
