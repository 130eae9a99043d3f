import {
  type Candidate,
  type CommandContext,
  type CompletionRequest,
  type Result,
  text,
} from '../../src/monitor/types.ts';

/** Kinds of back ends, as `netdev_add help` lists them. */
const TYPES = ['socket', 'stream', 'dgram', 'hubport', 'tap', 'user'];

/** Milliseconds and rounds of announcements when nothing else is said. */
const ANNOUNCEMENTS = { initial: 50n, max: 550n, rounds: 5n, step: 100n };

/** Makes a network back end; `help` lists their kinds instead. */
export async function netdevAdd(
  { qmp }: CommandContext,
  args: { netdev: Record<string, string> },
): Promise<Result | undefined> {
  const { type, ...rest } = args.netdev;
  if (type === 'help' || type === '?') {
    return text(`Available netdev backend types:\n${TYPES.map(name => `${name}\n`).join('')}`);
  }
  const settings = Object.entries(rest).map(([key, value]) => `${key}=${value.replaceAll(',', ',,')}`);
  const options = [...(type === undefined ? [] : [`type=${type}`]), ...settings].join(',');
  await qmp.execute('x-netdev-add', { options });
  return undefined;
}

export async function netdevDel({ qmp }: CommandContext, args: { id: string }): Promise<void> {
  await qmp.execute('netdev_del', { id: args.id });
}

/** Lets cards announce where they are: all, or those of a list with commas. */
export async function announceSelf(
  { qmp }: CommandContext,
  { interfaces, id }: { interfaces?: string; id?: string },
): Promise<void> {
  await qmp.execute('announce-self', {
    ...ANNOUNCEMENTS,
    ...(interfaces === undefined ? {} : { interfaces: interfaces.split(',') }),
    ...(id === undefined ? {} : { id }),
  });
}

/** The names that `info network` lists, of cards or of back ends. */
async function clientNames({ qmp }: CompletionRequest, cards: boolean): Promise<Candidate[]> {
  const { 'human-readable-text': listing } = await qmp.execute('x-query-network');
  const entries = [...listing.matchAll(/(?:^| )(\S+): index=\d+,type=(\w+)/gm)];
  return entries
    .filter(([, , type]) => (type === 'nic') === cards)
    .map(([, name, type]) => ({ text: name!, help: type! }));
}

export async function completeNetdevAdd({ index }: CompletionRequest): Promise<Candidate[]> {
  if (index !== 1) return [];
  return [{ text: 'help' }, ...TYPES.map(name => ({ text: `${name},id=` }))];
}

export async function completeNetdevDel(request: CompletionRequest): Promise<Candidate[]> {
  return request.index === 1 ? clientNames(request, false) : [];
}

export async function completeAnnounceSelf(request: CompletionRequest): Promise<Candidate[]> {
  return request.index === 1 ? clientNames(request, true) : [];
}
