import { HALF, LAYOUT, PAGE_COUNT } from './privileged-layout.ts';

/** Random page tables of a privileged program: Sv39's, with one more level on top for each deeper mode. */

type Random = (below: number) => number;

const V = 1n;
const R = 2n;
const W = 4n;
const X = 8n;
const U = 16n;
const A = 64n;
const D = 128n;
const PAGE = 4096;
const OWN = V | R | W | X | A | D;

export interface TableRoots {
  readonly sv39: number;
  readonly sv48: number;
  readonly sv57: number;
}

const entry = (paddr: number, flags: bigint) => (BigInt(paddr) >> 2n) | flags;

/** Flags with every bit as likely as not, and A, D and V mostly set. */
function randomFlags(random: Random): bigint {
  let flags = BigInt(random(32)) & ~V;
  if (random(8) !== 0) flags |= V;
  if (random(3) !== 0) flags |= R;
  if (random(4) !== 0) flags |= A;
  if (random(3) !== 0) flags |= D;
  return flags;
}

function randomPage(random: Random): bigint {
  const page = LAYOUT.data + random(16) * PAGE;
  const leaf = entry(page, randomFlags(random));
  switch (random(16)) {
    case 0:
      return leaf | (1n << BigInt(54 + random(10))); // reserved bits and those of extensions that are off
    case 1:
      // a pointer below the last level, or a page of tables, which nobody may change without a fence
      return entry(LAYOUT.tables, V | (BigInt(random(256)) & ~W));
    case 2:
      return entry(0x1_0000_0000, randomFlags(random)); // nowhere
    default:
      return leaf;
  }
}

/** Writes the tables; returns where each mode's root is. */
export function placeTables(image: Uint8Array, random: Random): TableRoots {
  const view = new DataView(image.buffer);
  const table = (index: number) => LAYOUT.tables + index * PAGE;
  const set = (at: number, index: number, value: bigint) =>
    view.setBigUint64(at - LAYOUT.entry + index * 8, BigInt.asUintN(64, value), true);
  const [sv57, sv48, sv39, own, pages] = [0, 1, 2, 3, 4].map(table) as [
    number,
    number,
    number,
    number,
    number,
  ];
  set(sv57, 0, entry(sv48, V));
  set(sv48, 0, entry(sv39, V));
  set(sv39, 2, entry(own, V));
  // gigapages: aligned on RAM, and not
  set(sv39, 4, entry(LAYOUT.entry, randomFlags(random)));
  set(sv39, 5, entry(LAYOUT.data, randomFlags(random) | R));
  set(sv39, 6, entry(own, V | (random(2) === 0 ? A : D | U)));
  set(own, 0, entry(LAYOUT.entry, OWN));
  set(own, 1, entry(LAYOUT.data, randomFlags(random)));
  set(own, 2, entry(pages, V));
  set(own, 3, entry(LAYOUT.data, randomFlags(random)));
  set(own, 4, entry(LAYOUT.data + PAGE, randomFlags(random) | R));
  set(own, 5, entry(LAYOUT.entry, V | R | X | U | A | D));
  for (let page = 0; page < PAGE_COUNT; page++) set(pages, page, randomPage(random));
  return { sv39, sv48, sv57 };
}

/**
 * Writes the second stage's tables: the program's half is what it is, for everybody, the data are pages at
 * random. Returns where each mode's root is: of 16 KiB, so that tables come before them.
 */
export function placeStageTables(image: Uint8Array, random: Random): TableRoots {
  const view = new DataView(image.buffer);
  const root = (index: number) => LAYOUT.stageTables + index * 4 * PAGE;
  const [sv57, sv48, sv39] = [0, 1, 2].map(root) as [number, number, number];
  const [halves, pages] = [root(3), root(3) + PAGE];
  const set = (at: number, index: number, value: bigint) =>
    view.setBigUint64(at - LAYOUT.entry + index * 8, BigInt.asUintN(64, value), true);
  set(sv57, 0, entry(sv48, V));
  set(sv48, 0, entry(sv39, V));
  set(sv39, 2, entry(halves, V));
  set(halves, 0, entry(LAYOUT.entry, OWN | U));
  set(halves, 1, entry(pages, V));
  for (let page = 0; page < 512; page++) {
    const leaf = randomPage(random);
    set(pages, page, random(3) === 0 ? leaf : leaf | U | R | V);
  }
  return { sv39, sv48, sv57 };
}

/** Data are breakpoints, so that whoever jumps there traps. */
export function placeData(image: Uint8Array): void {
  const view = new DataView(image.buffer);
  for (let at = 0; at < HALF; at += 2) view.setUint16(LAYOUT.data - LAYOUT.entry + at, 0x9002, true);
}
