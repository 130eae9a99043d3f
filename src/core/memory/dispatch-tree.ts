import type { FlatRange } from './flat-view.ts';
import type { MemoryRegion } from './region.ts';

const PAGE = 4096n;
const BITS = 9;
const ENTRIES = 1 << BITS;
const LEVELS = 6;
/** An entry that leads nowhere. */
const NIL = -1;
const UNASSIGNED = 0;
/** Marks of the first sections, by their place in the list. */
const MARKS = [' [unassigned]', ' [not dirty]', ' [ROM]', ' [watch]'];

interface Section {
  readonly start: bigint;
  readonly size: bigint;
  /** Undefined: no region, or several within a page. */
  readonly region?: MemoryRegion;
}

/** Leads to the section `ptr` when `skip` is 0, else to the node `ptr` that many levels down. */
interface Entry {
  skip: number;
  ptr: number;
}

/**
 * The text behind a flat view in `info mtree -f -d`: the sections that accesses find, and the page-wise tree that
 * QEMU finds them by, built by its rules. Ours looks them up in a sorted table; this shows what there is to find.
 */
export function formatDispatch(flatView: readonly FlatRange[], root: MemoryRegion): string {
  const map = new PhysicalMap();
  for (const range of flatView) map.add(range);
  map.compact();
  return `  Dispatch\n    Physical sections\n${map.formatSections(root)}${map.formatNodes()}`;
}

class PhysicalMap {
  readonly #sections: Section[] = [{ start: 0n, size: 1n << 64n }];
  readonly #nodes: Entry[][] = [];
  readonly #root: Entry = { skip: 1, ptr: NIL };
  readonly #subpages = new Set<bigint>();

  /** Whole pages become one section; what shares a page with others stands behind a section of that page. */
  add({ start, size, region }: FlatRange): void {
    const end = start + size;
    let at = start;
    if (at % PAGE !== 0n) {
      const next = at - (at % PAGE) + PAGE;
      at = next < end ? next : end;
      this.#addWithinPage({ start, size: at - start, region });
    }
    const whole = (end - at) / PAGE;
    if (whole > 0n) {
      this.#setPages(at / PAGE, whole, this.#section({ start: at, size: whole * PAGE, region }));
      at += whole * PAGE;
    }
    if (at < end) this.#addWithinPage({ start: at, size: end - at, region });
  }

  #addWithinPage(section: Section): void {
    const page = section.start / PAGE;
    if (!this.#subpages.has(page)) {
      this.#subpages.add(page);
      this.#setPages(page, 1n, this.#section({ start: page * PAGE, size: PAGE }));
    }
    this.#section(section);
  }

  #section(section: Section): number {
    return this.#sections.push(section) - 1;
  }

  #setPages(page: bigint, count: bigint, leaf: number): void {
    this.#setLevel(this.#root, { page, count }, leaf, LEVELS - 1);
  }

  #setLevel(entry: Entry, left: { page: bigint; count: bigint }, leaf: number, level: number): void {
    const shift = BigInt(level * BITS);
    const step = 1n << shift;
    if (entry.skip !== 0 && entry.ptr === NIL) entry.ptr = this.#allocate(level === 0);
    const node = this.#nodes[entry.ptr]!;
    for (
      let index = Number((left.page >> shift) % BigInt(ENTRIES));
      left.count > 0n && index < ENTRIES;
      index++
    ) {
      const child = node[index]!;
      if (left.page % step === 0n && left.count >= step) {
        child.skip = 0;
        child.ptr = leaf;
        left.page += step;
        left.count -= step;
      } else this.#setLevel(child, left, leaf, level - 1);
    }
  }

  #allocate(leaf: boolean): number {
    const entry = leaf ? { skip: 0, ptr: UNASSIGNED } : { skip: 1, ptr: NIL };
    return this.#nodes.push(Array.from({ length: ENTRIES }, () => ({ ...entry }))) - 1;
  }

  /** Nodes with one entry in use are skipped. */
  compact(): void {
    this.#compactEntry(this.#root);
  }

  #compactEntry(entry: Entry): void {
    if (entry.ptr === NIL) return;
    const used = this.#nodes[entry.ptr]!.filter(child => child.ptr !== NIL);
    for (const child of used) if (child.skip !== 0) this.#compactEntry(child);
    const [only] = used;
    if (used.length !== 1 || only === undefined) return;
    entry.ptr = only.ptr;
    entry.skip = only.skip === 0 ? 0 : entry.skip + only.skip;
  }

  formatSections(root: MemoryRegion): string {
    return this.#sections
      .map(({ start, size, region }, index) => {
        const range = `${hex(start)}..${hex(start + size - 1n)}`;
        const name = region?.name ?? '(noname)';
        return `      #${index} @${range} ${name}${MARKS[index] ?? ''}${region === root ? ' [ROOT]' : ''}\n`;
      })
      .join('');
  }

  formatNodes(): string {
    const { skip, ptr } = this.#root;
    const title = `    Nodes (${BITS} bits per level, ${LEVELS} levels) ptr=[${ptr}] skip=${skip}\n`;
    return title + this.#nodes.map((node, index) => `      [${index}]\n${formatNode(node)}`).join('');
  }
}

/** Runs of equal entries share a line. */
function formatNode(node: readonly Entry[]): string {
  let text = '';
  for (let start = 0, end = 1; start < ENTRIES; end++) {
    const first = node[start]!;
    const next = node[end];
    if (next && next.skip === first.skip && next.ptr === first.ptr) continue;
    const from = String(start).padStart(3);
    const span = end - start === 1 ? `${from}      ` : `${from}..${String(end - 1).padEnd(3)} `;
    const target = first.skip === 0 ? `#${first.ptr}` : `[${first.ptr}]`;
    text += `\t${span} skip=${first.skip}  ptr=${first.ptr === NIL ? 'NIL' : target}\n`;
    start = end;
  }
  return text;
}

function hex(value: bigint): string {
  return value.toString(16).padStart(16, '0');
}
