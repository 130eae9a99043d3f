import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { BlockdevCreateOptions, BlockdevSnapshotSync } from '../../qapi/generated/types.ts';
import type { DriveTable } from '../block/drive-table.ts';
import type { BlockNode } from '../block/node.ts';
import { LATENCY_KINDS } from '../block/stats.ts';
import type { EventBus } from '../events.ts';
import type { JobTable } from '../jobs/job-table.ts';
import { graphOf } from './block-graph.ts';
import type { DriveOfDevice } from './device-drives.ts';
import type { CommandHandlers } from './handlers.ts';

const UNKNOWN_FORMAT = 'Unknown file format';

export interface ImageParts {
  readonly drives: DriveTable;
  readonly jobs: JobTable;
  readonly events: EventBus;
  readonly host: Pick<Host, 'createFile'>;
  readonly driveOf: DriveOfDevice;
}

/** Images that are made, put on top of others, exchanged and watched. */
export function blockImageHandlers({ drives, jobs, events, host, driveOf }: ImageParts): CommandHandlers {
  return {
    'blockdev-create': ({ 'job-id': id, options }) => {
      jobs.start({ id, type: 'create', autoFinalize: true, autoDismiss: false, block: false }, () =>
        createImage(host, options),
      );
      return {};
    },
    'x-blockdev-amend': ({ 'node-name': name, options }) => {
      const { driver } = drives.findNode({ 'node-name': name });
      if (options.driver !== driver)
        throw new QmpError("x-blockdev-amend doesn't support changing the block driver");
      throw new QmpError('Driver does not support x-blockdev-amend');
    },
    'x-debug-query-block-graph': () => graphOf(drives),
    ...overlayHandlers(drives),
    ...nodeChanges(drives),
    ...watchers({ drives, events, driveOf }),
  };
}

async function createImage(host: ImageParts['host'], options: BlockdevCreateOptions): Promise<void> {
  if (options.driver !== 'file') throw new QmpError('Driver does not support blockdev-create');
  const { filename, size, preallocation = 'off' } = options;
  if (preallocation !== 'off') throw new QmpError(`Unsupported preallocation mode '${preallocation}'`);
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw new QmpError('Could not resize file: File too large');
  try {
    await host.createFile(filename, Number(size));
  } catch (error) {
    throw new QmpError(`Could not create '${filename}': ${(error as Error).message}`);
  }
}

/** No format here can have an image below it or a state inside. */
function overlayHandlers(drives: DriveTable): CommandHandlers {
  return {
    'blockdev-snapshot-sync': args => refuseOverlay(drives, args),
    'blockdev-snapshot': ({ node, overlay }) => {
      drives.findEither(node);
      drives.findEither(overlay);
      throw new QmpError('The overlay does not support backing images');
    },
    'blockdev-snapshot-internal-sync': ({ device, name }) => {
      const { driver, readOnly } = drives.findEither(device);
      if (readOnly) throw new QmpError(`Device '${device}' is read only`);
      const what = `Block format '${driver}' used by device '${device}'`;
      if (name === '') throw new QmpError('Name is empty');
      throw new QmpError(`${what} does not support internal snapshots`);
    },
    'blockdev-snapshot-delete-internal-sync': ({ device, id, name }) => {
      drives.findEither(device);
      if (id === undefined && name === undefined) throw new QmpError('Name or id must be provided');
      throw new QmpError('Failed to get a snapshot list: Operation not supported');
    },
  };
}

/** @throws QmpError always */
export function refuseOverlay(drives: DriveTable, args: BlockdevSnapshotSync): never {
  const { format = 'qcow2', mode = 'absolute-paths' } = args;
  drives.findNode(args);
  if (format !== 'raw') {
    throw new QmpError(mode === 'existing' ? `Unknown driver '${format}'` : `${UNKNOWN_FORMAT} '${format}'`);
  }
  if (mode === 'existing') throw new QmpError('The overlay does not support backing images');
  throw new QmpError("Backing file not supported for file format 'raw'");
}

function nodeChanges(drives: DriveTable): CommandHandlers {
  const named = (name: string | undefined): BlockNode => {
    const node = drives.graph.get(name ?? '');
    if (!node) throw new QmpError(`Failed to find node with node-name='${name}'`);
    return node;
  };
  return {
    'blockdev-reopen': ({ options }) => {
      for (const { 'node-name': name } of options) {
        if (name === undefined) throw new QmpError('node-name not specified');
        const { driver } = named(name);
        throw new QmpError(
          `Block format '${driver}' used by node '${name}' does not support reopening files`,
        );
      }
      return {};
    },
    'x-blockdev-change': ({ parent, child, node }) => {
      const { name } = drives.findEither(parent);
      if ((child === undefined) === (node === undefined)) {
        const both = child !== undefined;
        throw new QmpError(
          both ? 'The parameters child and node are in conflict' : 'Either child or node must be specified',
        );
      }
      if (child !== undefined) {
        if (child !== 'file' || !drives.graph.get(name)?.child)
          throw new QmpError(`Node '${parent}' does not have child '${child}'`);
        throw new QmpError(`The node ${parent} does not support removing a child`);
      }
      if (!drives.graph.get(node!)) throw new QmpError(`Node '${node}' not found`);
      throw new QmpError(`The node ${parent} does not support adding a child`);
    },
    'x-blockdev-set-iothread': ({ 'node-name': name, iothread, force = false }) => {
      const node = named(name);
      if (!force && drives.all().some(drive => drive.node === node)) {
        const override = '(use force=true to override this check)';
        throw new QmpError(`Node ${name} is associated with a BlockBackend and could be in use ${override}`);
      }
      if (iothread !== null) throw new QmpError(`Cannot find iothread ${iothread}`);
      return {}; // where all nodes are
    },
  };
}

function watchers({ drives, events, driveOf }: Omit<ImageParts, 'jobs' | 'host'>): CommandHandlers {
  return {
    'block-set-write-threshold': ({ 'node-name': name, 'write-threshold': limit }) => {
      const node = drives.graph.get(name);
      if (!node) throw new QmpError(`Device '${name}' not found`);
      node.writeThreshold = Number(limit);
      node.onThreshold = exceeded =>
        events.emit('BLOCK_WRITE_THRESHOLD', {
          'node-name': name,
          'amount-exceeded': BigInt(exceeded),
          'write-threshold': limit,
        });
      return {};
    },
    'block-latency-histogram-set': ({ id, boundaries, ...own }) => {
      const drive = driveOf(id);
      for (const [word, operation] of LATENCY_KINDS) {
        const wanted = own[`boundaries-${word}`] ?? boundaries;
        const all = [boundaries, ...Object.values(own)].every(list => list === undefined);
        if (wanted === undefined && !all) continue;
        if (!drive.stats.setHistogram(operation, wanted?.map(Number) ?? null))
          throw new QmpError(`Device '${id}' set ${word} boundaries fail`);
      }
      return {};
    },
  };
}
