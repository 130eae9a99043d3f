import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { BlockdevOnError, NewImageMode } from '../../qapi/generated/types.ts';
import type { CopyParts } from '../block/copy/cluster-copier.ts';
import type { DriveTable } from '../block/drive-table.ts';
import type { BlockNode } from '../block/node.ts';
import type { Job } from '../jobs/job.ts';
import type { JobTable } from '../jobs/job-table.ts';

/** What copies of images need. */
export interface CopyEnvironment {
  readonly drives: DriveTable;
  readonly jobs: JobTable;
  readonly host: Pick<Host, 'createFile' | 'now' | 'sleep'>;
}

interface TargetOptions {
  readonly target: string;
  readonly format?: string;
  readonly mode?: NewImageMode;
  readonly 'node-name'?: string;
}

/** @throws QmpError when a job has the node already */
export function refuseBusy(drives: DriveTable, node: BlockNode): void {
  if (node.job === null) return;
  throw new QmpError(
    `Node '${shownName(drives, node)}' is busy: block device is in use by block job: ${node.job}`,
  );
}

/** The drive's name, or the node's own. */
export function shownName(drives: DriveTable, node: BlockNode): string {
  return drives.all().find(drive => drive.node === node)?.id || node.name;
}

/** Makes the file of a copy unless it is there, and opens it. @throws QmpError */
export async function openTarget(
  { drives, host }: CopyEnvironment,
  source: BlockNode,
  options: TargetOptions,
): Promise<BlockNode> {
  const { target, format, mode = 'absolute-paths', 'node-name': nodeName } = options;
  if (format !== undefined && format !== 'raw') {
    throw new QmpError(
      mode === 'existing' ? `Unknown driver '${format}'` : `Unknown file format '${format}'`,
    );
  }
  if (nodeName !== undefined) drives.graph.nameFor(nodeName);
  if (drives.graph.all().some(({ driver, fileName }) => driver === 'file' && fileName === target)) {
    throw new QmpError(`Could not create node: '${target}' is open already`);
  }
  if (mode === 'absolute-paths') {
    await host.createFile(target, source.size).catch((error: Error) => {
      throw new QmpError(`Could not create '${target}': ${error.message}`);
    });
  }
  const passing = source.backing !== null; // what becomes of its changes does not matter: the copy shall last
  const cache = { ...source.cache, 'no-flush': !passing && source.cache['no-flush'] };
  return drives.graph.openImage({ file: target, format: 'raw', readOnly: false, cache, nodeName });
}

export type CopyNodes = Pick<CopyParts, 'source' | 'target' | 'targetIsZero'>;

/** What any copy of one node to another goes by. */
export function copyParts(
  { drives: { graph }, jobs, host }: CopyEnvironment,
  args: { readonly 'on-source-error'?: BlockdevOnError; readonly 'on-target-error'?: BlockdevOnError },
  nodes: CopyNodes,
): CopyParts {
  const { 'on-source-error': onSourceError = 'report', 'on-target-error': onTargetError = 'report' } = args;
  const release = async () => {
    await graph.release(nodes.source);
    await graph.release(nodes.target);
  };
  return { ...nodes, jobs, time: host, onSourceError, onTargetError, release };
}

interface JobArgs {
  readonly 'job-id'?: string;
  readonly speed?: bigint;
  readonly 'auto-finalize'?: boolean;
  readonly 'auto-dismiss'?: boolean;
}

/** Makes the job of a copy, named after its drive unless told. @throws QmpError */
export function copyJob(
  { drives, jobs }: CopyEnvironment,
  type: 'backup' | 'mirror',
  source: BlockNode,
  args: JobArgs,
  group?: Job[],
): Job {
  const { speed = 0n, 'auto-finalize': autoFinalize = true, 'auto-dismiss': autoDismiss = true } = args;
  const id = args['job-id'] ?? drives.all().find(({ node }) => node === source)?.id ?? '';
  const shared = group ? { group } : {};
  const job = jobs.create({ id, type, autoFinalize, autoDismiss, block: true, speed, ...shared });
  if (speed >= 0n) return job;
  jobs.discard(job, false);
  throw new QmpError("Parameter 'speed' expects a non-negative value");
}
