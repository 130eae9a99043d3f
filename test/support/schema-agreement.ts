/** Which commands two servers of QMP take the same arguments for, by what their query-qmp-schema says. */
import { type Message, QmpConnection } from './qmp-connection.ts';

type Entries = ReadonlyMap<string, Message>;

async function entries(socket: string): Promise<Entries> {
  const connection = await QmpConnection.open(socket);
  const { return: list } = await connection.request({ execute: 'query-qmp-schema' });
  connection.close();
  return new Map((list as Message[]).map(entry => [entry['name'] as string, entry]));
}

/** Names of the commands, in the first server's order. */
export async function agreedCommands(socket: string, other: string): Promise<string[]> {
  const [ours, theirs] = [await entries(socket), await entries(other)];
  const shape = (all: Entries, type: unknown) => describe(all, type as string, []);
  return [...ours.values()]
    .filter(entry => entry['meta-type'] === 'command')
    .filter(({ name, 'arg-type': type }) => {
      const peer = theirs.get(name as string);
      return peer !== undefined && shape(ours, type) === shape(theirs, peer['arg-type']);
    })
    .map(({ name }) => name as string);
}

/** A type spelled out, without the numbers that servers give to types. Types that contain themselves end there. */
function describe(all: Entries, name: string, above: readonly string[]): string {
  const entry = all.get(name);
  if (entry === undefined) return name;
  if (above.includes(name)) return `up ${above.length - above.indexOf(name)}`;
  const inner = (type: unknown) => describe(all, type as string, [...above, name]);
  const list = (key: string) => (entry[key] ?? []) as Message[];
  switch (entry['meta-type']) {
    case 'array':
      return `[${inner(entry['element-type'])}]`;
    case 'enum':
      return `enum ${list('members')
        .map(({ name: value }) => value)
        .sort()}`;
    case 'alternate':
      return `one of ${list('members').map(({ type }) => inner(type))}`;
    case 'object': {
      const members = list('members').map(
        each => `${each['name']}${'default' in each ? '?' : ''}:${inner(each['type'])}`,
      );
      const variants = list('variants').map(each => `${each['case']}:${inner(each['type'])}`);
      return `{${members.join()}|${entry['tag']}|${variants.sort()}}`;
    }
    default:
      return `${entry['json-type']}`;
  }
}
