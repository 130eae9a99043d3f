/**
 * The order in which QEMU lists what a container holds: its properties are in a hash table of GLib, and lists are
 * made from the back. Scripts and captures that go by this order find it here too.
 */

const MIN_SHIFT = 3;
/** Hashes 0 and 1 mark slots that are free. */
const FIRST_HASH = 2;
/** The largest primes below powers of two, by the power. */
const PRIMES = [1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749];

/** djb2 over the bytes, which are signed. */
function hashOf(name: string): number {
  let hash = 5381;
  for (const byte of new TextEncoder().encode(name))
    hash = (Math.imul(hash, 33) + ((byte << 24) >> 24)) >>> 0;
  return Math.max(hash, FIRST_HASH);
}

class NameTable {
  #slots: (string | undefined)[] = new Array(1 << MIN_SHIFT);
  #count = 0;

  get names(): string[] {
    return this.#slots.filter(name => name !== undefined);
  }

  insert(name: string): void {
    this.#slots[this.#freeSlot(name, slot => this.#slots[slot] !== undefined)] = name;
    this.#count += 1;
    if (this.#slots.length <= this.#count + Math.floor(this.#count / 16)) this.#grow();
  }

  #freeSlot(name: string, taken: (slot: number) => boolean): number {
    const shift = Math.log2(this.#slots.length);
    let slot = Math.imul(hashOf(name), 11) >>> 0;
    slot %= PRIMES[shift]!;
    for (let step = 1; taken(slot); step++) slot = (slot + step) % this.#slots.length;
    return slot;
  }

  /** Moves each name to its place in a larger table; one that is in the way is moved next. */
  #grow(): void {
    const old = this.#slots.length;
    const wanted = Math.floor(this.#count * 1.333);
    const shift = Math.max(Math.floor(Math.log2(wanted)) + 1, MIN_SHIFT);
    this.#slots.length = 1 << shift;
    const settled = new Set<number>();
    for (let index = 0; index < old; index++) {
      if (settled.has(index)) continue;
      let moving = this.#slots[index];
      this.#slots[index] = undefined;
      while (moving !== undefined) {
        const slot = this.#freeSlot(moving, candidate => settled.has(candidate));
        settled.add(slot);
        const evicted: string | undefined = this.#slots[slot];
        this.#slots[slot] = moving;
        moving = evicted;
      }
    }
  }
}

/** Names that were added in this order, in the order of a listing. */
export function listingOrder(added: Iterable<string>): string[] {
  const table = new NameTable();
  for (const name of added) table.insert(name);
  return table.names.reverse();
}
