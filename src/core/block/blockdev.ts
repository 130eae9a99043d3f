import { QmpError } from '../../qapi/errors.ts';
import type { BlockdevOptions } from '../../qapi/generated/types.ts';
import { loadSchema } from '../../qapi/index.ts';
import { parseOptions } from '../../qapi/keyval.ts';
import { type BlockGraph, DEFAULT_CACHE } from './graph.ts';
import type { BlockNode } from './node.ts';
import { accessProblem, sharingProblem } from './node-options.ts';

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
  const wishes = wishesOf(options);
  const { name } = wishes;
  if (name !== undefined) graph.nameFor(name); // before a file is opened for nothing
  switch (options.driver) {
    case 'file': {
      const { aio, locking, filename } = options;
      refuse(accessProblem({ aio, locking, direct: wishes.cache.direct }));
      return graph.openFile(filename, { ...wishes, autoReadOnly: options['auto-read-only'] ?? false });
    }
    case 'null-co':
      return graph.addNull({ ...wishes, size: nullSize(options.size ?? NULL_SIZE) });
    case 'blkdebug': {
      const { config, 'inject-error': rules = [], align = 0n } = options;
      const child = await childNode(graph, options.image, options);
      return graph.addDebug(child, { ...wishes, rules, config, align: Number(align) });
    }
    case 'raw':
      return graph.addRaw(await childNode(graph, options.file, options), wishes);
  }
}

/** What every node can be asked for. @throws QmpError */
function wishesOf(options: BlockdevOptions) {
  const { 'detect-zeroes': detectZeroes = 'off', 'read-only': readOnly = false, cache } = options;
  if (detectZeroes === 'unmap' && options.discard !== 'unmap') {
    const rule = 'is not allowed without setting discard operation to unmap';
    throw new QmpError(`setting detect-zeroes to unmap ${rule}`);
  }
  refuse(sharingProblem(options['force-share'] ?? false, readOnly));
  return {
    name: options['node-name'],
    readOnly,
    detectZeroes,
    cache: { ...DEFAULT_CACHE, direct: cache?.direct ?? false, 'no-flush': cache?.['no-flush'] ?? false },
  };
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new QmpError(problem);
}

function nullSize(size: bigint): number {
  if (size >= 0n && size <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(size);
  throw new QmpError("Parameter 'size' expects a >0 size");
}

/** @param parent whose protection the child has, unless told otherwise */
async function childNode(
  graph: BlockGraph,
  child: BlockdevOptions | string,
  parent: BlockdevOptions,
): Promise<BlockNode> {
  const { 'read-only': readOnly = false, 'auto-read-only': auto = false } = parent;
  if (typeof child !== 'string') {
    return makeNode(graph, { 'read-only': readOnly, 'auto-read-only': auto, ...child });
  }
  const node = graph.get(child);
  if (!node) throw new QmpError(`Cannot find device='${child}' nor node-name='${child}'`);
  if (node.readOnly && !readOnly && !auto) throw new QmpError('Block node is read-only');
  return node;
}
