import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';
import type { SymbolSourceInfo } from '../../src/qapi/generated/types.ts';

function line({ name, offset, count }: SymbolSourceInfo): string {
  const sign = offset < 0n ? '-' : '+';
  const size = (offset < 0n ? -offset : offset).toString(16);
  const moved = offset === 0n ? '' : ` (${sign}0x${size})`;
  return `${name}: ${count} symbols${moved}\n`;
}

/** `symbols [file [offset]]`: learns the symbols of a file, or tells whose are known. */
export async function symbols(
  ctx: CommandContext,
  { filename, offset = 0n }: { filename?: string; offset?: bigint },
): Promise<Result> {
  if (filename !== undefined) {
    const loaded = await ctx.qmp.execute('x-symbols-load', { filename, offset });
    return data(loaded, line(loaded));
  }
  const sources = await ctx.qmp.execute('x-query-symbols');
  return data(sources, sources.length === 0 ? 'no symbols are loaded\n' : sources.map(line).join(''));
}
