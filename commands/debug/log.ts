import {
  type CommandContext,
  CommandError,
  type CompletionRequest,
  data,
  type Result,
  text,
} from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { LogItemInfo } from '../../src/qapi/generated/types.ts';

const NAME_WIDTH = 15;

function itemLine(name: string, help: string): string {
  return `${name.padEnd(NAME_WIDTH)} ${help}\n`;
}

function helpText(items: readonly LogItemInfo[]): string {
  const lines = items.map(({ name, help }) => itemLine(name, help)).join('');
  const none = itemLine('none', 'remove all logs');
  const trace = itemLine('trace:PATTERN', 'enable trace events');
  const hint = '\nUse "log trace:help" to get a list of trace events.\n\n';
  return `Log items (comma separated):\n${none}${lines}${trace}${hint}`;
}

/** `log`: what is logged. What is not an item asks for the list of them. */
export async function log(ctx: CommandContext, { items }: { items: string }): Promise<Result | undefined> {
  if (items === 'trace:help') return infoTraceEvents(ctx, {});
  try {
    const { unknown } = await ctx.qmp.execute('x-log', { items });
    return text(unknown.map(name => `warning: trace event '${name}' does not exist\n`).join(''));
  } catch (error) {
    if (!(error instanceof QmpError)) throw error;
    const known = await ctx.qmp.execute('x-query-log');
    return data(known, helpText(known));
  }
}

/** A refusal that the monitor prints as it is. */
async function plain<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof QmpError ? new CommandError(error.message) : error;
  }
}

/** `logfile`: where the log goes. */
export async function logfile(ctx: CommandContext, { filename }: { filename: string }): Promise<void> {
  await plain(ctx.qmp.execute('x-logfile', { filename }));
}

interface TraceArgs {
  name: string;
  option: boolean;
  vcpu?: bigint;
}

/** `trace-event`: which events are traced. */
export async function traceEvent(ctx: CommandContext, { name, option, vcpu }: TraceArgs): Promise<void> {
  const hart = vcpu === undefined ? {} : { vcpu };
  await plain(ctx.qmp.execute('trace-event-set-state', { name, enable: option, ...hart }));
}

/** `info trace-events`: the events and whether they are traced. */
export async function infoTraceEvents(
  ctx: CommandContext,
  { name = '*', vcpu }: { name?: string; vcpu?: bigint },
): Promise<Result> {
  const hart = vcpu === undefined ? {} : { vcpu };
  const events = await plain(ctx.qmp.execute('trace-event-get-state', { name, ...hart }));
  const lines = events.map(event => `${event.name} : state ${event.state === 'enabled' ? 1 : 0}\n`);
  return data(events, lines.join(''));
}

/** An event, then on or off. */
export async function completeTraceEvent({ index, qmp }: CompletionRequest): Promise<string[]> {
  if (index === 2) return ['on', 'off'];
  const events = index === 1 ? await qmp.execute('trace-event-get-state', { name: '*' }) : [];
  return events.map(({ name }) => name);
}

/** An event. */
export async function completeInfoTraceEvents(request: CompletionRequest): Promise<string[]> {
  return request.index === 1 ? completeTraceEvent(request) : [];
}

/** The last of a list of items. */
export async function completeLog({ index, prefix, qmp }: CompletionRequest): Promise<string[]> {
  if (index !== 1) return [];
  const before = prefix.slice(0, prefix.lastIndexOf(',') + 1);
  const items = await qmp.execute('x-query-log');
  return ['none', ...items.map(({ name }) => name), 'trace:'].map(name => before + name);
}
