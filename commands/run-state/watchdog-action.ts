import type { CommandContext } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { WatchdogAction } from '../../src/qapi/generated/types.ts';

/** Checked against the generated type: a missing or misspelt action does not compile. */
const ACTIONS: Readonly<Record<WatchdogAction, true>> = {
  reset: true,
  shutdown: true,
  poweroff: true,
  pause: true,
  debug: true,
  none: true,
  'inject-nmi': true,
};

function isAction(word: string): word is WatchdogAction {
  return Object.hasOwn(ACTIONS, word);
}

export async function watchdogAction(ctx: CommandContext, args: { action: string }): Promise<void> {
  const action = args.action.toLowerCase();
  if (!isAction(action)) throw new QmpError(`invalid parameter value: ${action}`);
  await ctx.qmp.execute('watchdog-set-action', { action });
}

export async function completeWatchdogAction(): Promise<string[]> {
  return Object.keys(ACTIONS);
}
