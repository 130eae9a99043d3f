import {
  type CommandContext,
  CommandError,
  type CompletionRequest,
  type Result,
  text,
} from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';

/** The rule, or the name of a network and the rule. */
interface Args {
  arg1: string;
  arg2?: string;
}

export async function hostfwdAdd(ctx: CommandContext, args: Args): Promise<void> {
  await asked(ctx.qmp.execute('x-hostfwd-add', request(args)));
}

export async function hostfwdRemove(ctx: CommandContext, args: Args): Promise<Result> {
  const wanted = request(args);
  await asked(ctx.qmp.execute('x-hostfwd-remove', wanted));
  return text(`host forwarding rule for ${wanted.rule} removed\n`);
}

function request({ arg1, arg2 }: Args): { netdev?: string; rule: string } {
  return arg2 === undefined ? { rule: arg1 } : { netdev: arg1, rule: arg2 };
}

/** What is wrong with a rule is said as it is, without `Error: `. */
async function asked(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    throw error instanceof QmpError ? new CommandError(error.message) : error;
  }
}

/** Offers the user networks. */
export async function completeHostfwd({ qmp, index }: CompletionRequest): Promise<string[]> {
  if (index !== 1) return [];
  const { 'human-readable-text': connections } = await qmp.execute('x-query-usernet');
  return [...connections.matchAll(/^Hub -?\d+ \((.*)\):$/gm)].map(match => match[1]!);
}
