import { nameBytes } from './qdict-order.ts';

// What a slot of the table holds instead of a hash.
const UNUSED = 0;
const REMOVED = 1;

const SMALLEST = 3;
/** Largest primes below the powers of two: hashes are taken modulo these. */
const PRIMES = [1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071,
  262139, 524287, 1048573, 2097143, 4194301, 8388593]; // biome-ignore format: a list

/** GLib's g_str_hash: 33 times what was and the next byte, which is signed. */
function hashOf(name: string): number {
  let hash = 5381;
  for (const byte of nameBytes(name)) hash = (Math.imul(hash, 33) + ((byte << 24) >> 24)) >>> 0;
  return hash > REMOVED ? hash : 2;
}

/**
 * Names in the order of GLib's GHashTable, which depends on all that was added and removed before. Open addressing with
 * steps that grow by one; removed names leave marks that take room until the table is arranged anew.
 */
export class GHashNames {
  #hashes = new Uint32Array(1 << SMALLEST);
  #names: string[] = [];
  #prime = PRIMES[SMALLEST]!;
  #live = 0;
  /** Slots with names or marks. */
  #taken = 0;

  /** A name that is not in the table yet. */
  add(name: string): void {
    const hash = hashOf(name);
    const slot = this.#find(hash, name);
    const fresh = this.#hashes[slot] === UNUSED;
    this.#hashes[slot] = hash;
    this.#names[slot] = name;
    this.#live += 1;
    if (!fresh) return;
    this.#taken += 1;
    this.#maybeArrange();
  }

  remove(name: string): void {
    const slot = this.#find(hashOf(name), name);
    if (this.#hashes[slot]! <= REMOVED) return;
    this.#hashes[slot] = REMOVED;
    this.#live -= 1;
    this.#maybeArrange();
  }

  /** All of them, by slot. */
  get names(): string[] {
    return this.#names.filter((_, slot) => this.#hashes[slot]! > REMOVED);
  }

  /** Where the name is, or where it would be put. */
  #find(hash: number, name: string): number {
    const mask = this.#hashes.length - 1;
    let mark = -1;
    let slot = this.#home(hash);
    for (let step = 1; this.#hashes[slot] !== UNUSED; step++) {
      if (this.#hashes[slot] === hash && this.#names[slot] === name) return slot;
      if (this.#hashes[slot] === REMOVED && mark < 0) mark = slot;
      slot = (slot + step) & mask;
    }
    return mark < 0 ? slot : mark;
  }

  #home(hash: number): number {
    return (Math.imul(hash, 11) >>> 0) % this.#prime;
  }

  /** Too empty, or too full with names and marks. */
  #maybeArrange(): void {
    const size = this.#hashes.length;
    const sparse = size > this.#live * 4 && size > 1 << SMALLEST;
    if (sparse || size <= this.#taken + (this.#taken >> 4)) this.#arrange();
  }

  /**
   * Another size, without marks. Names move within the table: one that finds another in its place, which has not
   * moved yet, takes the place, and the other moves next.
   */
  #arrange(): void {
    const old = this.#hashes.length;
    const shift = Math.max(SMALLEST, 32 - Math.clz32(Math.trunc(this.#live * 1.333)));
    const size = 1 << shift;
    this.#prime = PRIMES[shift]!;
    const hashes = new Uint32Array(Math.max(old, size));
    hashes.set(this.#hashes);
    const moved = new Uint8Array(hashes.length);
    for (let slot = 0; slot < old; slot++) {
      const hash = hashes[slot]!;
      if (hash <= REMOVED) hashes[slot] = UNUSED;
      else if (moved[slot] === 0) {
        hashes[slot] = UNUSED;
        this.#move(hashes, moved, size, hash, this.#names[slot]!);
      }
    }
    this.#hashes = hashes.slice(0, size);
    this.#taken = this.#live;
  }

  #move(hashes: Uint32Array, moved: Uint8Array, size: number, hash: number, name: string): void {
    let [going, called] = [hash, name];
    for (;;) {
      let slot = this.#home(going);
      for (let step = 1; moved[slot] !== 0; step++) slot = (slot + step) & (size - 1);
      moved[slot] = 1;
      const [evicted, other] = [hashes[slot]!, this.#names[slot]!];
      hashes[slot] = going;
      this.#names[slot] = called;
      if (evicted <= REMOVED) return;
      [going, called] = [evicted, other];
    }
  }
}
