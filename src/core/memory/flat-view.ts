import type { MemoryRegion } from './region.ts';

/** A run of addresses answered by one terminal region; `offset` is where in the region it begins. */
export interface FlatRange {
  readonly start: bigint;
  readonly size: bigint;
  readonly region: MemoryRegion;
  readonly offset: bigint;
}

interface Window {
  start: bigint;
  end: bigint; // exclusive
}

/**
 * Renders a region tree into disjoint ranges in address order. Higher priority wins;
 * among equals the one added later is on top, as in QEMU's memory API.
 */
export function renderFlatView(root: MemoryRegion): FlatRange[] {
  const ranges: FlatRange[] = [];
  paint(root, 0n, { start: 0n, end: root.size }, ranges);
  return merge(ranges.sort((a, b) => (a.start < b.start ? -1 : 1)));
}

function paint(region: MemoryRegion, base: bigint, window: Window, out: FlatRange[]): void {
  if (!region.enabled) return;
  const clip = intersect(window, { start: base, end: base + region.size });
  if (clip === null) return;
  if (region.kind === 'alias') {
    if (region.target) paint(region.target, base - region.targetOffset, clip, out);
    return;
  }
  for (const { offset, region: child } of byPrecedence(region)) paint(child, base + offset, clip, out);
  if (region.kind !== 'container') fillGaps(region, base, clip, out);
}

function byPrecedence(region: MemoryRegion) {
  return region.children
    .map((child, order) => ({ ...child, order }))
    .sort((a, b) => b.region.priority - a.region.priority || b.order - a.order);
}

/** Whatever of `clip` no range covers yet goes to `region`. */
function fillGaps(region: MemoryRegion, base: bigint, clip: Window, out: FlatRange[]): void {
  const covered = out
    .filter(range => range.start < clip.end && range.start + range.size > clip.start)
    .sort((a, b) => (a.start < b.start ? -1 : 1));
  let at = clip.start;
  const emit = (end: bigint) => {
    if (end > at) out.push({ start: at, size: end - at, region, offset: at - base });
  };
  for (const range of covered) {
    emit(range.start);
    if (range.start + range.size > at) at = range.start + range.size;
  }
  emit(clip.end);
}

function intersect(a: Window, b: Window): Window | null {
  const { start } = a.start > b.start ? a : b;
  const { end } = a.end < b.end ? a : b;
  return start < end ? { start, end } : null;
}

function merge(ranges: FlatRange[]): FlatRange[] {
  const merged: FlatRange[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    const adjoins =
      last?.region === range.region &&
      last.start + last.size === range.start &&
      last.offset + last.size === range.offset;
    if (last && adjoins) merged[merged.length - 1] = { ...last, size: last.size + range.size };
    else merged.push(range);
  }
  return merged;
}
