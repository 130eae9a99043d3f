import { type CommandContext, data, type MemoryFormat, type Result } from '../../src/monitor/types.ts';
import { formatValue } from './format.ts';

export async function print(_ctx: CommandContext, args: { fmt: MemoryFormat; val: bigint }): Promise<Result> {
  return data(args.val, `${formatValue(args.val, args.fmt.format)}\n`);
}
