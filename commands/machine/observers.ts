import {
  type CommandContext,
  CommandError,
  data,
  type Handler,
  type Result,
  text,
} from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { StatsProvider, StatsTarget, SyncProfileOp } from '../../src/qapi/generated/types.ts';

const RULE = '-'.repeat(79);
const PROFILE_HEADING = 'Type               Object  Call site  Wait Time (s)         Count  Average (us)';

/** `info replay` */
export async function infoReplay(ctx: CommandContext): Promise<Result> {
  const replay = await ctx.qmp.execute('query-replay');
  if (replay.mode === 'none') return data(replay, 'Record/replay is not active\n');
  const what = replay.mode === 'record' ? 'Recording' : 'Replaying';
  const where = `instruction count = ${replay.icount}`;
  return data(replay, `${what} execution '${replay.filename ?? ''}': ${where}\n`);
}

/** A refusal that the monitor prints as it is. */
async function plain(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw error instanceof QmpError ? new CommandError(error.message) : error;
  }
}

/** `replay_break` */
export const replayBreak: Handler<{ icount: bigint }> = ({ qmp }, { icount }) =>
  plain(qmp.execute('replay-break', { icount }));

/** `replay_delete_break` */
export const replayDeleteBreak: Handler = ({ qmp }) => plain(qmp.execute('replay-delete-break'));

/** `replay_seek` */
export const replaySeek: Handler<{ icount: bigint }> = ({ qmp }, { icount }) =>
  plain(qmp.execute('replay-seek', { icount }));

const TARGETS: Readonly<Record<StatsTarget, true>> = { vm: true, vcpu: true, cryptodev: true };
const PROVIDERS: Readonly<Record<StatsProvider, true>> = { kvm: true, cryptodev: true };

const isTarget = (word: string): word is StatsTarget => Object.hasOwn(TARGETS, word);
const isProvider = (word: string): word is StatsProvider => Object.hasOwn(PROVIDERS, word);

interface StatsArgs {
  target: string;
  names?: string;
  provider?: string;
}

/** `info stats`: what the host keeps count of. */
export async function infoStats(ctx: CommandContext, args: StatsArgs): Promise<Result> {
  const { target, names = '*', provider } = args;
  if (!isTarget(target)) throw new CommandError(`invalid stats target ${target}`);
  if (provider !== undefined && !isProvider(provider)) {
    throw new CommandError(`invalid stats provider ${provider}`);
  }
  const wanted = names === '*' ? {} : { names: names.split(',') };
  const providers = provider === undefined ? {} : { providers: [{ provider, ...wanted }] };
  const results = await ctx.qmp.execute('query-stats', { target, ...providers });
  const lines = results.flatMap(({ provider: who, stats }) => [
    `provider: ${who}\n`,
    ...stats.map(({ name, value }) => `    ${name}: ${value}\n`),
  ]);
  return data(results, lines.join(''));
}

/** Targets, then (behind the names) providers. */
export async function completeStats({ index }: { index: number }): Promise<string[]> {
  if (index === 1) return Object.keys(TARGETS);
  return index === 3 ? Object.keys(PROVIDERS) : [];
}

/** `info cryptodev` */
export async function infoCryptodev(ctx: CommandContext): Promise<Result> {
  const backends = await ctx.qmp.execute('query-cryptodev');
  const lines = backends.map(({ id, service, client }) => {
    const clients = client.map(({ queues, type }, n) => `    queue ${n}: type=${type}, queues=${queues}\n`);
    return `${id}: service=[${service.join('|')}]\n${clients.join('')}`;
  });
  return data(backends, lines.join(''));
}

/** `info tpm` */
export async function infoTpm(ctx: CommandContext): Promise<Result> {
  const tpms = await ctx.qmp.execute('query-tpm');
  const lines = tpms.map(({ id, model, options }, n) => {
    return ` tpm${n}: model=${model}\n  \\ ${id}: type=${options.type}\n`;
  });
  return data(tpms, tpms.length === 0 ? '' : `TPM device:\n${lines.join('')}`);
}

/** `info vm-generation-id` */
export async function infoVmGenerationId(ctx: CommandContext): Promise<Result> {
  const info = await ctx.qmp.execute('query-vm-generation-id');
  return data(info, `${info.guid}\n`);
}

/** `info firmware-log` */
export async function infoFirmwareLog(ctx: CommandContext, args: { 'max-size'?: bigint }): Promise<Result> {
  const size = args['max-size'];
  const info = await ctx.qmp.execute('query-firmware-log', size === undefined ? {} : { 'max-size': size });
  const version = info.version === undefined ? '' : `[ firmware version: ${info.version} ]\n`;
  return data(info, version + Buffer.from(info.log, 'base64').toString('utf8'));
}

/** `info capture`: there is no sound to capture. */
export const infoCapture: Handler = async () =>
  text("warning: 'info capture' is deprecated since v10.2, to be removed\n");

/** `info sync-profile`: nothing waits for a lock here, so that there is a heading only. */
export const infoSyncProfile: Handler = async () => text(`${PROFILE_HEADING}\n${RULE}\n${RULE}\n`);

const OPERATIONS: Readonly<Record<SyncProfileOp, true>> = { on: true, off: true, reset: true };
const isOperation = (word: string): word is SyncProfileOp => Object.hasOwn(OPERATIONS, word);

/** `sync-profile [on|off|reset]` */
export async function syncProfile(ctx: CommandContext, { op }: { op?: string }): Promise<Result | undefined> {
  if (op !== undefined && !isOperation(op)) {
    throw new QmpError(`invalid parameter '${op}', expecting 'on', 'off', or 'reset'`);
  }
  const { enabled } = await ctx.qmp.execute('x-sync-profile', op === undefined ? {} : { op });
  return op === undefined ? text(`sync-profile is ${enabled ? 'on' : 'off'}\n`) : undefined;
}

export const completeSyncProfile = async () => Object.keys(OPERATIONS);
