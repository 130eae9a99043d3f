import { type CommandContext, CommandError, data, type Result } from '../../src/monitor/types.ts';
import type { EventName } from '../../src/qapi/generated/types.ts';
import type { QmpValue } from '../../src/qapi/value.ts';
import type { QmpClient } from '../../src/qmp/client.ts';
import { stringifyJson } from '../../src/qmp/json.ts';
import { waitForEvent } from '../../src/qmp/wait.ts';

/** `timeout` in seconds; absent: no end */
interface WaitArgs {
  event: string;
  timeout?: number;
}

/** Names of the events that the machine can send, from its own introspection. */
async function eventNames(qmp: QmpClient): Promise<string[]> {
  const schema = await qmp.execute('query-qmp-schema');
  return schema.filter(entity => entity['meta-type'] === 'event').map(entity => entity.name);
}

async function checkName(qmp: QmpClient, name: string): Promise<void> {
  const known = await eventNames(qmp);
  if (known.includes(name)) return;
  throw new CommandError(`unknown event '${name}': expected one of ${known.sort().join(', ')}`);
}

/**
 * Waits for one event. Throws CommandError for a name that the machine never sends, WaitTimeoutError (exit
 * code 4) when the time is over, ConnectionLostError (exit code 3) when the machine ends.
 */
export async function wait(ctx: CommandContext, args: WaitArgs): Promise<Result> {
  if (args.timeout !== undefined && args.timeout < 0) throw new CommandError('the timeout is negative');
  const name = args.event.toUpperCase();
  const giveUp = new AbortController();
  // Not AbortSignal.any: what is made of a signal that lives on costs memory for as long.
  const interrupted = () => giveUp.abort(ctx.signal.reason);
  ctx.signal.throwIfAborted();
  ctx.signal.addEventListener('abort', interrupted);
  // begun before the name is checked, so that no event passes unseen meanwhile
  const arrival = waitForEvent(ctx.qmp, name as EventName, {
    signal: giveUp.signal,
    ...(args.timeout === undefined ? {} : { timeoutMs: args.timeout * 1000 }),
  });
  arrival.catch(() => {});
  try {
    const seen = ctx.session.takeEvent(name as EventName);
    // an event that came needs no look at its name, and the machine may be gone behind it
    const checked = seen ?? Promise.race([arrival, checkName(ctx.qmp, name).then(() => arrival)]);
    const { event, data: members, timestamp } = await checked;
    ctx.session.takeEvent(name as EventName); // the one that arrived counts once
    const value: { [key: string]: QmpValue } = { ...members };
    return data({ event, data: value, timestamp }, `${event} ${stringifyJson(value)}\n`);
  } finally {
    ctx.signal.removeEventListener('abort', interrupted);
    giveUp.abort();
  }
}

export async function completeEvent(request: { qmp: QmpClient; index: number }): Promise<string[]> {
  return request.index === 1 ? eventNames(request.qmp) : [];
}
