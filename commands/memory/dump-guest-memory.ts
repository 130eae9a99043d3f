import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { DumpGuestMemoryFormat } from '../../src/qapi/generated/types.ts';
import { toAddress } from './read.ts';

interface DumpArgs {
  paging?: boolean;
  detach?: boolean;
  windmp?: boolean;
  zlib?: boolean;
  lzo?: boolean;
  snappy?: boolean;
  raw?: boolean;
  filename: string;
  begin?: bigint;
  length?: bigint;
}

const COMPRESSED = ['zlib', 'lzo', 'snappy'] as const;

function formatOf(args: DumpArgs): DumpGuestMemoryFormat {
  const wanted = COMPRESSED.filter(name => args[name]);
  if (wanted.length + (args.windmp ? 1 : 0) > 1) {
    throw new QmpError("only one of '-z|-l|-s|-w' can be set");
  }
  if (args.windmp) return 'win-dmp';
  const [only] = wanted;
  if (only === undefined) return 'elf';
  return args.raw ? `kdump-raw-${only}` : `kdump-${only}`;
}

/** `dump-guest-memory`: a core file of the guest. */
export async function dumpGuestMemory(ctx: CommandContext, args: DumpArgs): Promise<void> {
  const { begin, length } = args;
  await ctx.qmp.execute('dump-guest-memory', {
    paging: args.paging ?? false,
    protocol: `file:${args.filename}`,
    detach: args.detach ?? false,
    format: formatOf(args),
    ...(begin === undefined ? {} : { begin: BigInt.asIntN(64, toAddress(begin)) }),
    ...(length === undefined ? {} : { length }),
  });
}

/** `info dump` */
export async function infoDump(ctx: CommandContext): Promise<Result> {
  const dump = await ctx.qmp.execute('query-dump');
  const percent = (100 * Number(dump.completed)) / Number(dump.total || 1n);
  const progress = dump.status === 'active' ? `Finished: ${percent.toFixed(2)} %\n` : '';
  return data(dump, `Status: ${dump.status}\n${progress}`);
}
