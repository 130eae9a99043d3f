import { type CommandContext, type Result, text } from '../../src/monitor/types.ts';

/** The flags of `info mtree`, by their names in args_type. */
interface MtreeArgs {
  flatview?: boolean;
  dispatch_tree?: boolean;
  owner?: boolean;
  disabled?: boolean;
}

export async function infoMtree(ctx: CommandContext, args: MtreeArgs): Promise<Result> {
  const reply = await ctx.qmp.execute('x-query-mtree', {
    flatview: args.flatview ?? false,
    'dispatch-tree': args.dispatch_tree ?? false,
    owner: args.owner ?? false,
    disabled: args.disabled ?? false,
  });
  return text(reply['human-readable-text']);
}

export async function infoQtree(ctx: CommandContext, args: { brief?: boolean }): Promise<Result> {
  const reply = await ctx.qmp.execute('x-query-qtree', { brief: args.brief ?? false });
  return text(reply['human-readable-text']);
}
