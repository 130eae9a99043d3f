import { QmpError } from '../../qapi/errors.ts';
import type { BlockdevOptions } from '../../qapi/generated/types.ts';
import type { QmpValue } from '../../qapi/value.ts';
import type { DriveTable } from '../block/drive-table.ts';
import { type BlockGraph, DEFAULT_CACHE } from '../block/graph.ts';
import type { BlockNode } from '../block/node.ts';
import type { OptionValues } from '../config.ts';
import { asQmpErrors } from './config-errors.ts';
import type { CommandHandlers } from './handlers.ts';

const NULL_SIZE = 2n ** 30n;

/** Nodes and drives that come and go while the machine runs. */
export function blockNodeHandlers(drives: DriveTable): CommandHandlers {
  const { graph } = drives;
  return {
    'blockdev-add': async options => {
      if (options['node-name'] === undefined) {
        throw new QmpError("'node-name' must be specified for the root node");
      }
      const node = await makeNode(graph, options);
      node.monitorOwned = true;
      return {};
    },
    'blockdev-del': async ({ 'node-name': name }) => {
      const node = graph.get(name);
      if (!node) throw new QmpError(`Failed to find node with node-name='${name}'`);
      if (drives.all().some(drive => drive.node === node)) throw new QmpError(`Node ${name} is in use`);
      if (!node.monitorOwned) throw new QmpError(`Node ${name} is not owned by the monitor`);
      if (node.users > 0) throw new QmpError(`Block device ${name} is in use`);
      node.monitorOwned = false;
      await graph.release(node);
      return {};
    },
    'x-drive-add': async ({ options }) => {
      const request = asQmpErrors(() => drives.parse(textOptions(options)));
      if (request.interface !== 'none')
        throw new QmpError(`Can't hot-add drive to type ${TYPE_NUMBERS[request.interface]}`);
      if (drives.get(request.id)) throw new QmpError(`Duplicate ID '${request.id}' for drive`);
      await drives.open(request);
      return {};
    },
    'x-drive-del': async ({ id }) => {
      const drive = drives.get(id);
      if (!drive) throw new QmpError(`Device '${id}' not found`, 'DeviceNotFound');
      await drives.remove(drive);
      return {};
    },
  };
}

/** The numbers by which a refusal names the kinds of interfaces. */
const TYPE_NUMBERS = { floppy: 3, pflash: 4, virtio: 7 } as const;

/** @throws QmpError */
function textOptions(options: QmpValue): OptionValues {
  const entries = typeof options === 'object' && options !== null ? Object.entries(options) : [];
  const wrong = entries.find(([, value]) => typeof value !== 'string');
  if (Array.isArray(options) || typeof options !== 'object' || options === null) {
    throw new QmpError("Invalid parameter type for 'options', expected: object");
  }
  if (wrong) throw new QmpError(`Invalid parameter type for '${wrong[0]}', expected: string`);
  return Object.fromEntries(entries) as OptionValues;
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
