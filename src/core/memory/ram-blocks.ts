import type { MemoryRegion } from './region.ts';

const PAGE = '4 KiB';
/** Blocks begin at multiples of this in the space of all blocks: a bitmap word of dirty pages. */
const BLOCK_ALIGN = 0x40000;

/**
 * The text of `info ramblock`: a heading, then a line for each region with memory behind it, the largest first.
 * @param start where the block that they share begins in this program
 */
export function formatRamBlocks(regions: readonly MemoryRegion[], start = 0n): string {
  let next = 0;
  const lines = inOrder(regions).map(({ name, size, used, hostOffset, kind }) => {
    const offset = next;
    next = Math.ceil((offset + Number(size)) / BLOCK_ALIGN) * BLOCK_ALIGN;
    const numbers = [offset, used, size, start + BigInt(hostOffset)].map(hex);
    return { size: Number(size), line: row([name, PAGE, ...numbers, kind === 'rom' ? 'ro' : 'rw']) };
  });
  lines.sort((a, b) => b.size - a.size);
  const heading = row(['Block Name', 'PSize', 'Offset', 'Used', 'Total', 'HVA', 'RO']);
  return heading + lines.map(({ line }) => line).join('');
}

/** Guest RAM has the first place among blocks, the others follow as they were made. */
function inOrder(regions: readonly MemoryRegion[]): MemoryRegion[] {
  const rank = (region: MemoryRegion) => (region.kind === 'ram' ? 0 : 1);
  return regions.toSorted((a, b) => rank(a) - rank(b) || a.hostOffset - b.hostOffset);
}

const WIDTHS = [24, 8, 19, 18, 18, 18, 3];

function row(cells: readonly string[]): string {
  return `${cells.map((cell, index) => cell.padStart(WIDTHS[index]!)).join(' ')}\n`;
}

function hex(value: number | bigint): string {
  return `0x${value.toString(16).padStart(16, '0')}`;
}
