import { formatHistory } from '../../src/monitor/history.ts';
import { type CommandContext, CommandError, data, type Result, text } from '../../src/monitor/types.ts';

export async function help(ctx: CommandContext, args: { name?: string }): Promise<Result> {
  return text(await ctx.session.help(args.name));
}

/** `info` without a subcommand, or with one that does not exist, lists the subcommands. */
export async function infoHelp(ctx: CommandContext): Promise<Result> {
  return text(await ctx.session.help('info'));
}

export async function infoHistory(ctx: CommandContext): Promise<Result> {
  const lines = [...ctx.session.history];
  return data(lines, formatHistory(lines));
}

export async function clear(): Promise<Result> {
  return { kind: 'clear' };
}

export async function quit(ctx: CommandContext): Promise<void> {
  ctx.session.quitting = true;
  await ctx.qmp.execute('quit');
}

/** Leaves a machine that is another program's as it is. Throws CommandError where the machine is our own. */
export async function detach(ctx: CommandContext): Promise<void> {
  if (!ctx.session.attached) {
    throw new CommandError("detach: the machine is part of this program and ends with it (see 'quit')");
  }
  ctx.session.quitting = true;
}
