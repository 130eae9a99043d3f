import { formatDispatch } from './dispatch-tree.ts';
import type { FlatRange } from './flat-view.ts';
import type { MemoryRegion } from './region.ts';

/** An address space by name: several may share a root. */
export interface NamedSpace {
  readonly name: string;
  readonly root: MemoryRegion;
  readonly flatView: readonly FlatRange[];
}

export interface MtreeOptions {
  readonly flatview?: boolean;
  /** With flatview: the table that accesses are looked up in. */
  readonly dispatchTree?: boolean;
  /** Shows disabled regions too. */
  readonly disabled?: boolean;
  /** Text behind a region that says whose it is, with a leading space. */
  readonly owner?: (region: MemoryRegion) => string;
}

/** The text of `info mtree`. */
export function formatMtree(spaces: readonly NamedSpace[], options: MtreeOptions): string {
  return options.flatview ? flatViews(spaces, options) : regionTrees(spaces, options);
}

function groupBy<K>(spaces: readonly NamedSpace[], key: (space: NamedSpace) => K): [K, NamedSpace[]][] {
  const groups = new Map<K, NamedSpace[]>();
  for (const space of spaces) groups.set(key(space), [...(groups.get(key(space)) ?? []), space]);
  return [...groups];
}

function regionTrees(spaces: readonly NamedSpace[], options: MtreeOptions): string {
  const targets: MemoryRegion[] = [];
  const groups = groupBy(spaces, space => space.root).map(([root, group]) => ({
    root,
    names: group.map(space => space.name).sort(),
  }));
  groups.sort((a, b) => (a.names[0]!.toLowerCase() < b.names[0]!.toLowerCase() ? -1 : 1));
  const trees = groups.map(({ root, names }) => {
    const titles = names.map(name => `address-space: ${name}\n`).join('');
    return `${titles}${regionLines(root, 0n, 1, targets, options)}\n`;
  });
  // Targets of aliases stand by themselves; printing one may find more.
  for (let index = 0; index < targets.length; index++) {
    const target = targets[index]!;
    trees.push(`memory-region: ${target.name}\n${regionLines(target, 0n, 1, targets, options)}\n`);
  }
  return trees.join('');
}

function regionLines(
  region: MemoryRegion,
  base: bigint,
  depth: number,
  targets: MemoryRegion[],
  options: MtreeOptions,
): string {
  const { target } = region;
  if (target && !targets.includes(target)) targets.push(target);
  const shown = region.enabled || options.disabled === true;
  const line = shown ? `${'  '.repeat(depth)}${regionLine(region, base, options)}\n` : '';
  const children = region.children
    .map(({ offset, region: child }) => ({ address: base + offset, child }))
    .sort((a, b) => compare(a.address, b.address) || b.child.priority - a.child.priority);
  return line + children.map(c => regionLines(c.child, c.address, depth + 1, targets, options)).join('');
}

function regionLine(region: MemoryRegion, base: bigint, options: MtreeOptions): string {
  const { target, targetOffset, size } = region;
  const what = target ? `alias ${region.name} @${target.name} ${range(targetOffset, size)}` : region.name;
  const disabled = region.enabled ? '' : ' [disabled]';
  return `${range(base, size)} (prio ${region.priority}, ${typeOf(region)}): ${what}${disabled}${options.owner?.(region) ?? ''}`;
}

/** What a space shows: an alias of the whole of another space shows that one; null if it shows nothing. */
function shownRoot(region: MemoryRegion): MemoryRegion | null {
  const enabled = region.children.filter(child => child.region.enabled);
  if (region.kind !== 'container') return region;
  if (enabled.length === 0) return null;
  const [{ offset, region: child }] = enabled as [(typeof enabled)[number]];
  const whole = enabled.length === 1 && offset === 0n && child.size === region.size;
  return whole && child.target && child.targetOffset === 0n ? shownRoot(child.target) : region;
}

function flatViews(spaces: readonly NamedSpace[], options: MtreeOptions): string {
  return groupBy(spaces, space => shownRoot(space.root))
    .map(([shown, group], index) => {
      const { flatView } = group[0]!;
      const members = group.map(space => ` AS "${space.name}", root: ${space.root.name}\n`).join('');
      const empty = flatView.length === 0;
      const body = empty ? '  No rendered FlatView\n' : flatView.map(r => flatLine(r, options)).join('');
      const dispatch = options.dispatchTree && shown && !empty ? formatDispatch(flatView, shown) : '';
      const title = `FlatView #${index}\n${members} Root memory region: ${empty ? '(none)' : shown?.name}\n`;
      return `${title}${body}${dispatch}\n`;
    })
    .join('');
}

function flatLine(flat: FlatRange, options: MtreeOptions): string {
  const { region, offset } = flat;
  const at = offset === 0n ? '' : ` @${hex(offset)}`;
  const owner = options.owner?.(region) ?? '';
  return `  ${range(flat.start, flat.size)} (prio ${region.priority}, ${typeOf(region)}): ${region.name}${at}${owner}\n`;
}

function typeOf(region: MemoryRegion): string {
  if (region.target) return typeOf(region.target);
  return region.kind === 'container' || region.kind === 'alias' ? 'i/o' : region.kind;
}

function range(start: bigint, size: bigint): string {
  return `${hex(start)}-${hex(size === 0n ? start : start + size - 1n)}`;
}

function hex(value: bigint): string {
  return value.toString(16).padStart(16, '0');
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
