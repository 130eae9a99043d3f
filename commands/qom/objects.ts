import {
  type Candidate,
  type CommandContext,
  type CompletionRequest,
  type Result,
  text,
} from '../../src/monitor/types.ts';

const HELP = /^(?:(?:qom-type=)?([^,]*),)?(?:.*,)?(?:help|\?)$/;

/** Makes an object. `help` lists the types instead, `TYPE,help` the settings of one. */
export async function objectAdd(
  { qmp }: CommandContext,
  { object }: { object: string },
): Promise<Result | undefined> {
  const wanted = object.trim();
  const help = HELP.exec(wanted);
  if (help) {
    const type = help[1];
    const answer = await qmp.execute('x-query-object-help', type === undefined ? {} : { type });
    return text(answer['human-readable-text']);
  }
  await qmp.execute('x-object-add', { options: wanted });
  return undefined;
}

export async function objectDel({ qmp }: CommandContext, args: { id: string }): Promise<void> {
  await qmp.execute('object-del', { id: args.id });
}

/** The types that the help lists. */
export async function completeObjectAdd({ qmp, index }: CompletionRequest): Promise<Candidate[]> {
  if (index !== 1) return [];
  const { 'human-readable-text': list } = await qmp.execute('x-query-object-help');
  const types = [...list.matchAll(/^ {2}(\S+)$/gm)].map(match => ({ text: `${match[1]},id=` }));
  return [{ text: 'help' }, ...types];
}

/** What there is below /objects. */
export async function completeObjectDel({ qmp, index }: CompletionRequest): Promise<Candidate[]> {
  if (index !== 1) return [];
  const objects = await qmp.execute('qom-list', { path: '/objects' });
  return objects
    .filter(({ type }) => type.startsWith('child<'))
    .map(({ name, type }) => ({ text: name, help: type.slice('child<'.length, -1) }));
}
