import { QmpError } from '../../qapi/errors.ts';
import type { BlockdevOptions } from '../../qapi/generated/types.ts';
import { loadSchema } from '../../qapi/index.ts';
import { parseOptions } from '../../qapi/keyval.ts';
import { type BlockGraph, DEFAULT_CACHE } from './graph.ts';
import type { BlockNode } from './node.ts';

const NULL_SIZE = 2n ** 30n;

/** What `-blockdev` asks for: `null-co,node-name=n0` or JSON. @throws QmpError in QEMU's words */
export function parseBlockdev(text: string): BlockdevOptions {
  return parseOptions(loadSchema(), 'BlockdevOptions', text, {
    impliedKey: 'driver',
  }) as unknown as BlockdevOptions;
}

/** Makes a node, and those below it, that stays until `blockdev-del`. @throws QmpError */
export async function addBlockdev(graph: BlockGraph, options: BlockdevOptions): Promise<void> {
  if (options['node-name'] === undefined) {
    throw new QmpError("'node-name' must be specified for the root node");
  }
  const node = await makeNode(graph, options);
  node.monitorOwned = true;
}

async function makeNode(graph: BlockGraph, options: BlockdevOptions): Promise<BlockNode> {
  const name = options['node-name'];
  const readOnly = options['read-only'] ?? false;
  const cache = {
    ...DEFAULT_CACHE,
    direct: options.cache?.direct ?? false,
    'no-flush': options.cache?.['no-flush'] ?? false,
  };
  if (name !== undefined) graph.nameFor(name); // before a file is opened for nothing
  switch (options.driver) {
    case 'file':
      return graph.openFile(options.filename, { name, readOnly, cache });
    case 'null-co':
      return graph.addNull({ name, readOnly, cache, size: nullSize(options.size ?? NULL_SIZE) });
    case 'blkdebug': {
      const { config, 'inject-error': rules = [] } = options;
      const child = await childNode(graph, options.image, readOnly);
      const wishes = { name, readOnly, cache, rules, ...(config === undefined ? {} : { config }) };
      return graph.addDebug(child, wishes).catch(async (error: unknown) => {
        await graph.release(child);
        throw error;
      });
    }
    case 'raw':
      return graph.addRaw(await childNode(graph, options.file, readOnly), { name, readOnly, cache });
  }
}

function nullSize(size: bigint): number {
  if (size >= 0n && size <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(size);
  throw new QmpError("Parameter 'size' expects a >0 size");
}

async function childNode(
  graph: BlockGraph,
  child: BlockdevOptions | string,
  readOnly: boolean,
): Promise<BlockNode> {
  if (typeof child !== 'string') return makeNode(graph, { 'read-only': readOnly, ...child });
  const node = graph.get(child);
  if (!node) throw new QmpError(`Cannot find device='${child}' nor node-name='${child}'`);
  if (node.readOnly && !readOnly) throw new QmpError('Block node is read-only');
  return node;
}
