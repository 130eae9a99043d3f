import type { QmpObject, QmpValue } from './value.ts';

/** Chains of a QDict's hash table. */
const CHAINS = 512;

/** The chains of names that were met; messages hardly have others than the schema's, and no more than this are kept. */
const KNOWN_LIMIT = 8192;
const known = new Map<string, number>();

const encoder = new TextEncoder();

/** A name as C holds it: UTF-8, and a NUL in two bytes. */
export function nameBytes(name: string): Uint8Array {
  const bytes = encoder.encode(name);
  return name.includes('\0')
    ? Uint8Array.from([...bytes].flatMap(byte => (byte === 0 ? [0xc0, 0x80] : byte)))
    : bytes;
}

/** In which chain of QEMU's QDict a name is: the hash of tdb, the trivial database. */
function chainOf(name: string): number {
  const bytes = nameBytes(name);
  let value = Math.imul(0x238f13af, bytes.length);
  bytes.forEach((byte, index) => {
    value = (value + (byte << ((index * 5) % 24))) | 0;
  });
  return (Math.imul(1103515243, value) + 12345) & (CHAINS - 1);
}

function knownChain(name: string): number {
  let chain = known.get(name);
  if (chain === undefined) {
    chain = chainOf(name);
    if (known.size >= KNOWN_LIMIT) known.clear();
    known.set(name, chain);
  }
  return chain;
}

/** In which order objects got their names, where JavaScript has another: those that look like an index come first there. */
const givenOrders = new WeakMap<QmpObject, readonly string[]>();

/** Tells in which order an object got its names, if that matters. */
export function keepOrder(object: QmpObject, names: readonly string[]): void {
  if (names.some(name => /^\d/.test(name))) givenOrders.set(object, names);
}

/**
 * The members of an object in the order in which QEMU, which keeps objects in hash tables, looks at them and writes
 * them: by chain, within one the last that was added first. Members that are undefined count as absent.
 */
export function qdictEntries(object: QmpObject): (readonly [name: string, value: QmpValue, chain: number])[] {
  const names = givenOrders.get(object) ?? Object.keys(object);
  const entries: (readonly [string, QmpValue, number])[] = [];
  for (let index = names.length - 1; index >= 0; index--) {
    const name = names[index]!;
    const value = object[name];
    if (value !== undefined) entries.push([name, value, knownChain(name)]);
  }
  return entries.sort((a, b) => a[2] - b[2]); // it is stable: the last comes first
}
