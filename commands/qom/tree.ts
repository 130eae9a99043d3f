import { type CommandContext, CommandError, data, type Result } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';

/** An object with those below it. */
type QomNode = {
  name: string;
  type: string;
  children: QomNode[];
};

const DEFAULT_PATH = '/machine';

/** `child<virtio-rng-device>` -> `virtio-rng-device`, undefined for a plain property or a link. */
export function childType(propertyType: string): string | undefined {
  return /^child<(.*)>$/.exec(propertyType)?.[1];
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Asks for all children of a level at once, so that a big tree costs few round trips. */
async function readNode(ctx: CommandContext, path: string, name: string, type: string): Promise<QomNode> {
  ctx.signal.throwIfAborted();
  const properties = await ctx.qmp.execute('qom-list', { path });
  const parent = path === '/' ? '' : path;
  const children = await Promise.all(
    properties.flatMap(property => {
      const child = childType(property.type);
      return child === undefined ? [] : [readNode(ctx, `${parent}/${property.name}`, property.name, child)];
    }),
  );
  return { name, type, children: children.sort(byName) };
}

function formatNode(node: QomNode, depth: number): string {
  const line = `${'  '.repeat(depth)}/${node.name} (${node.type})\n`;
  return line + node.children.map(child => formatNode(child, depth + 1)).join('');
}

/** The type of the object at a path. Throws CommandError when there is none. */
async function readType(ctx: CommandContext, path: string): Promise<string> {
  try {
    return String(await ctx.qmp.execute('qom-get', { path, property: 'type' }));
  } catch (error) {
    if (!(error instanceof QmpError)) throw error;
    throw new CommandError(`Path '${path}' could not be resolved.`);
  }
}

export async function infoQomTree(ctx: CommandContext, args: { path?: string }): Promise<Result> {
  const path = (args.path ?? DEFAULT_PATH).replace(/(?<=.)\/+$/, '');
  const type = await readType(ctx, path);
  const tree = await readNode(ctx, path, path.slice(path.lastIndexOf('/') + 1), type);
  return data(tree, formatNode(tree, 0));
}
