import { type CommandContext, CommandError, data, type Result, text } from '../../src/monitor/types.ts';
import type { MappedRange } from '../../src/qapi/generated/types.ts';
import { formatAddress } from './format.ts';

const HEADING = `vaddr            paddr            size             attr
---------------- ---------------- ---------------- -------
`;
/** Letters of the attributes, from bit 1 of an entry on. */
const LETTERS = 'rwxugad';

function line({ virtual, physical, size, attributes }: MappedRange): string {
  const letters = [...LETTERS].map((letter, bit) => ((attributes >> (bit + 1)) & 1 ? letter : '-')).join('');
  return `${[virtual, physical, size].map(formatAddress).join(' ')} ${letters}\n`;
}

/** `info mem`: what the page tables of the current hart map. */
export async function infoMem(ctx: CommandContext): Promise<Result> {
  if ((await ctx.qmp.execute('query-cpus-fast')).length === 0) throw new CommandError('No CPU available');
  const index = BigInt(ctx.session.currentCpu);
  const { translated, ranges, complete } = await ctx.qmp.execute('x-query-page-tables', {
    'cpu-index': index,
  });
  if (!translated) return text('No translation or protection\n');
  const listing = HEADING + ranges.map(line).join('');
  if (!complete) throw new CommandError(`${listing}The page tables are too large to be listed further`);
  return data(ranges, listing);
}
