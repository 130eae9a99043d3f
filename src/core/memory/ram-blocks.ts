import type { MemoryRegion } from './region.ts';

const PAGE = '4 KiB';
/** Blocks begin at multiples of this in the space of all blocks: a bitmap word of dirty pages. */
const BLOCK_ALIGN = 0x40000;

/** The regions below `root` that host memory lies behind, guest RAM first, then by their place in it. */
export function memoryBlocks(root: MemoryRegion): MemoryRegion[] {
  const found: MemoryRegion[] = [];
  const visit = (region: MemoryRegion) => {
    if (region.hostOffset >= 0 && !found.includes(region)) found.push(region);
    for (const child of region.children) visit(child.region);
  };
  visit(root);
  const rank = (region: MemoryRegion) => (region.kind === 'ram' ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b) || a.hostOffset - b.hostOffset);
}

/** The text of `info ramblock`: a heading and a line a block, the largest first. */
export function formatRamBlocks(root: MemoryRegion): string {
  let next = 0;
  const lines = memoryBlocks(root).map(({ name, size, hostOffset, kind }) => {
    const offset = next;
    next = Math.ceil((offset + Number(size)) / BLOCK_ALIGN) * BLOCK_ALIGN;
    const numbers = [offset, Number(size), Number(size), hostOffset].map(hex);
    return { size, line: row([name, PAGE, ...numbers, kind === 'rom' ? 'ro' : 'rw']) };
  });
  lines.sort((a, b) => (a.size === b.size ? 0 : a.size < b.size ? 1 : -1));
  const heading = row(['Block Name', 'PSize', 'Offset', 'Used', 'Total', 'HVA', 'RO']);
  return heading + lines.map(({ line }) => line).join('');
}

const WIDTHS = [24, 8, 19, 18, 18, 18, 3];

function row(cells: readonly string[]): string {
  return `${cells.map((cell, index) => cell.padStart(WIDTHS[index]!)).join(' ')}\n`;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(16, '0')}`;
}
