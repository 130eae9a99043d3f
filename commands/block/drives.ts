import { parseOptionString } from '../../src/monitor/option-string.ts';
import { type CommandContext, CommandError, type Result, text } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { BlockdevOptions } from '../../src/qapi/generated/types.ts';
import { formatWarning } from './media.ts';

interface DriveAddArgs {
  node?: boolean;
  pci_addr: string;
  opts: string;
}

/** `drive_add [-n] addr options`: a drive, or with -n a node of the block graph */
export async function driveAdd(ctx: CommandContext, args: DriveAddArgs): Promise<Result | undefined> {
  const options = parseOptionString(args.opts, 'drive');
  return plainly(async () => {
    if (args.node) return addNode(ctx, options);
    await ctx.qmp.execute('x-drive-add', { options });
    const { file, format, driver } = options;
    const guessed = file !== undefined && file !== '' && format === undefined && driver === undefined;
    return text(`${guessed ? formatWarning(file) : ''}OK\n`);
  });
}

async function addNode(ctx: CommandContext, options: Record<string, string>): Promise<undefined> {
  if (options['node-name'] === undefined) throw new CommandError("'node-name' needs to be specified");
  await ctx.qmp.execute('blockdev-add', nodeOptions(options));
  return undefined;
}

const SWITCHES = ['read-only', 'auto-read-only', 'force-share', 'drop-cache'];
const NUMBERS = ['size', 'aio-max-batch'];

/** Text to the types of the schema, which then checks them. */
function nodeOptions(options: Record<string, string>): BlockdevOptions {
  const typed = Object.entries(options).map(([key, value]) => {
    if (SWITCHES.includes(key)) return [key, value === 'on'];
    return [key, NUMBERS.includes(key) && /^[0-9]+$/.test(value) ? BigInt(value) : value];
  });
  return Object.fromEntries(typed) as BlockdevOptions;
}

/** `drive_del id`: of a node as well */
export async function driveDel(ctx: CommandContext, args: { id: string }): Promise<void> {
  const nodes = await ctx.qmp.execute('query-named-block-nodes');
  const isNode = nodes.some(node => node['node-name'] === args.id);
  await plainly(() =>
    isNode
      ? ctx.qmp.execute('blockdev-del', { 'node-name': args.id })
      : ctx.qmp.execute('x-drive-del', { id: args.id }),
  );
}

/** These commands say what went wrong and no more. @throws CommandError in place of QmpError */
async function plainly<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof QmpError ? new CommandError(error.message) : error;
  }
}
