import { QmpError } from '../../qapi/errors.ts';
import type { BlockJobInfo, Commands } from '../../qapi/generated/types.ts';
import type { DriveTable } from '../block/drive-table.ts';
import type { BlockNode } from '../block/node.ts';
import type { Job } from '../jobs/job.ts';
import type { JobTable } from '../jobs/job-table.ts';
import type { CommandHandlers } from './handlers.ts';

type StreamArgs = Commands['block-stream']['args'];

/**
 * Jobs on nodes. Images here have none below them, so that there is nothing to stream and nothing to commit into;
 * copies are refused.
 */
export function blockJobHandlers(jobs: JobTable, drives: DriveTable): CommandHandlers {
  const copy = (feature: string) => (args: { device: string }) => refuseCopy(drives, args.device, feature);
  const onto = (feature: string) => (args: { device: string; target: string }) => {
    drives.findEither(args.device);
    drives.findEither(args.target);
    return refuseCopy(drives, args.device, feature);
  };
  return {
    'query-block-jobs': () => jobs.all().filter(isBlockJob).map(blockJobInfo),
    'block-stream': async args => {
      const node = streamed(drives, args);
      // as in QEMU, the answer to a command that leaves nothing to do comes behind the job's events
      await jobs.start(streamOptions(drives, args, node), () => {}).settled;
      return {};
    },
    'block-commit': ({ device, base }) => {
      const node = drives.get(device)?.node ?? drives.graph.get(device);
      if (!node) throw new QmpError(`Device '${device}' not found`, 'DeviceNotFound');
      if (base !== undefined && base !== node.fileName) throw notBelow(base);
      throw new QmpError('cannot commit an image into itself');
    },
    'change-backing-file': ({ device, 'image-node-name': name }) => {
      drives.findEither(device);
      drives.findNode({ 'node-name': name });
      throw new QmpError('not allowing backing file change on an image without a backing file');
    },
    'drive-backup': copy('backup'),
    'drive-mirror': copy('mirror'),
    'blockdev-backup': onto('backup'),
    'blockdev-mirror': onto('mirror'),
    ...controls(jobs),
  };
}

function controls(jobs: JobTable): CommandHandlers {
  const tell = (id: string, action: (job: Job) => void) => {
    action(jobs.requireBlock(id));
    return {};
  };
  return {
    'block-job-set-speed': ({ device, speed }) =>
      tell(device, job => {
        job.check('set-speed');
        if (speed < 0n) throw new QmpError("Parameter 'speed' expects a non-negative value");
        job.speed = speed;
      }),
    'block-job-cancel': ({ device }) => tell(device, job => jobs.cancel(job)),
    'block-job-pause': ({ device }) => tell(device, job => jobs.pause(job)),
    'block-job-resume': ({ device }) => tell(device, job => jobs.resume(job)),
    'block-job-complete': ({ device }) => tell(device, job => job.check('complete')),
    'block-job-dismiss': ({ id }) => tell(id, job => jobs.dismiss(job)),
    'block-job-finalize': ({ id }) => tell(id, job => jobs.finalize(job)),
    'block-job-change': ({ id, type }) =>
      tell(id, job => {
        job.check('change');
        const what =
          job.options.type === type ? 'Job type does not support change' : `Job '${id}' is not of type`;
        throw new QmpError(what);
      }),
  };
}

/** @throws QmpError: what the guest changes meanwhile is not kept apart yet */
function refuseCopy(drives: DriveTable, device: string, feature: string): never {
  const { driver } = drives.findEither(device);
  throw new QmpError(
    `Block format '${driver}' used by device '${device}' does not support feature '${feature}'`,
  );
}

const notBelow = (name: string) => new QmpError(`Can't find '${name}' in the backing chain`);

/** The node that a stream is for, once all that it names was looked up. @throws QmpError */
function streamed(drives: DriveTable, args: StreamArgs): BlockNode {
  const { device, base, 'base-node': baseNode, bottom } = args;
  const given = Object.entries({ base, bottom, 'base-node': baseNode }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length > 1) {
    const [first, second] = given;
    throw new QmpError(`'${first![0]}' and '${second![0]}' cannot be specified at the same time`);
  }
  const node = drives.findEither(device);
  if (base !== undefined) throw notBelow(base);
  if (baseNode !== undefined) {
    drives.findNode({ 'node-name': baseNode });
    throw new QmpError(`Node '${baseNode}' is not a backing image of '${device}'`);
  }
  if (bottom !== undefined && drives.findNode({ 'node-name': bottom }) !== node) {
    throw new QmpError(`Node '${bottom}' is not in a chain starting from '${device}'`);
  }
  return node;
}

function streamOptions(drives: DriveTable, args: StreamArgs, node: BlockNode) {
  const { speed = 0n } = args;
  const id = args['job-id'] ?? drives.all().find(drive => drive.node === node)?.id;
  if (!id) throw new QmpError('An explicit job ID is required for this node');
  if (speed < 0n) throw new QmpError("Parameter 'speed' expects a non-negative value");
  return {
    id,
    type: 'stream',
    autoFinalize: args['auto-finalize'] ?? true,
    autoDismiss: args['auto-dismiss'] ?? true,
    block: true,
    speed,
    steps: 0n,
  } as const;
}

const isBlockJob = (job: Job) => job.options.block;

function blockJobInfo(job: Job): BlockJobInfo {
  const { autoFinalize, autoDismiss } = job.options;
  return {
    type: 'stream',
    device: job.id,
    len: 0n,
    offset: 0n,
    busy: false,
    paused: job.status === 'paused',
    speed: job.speed,
    'io-status': 'ok',
    ready: job.status === 'ready',
    status: job.status,
    'auto-finalize': autoFinalize,
    'auto-dismiss': autoDismiss,
    ...(job.error === null ? {} : { error: job.error }),
  };
}
