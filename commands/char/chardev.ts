import {
  type Candidate,
  type CommandContext,
  type CompletionRequest,
  type Result,
  text,
} from '../../src/monitor/types.ts';
import type { ChardevReturn } from '../../src/qapi/generated/types.ts';

/** Makes a character device; `help` or `?` lists the back ends instead. */
export async function chardevAdd(
  { qmp }: CommandContext,
  args: { args: string },
): Promise<Result | undefined> {
  if (args.args === 'help' || args.args === '?') {
    const names = (await qmp.execute('query-chardev-backends')).map(({ name }) => `  ${name}\n`);
    return text(`Available chardev backend types: \n${names.join('')}`);
  }
  return made(qmp, await qmp.execute('x-chardev-add', { options: args.args }));
}

/** Tells how a pseudo-terminal is called. */
async function made(qmp: CommandContext['qmp'], { pty }: ChardevReturn): Promise<Result | undefined> {
  if (pty === undefined) return undefined;
  const chardevs = await qmp.execute('query-chardev');
  const label = chardevs.find(({ filename }) => filename === `pty:${pty}`)?.label;
  return text(`char device redirected to ${pty} (label ${label})\n`);
}

export async function chardevChange(
  { qmp }: CommandContext,
  args: { id: string; args: string },
): Promise<Result | undefined> {
  return made(qmp, await qmp.execute('x-chardev-change', { id: args.id, options: args.args }));
}

export async function chardevRemove({ qmp }: CommandContext, args: { id: string }): Promise<void> {
  await qmp.execute('chardev-remove', { id: args.id });
}

export async function chardevSendBreak({ qmp }: CommandContext, args: { id: string }): Promise<void> {
  await qmp.execute('chardev-send-break', { id: args.id });
}

/** Kinds of back ends. */
export async function completeChardevAdd({ qmp, index }: CompletionRequest): Promise<Candidate[]> {
  if (index !== 1) return [];
  const backends = await qmp.execute('query-chardev-backends');
  return [{ text: 'help' }, ...backends.map(({ name }) => ({ text: `${name},id=` }))];
}

/** Character devices with where they lead. */
export async function completeChardevRemove({ qmp, index }: CompletionRequest): Promise<Candidate[]> {
  if (index !== 1) return [];
  const chardevs = await qmp.execute('query-chardev');
  return chardevs.map(({ label, filename }) => ({ text: label, help: filename }));
}

/** A character device, then a kind of back end. */
export async function completeChardevChange(request: CompletionRequest): Promise<Candidate[]> {
  if (request.index !== 2) return completeChardevRemove(request);
  const backends = await request.qmp.execute('query-chardev-backends');
  return backends.map(({ name }) => ({ text: name }));
}
