import { type CommandContext, CommandError, type CompletionRequest } from '../../src/monitor/types.ts';
import type { KeyValue, QKeyCode } from '../../src/qapi/generated/types.ts';
import { keyNames } from './key-names.ts';

const LARGEST_NUMBER = 0x7fff_ffffn;

/** Presses keys that are joined by `-`, each a name or a number in hexadecimal. */
export async function sendkey(
  ctx: CommandContext,
  args: { keys: string; 'hold-time'?: bigint },
): Promise<void> {
  const names = await keyNames(ctx.qmp);
  const keys = args.keys.split('-').map(word => parseKey(word, names));
  const hold = args['hold-time'];
  await ctx.qmp.execute('send-key', { keys, ...(hold === undefined ? {} : { 'hold-time': hold }) });
}

function parseKey(word: string, names: readonly string[]): KeyValue {
  const name = word === '<' ? 'less' : word;
  if (/^0x[0-9a-f]+$/i.test(name) && BigInt(name) <= LARGEST_NUMBER)
    return { type: 'number', data: BigInt(name) };
  if (names.includes(name)) return { type: 'qcode', data: name as QKeyCode };
  throw new CommandError(`invalid parameter: ${word}`);
}

/** Offers names for the key behind the last `-`. */
export async function completeSendkey({ qmp, index, prefix }: CompletionRequest): Promise<string[]> {
  if (index !== 1) return [];
  const before = prefix.slice(0, prefix.lastIndexOf('-') + 1);
  const names = await keyNames(qmp);
  return names.map(name => before + name);
}
