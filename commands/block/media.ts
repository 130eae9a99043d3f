import {
  type Candidate,
  type CommandContext,
  CommandError,
  type CompletionRequest,
  type Result,
  text,
} from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { BlockdevChangeReadOnlyMode } from '../../src/qapi/generated/types.ts';

const MODES: readonly BlockdevChangeReadOnlyMode[] = ['retain', 'read-only', 'read-write'];
const FORMATS = ['raw'];

/** `eject [-f] device` */
export async function eject(ctx: CommandContext, args: { force?: boolean; device: string }): Promise<void> {
  await ctx.qmp.execute('eject', { device: args.device, force: args.force ?? false });
}

interface ChangeArgs {
  device: string;
  force?: boolean;
  target: string;
  arg?: string;
  'read-only-mode'?: string;
}

/** `change device [-f] filename [format [read-only-mode]]` */
export async function change(ctx: CommandContext, args: ChangeArgs): Promise<Result | undefined> {
  const { device, target, arg: format, 'read-only-mode': wanted } = args;
  const mode = MODES.find(candidate => candidate === (wanted ?? 'retain'));
  if (mode === undefined) throw new CommandError(`Error: invalid parameter value: ${wanted}`);
  await ctx.qmp.execute('blockdev-change-medium', {
    device,
    filename: target,
    ...(format === undefined ? {} : { format }),
    force: args.force ?? false,
    'read-only-mode': mode,
  });
  return format === undefined ? text(formatWarning(target)) : undefined;
}

/** What is said of an image whose format nobody gave: only raw ones are known, so that was the guess. */
export function formatWarning(file: string): string {
  return [
    `WARNING: Image format was not specified for '${file}' and probing guessed raw.\n`,
    '         Automatically detecting the format is dangerous for raw images, ',
    'write operations on block 0 will be restricted.\n',
    "         Specify the 'raw' format explicitly to remove the restrictions.\n",
  ].join('');
}

/** Formats, then the ways in which a medium can be protected. */
export async function completeChange({ index }: CompletionRequest): Promise<(Candidate | string)[]> {
  if (index === 3) return FORMATS;
  return index === 4 ? [...MODES] : [];
}

/** `block_resize device size` */
export async function blockResize(
  ctx: CommandContext,
  args: { device: string; size: bigint },
): Promise<void> {
  await ctx.qmp.execute('block_resize', { device: args.device, size: args.size });
}

/** `commit device|all`: of drives whose images have others below them */
export async function commit(ctx: CommandContext, args: { device: string }): Promise<void> {
  const drives = await ctx.qmp.execute('query-block');
  if (args.device === 'all') {
    const changed = drives.filter(({ inserted }) => inserted && inserted.backing_file_depth > 0n);
    for (const { device } of changed) await commitOne(ctx, device, 'all');
    return;
  }
  const drive = drives.find(({ device }) => device === args.device);
  if (!drive) throw new CommandError(`Device '${args.device}' not found`);
  if (!drive.inserted || drive.tray_open) throw new CommandError(`Device '${args.device}' has no medium`);
  await commitOne(ctx, args.device, args.device);
}

async function commitOne({ qmp }: CommandContext, device: string, asked: string): Promise<void> {
  try {
    await qmp.execute('x-commit', { device });
  } catch (error) {
    throw error instanceof QmpError
      ? new CommandError(`'commit' error for '${asked}': ${error.message}`)
      : error;
  }
}

type ThrottleArgs = Record<'bps' | 'bps_rd' | 'bps_wr' | 'iops' | 'iops_rd' | 'iops_wr', bigint>;

/** `block_set_io_throttle device bps bps_rd bps_wr iops iops_rd iops_wr` */
export async function blockSetIoThrottle(
  ctx: CommandContext,
  args: ThrottleArgs & { device: string },
): Promise<void> {
  const { device, bps, bps_rd, bps_wr, iops, iops_rd, iops_wr } = args;
  await ctx.qmp.execute('block_set_io_throttle', { device, bps, bps_rd, bps_wr, iops, iops_rd, iops_wr });
}
