import { QmpError } from '../../qapi/errors.ts';
import type { BlockJobInfo, Commands } from '../../qapi/generated/types.ts';
import type { MirrorJob } from '../block/copy/mirror-job.ts';
import type { DriveTable } from '../block/drive-table.ts';
import type { BlockNode } from '../block/node.ts';
import type { Job } from '../jobs/job.ts';
import type { JobTable } from '../jobs/job-table.ts';
import { Backup } from './block-backup.ts';
import type { CopyEnvironment } from './block-copies.ts';
import { type Mirrors, startBlockdevMirror, startDriveMirror } from './block-mirror.ts';
import type { CommandHandlers } from './handlers.ts';

type StreamArgs = Commands['block-stream']['args'];

/** Jobs on nodes. Images here have none below them that a job could know: nothing to stream, nothing to commit into. */
export function blockJobHandlers(env: CopyEnvironment): CommandHandlers {
  const { jobs, drives } = env;
  const mirrors: Mirrors = new WeakMap();
  return {
    'query-block-jobs': () =>
      jobs
        .all()
        .filter(isBlockJob)
        .map(job => blockJobInfo(job, mirrors.get(job))),
    'block-stream': async args => {
      const node = streamed(drives, args);
      await jobs.settled(jobs.start(streamOptions(drives, args, node), () => {})); // there is nothing to do
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
    'drive-backup': async args => startBackup(await Backup.drive(env, args)),
    'blockdev-backup': args => startBackup(Backup.blockdev(env, args)),
    'drive-mirror': async args => {
      await startDriveMirror(env, mirrors, args);
      return {};
    },
    'blockdev-mirror': args => {
      startBlockdevMirror(env, mirrors, args);
      return {};
    },
    ...controls(jobs, mirrors),
  };
}

/** @throws QmpError */
async function startBackup(backup: Backup): Promise<Record<string, never>> {
  const resume = await backup.source.traffic.hold();
  try {
    backup.begin(backup.create());
    return {};
  } catch (error) {
    await backup.release();
    throw error;
  } finally {
    resume();
  }
}

function controls(jobs: JobTable, mirrors: Mirrors): CommandHandlers {
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
    'block-job-cancel': ({ device, force = false }) => cancel(jobs, device, force),
    'block-job-pause': ({ device }) => tell(device, job => jobs.pause(job)),
    'block-job-resume': ({ device }) => tell(device, job => jobs.resume(job)),
    'block-job-complete': ({ device }) => tell(device, job => jobs.complete(job)),
    'block-job-dismiss': ({ id }) => tell(id, job => jobs.dismiss(job)),
    'block-job-finalize': ({ id }) => tell(id, job => jobs.finalize(job)),
    'block-job-change': change =>
      tell(change.id, job => {
        job.check('change');
        const mirror = mirrors.get(job);
        if (change.type !== job.options.type) throw new QmpError(`Job '${job.id}' is not of type`);
        if (change.type !== 'mirror' || !mirror) throw new QmpError('Job type does not support change');
        const wanted = change['copy-mode'] === 'write-blocking';
        if (mirror.atOnce && !wanted)
          throw new QmpError("Change to copy mode 'background' is not implemented");
        mirror.atOnce = wanted;
      }),
  };
}

/** A mirror that is ready ends in order unless it is forced. @throws QmpError */
async function cancel(jobs: JobTable, device: string, force: boolean): Promise<Record<string, never>> {
  const job = jobs.requireBlock(device);
  job.check('cancel');
  if (job.paused && !force) throw new QmpError(`The block job for device '${device}' is currently paused`);
  if (!force && job.status === 'ready') job.finish('plain');
  else await jobs.cancel(job);
  return {};
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
  } as const;
}

const isBlockJob = (job: Job) => job.options.block;

function blockJobInfo(job: Job, mirror: MirrorJob | undefined): BlockJobInfo {
  const { autoFinalize, autoDismiss, type } = job.options;
  const common = {
    device: job.id,
    len: BigInt(job.total),
    offset: BigInt(job.done),
    busy: !job.idle && job.status === 'running',
    paused: job.paused,
    speed: job.speed,
    'io-status': 'ok' as const,
    ready: job.status === 'ready' || job.status === 'standby',
    status: job.status,
    'auto-finalize': autoFinalize,
    'auto-dismiss': autoDismiss,
    ...(job.error === null ? {} : { error: job.error }),
  };
  if (type !== 'mirror') return { ...common, type: type as 'backup' | 'stream' };
  return { ...common, type, 'actively-synced': mirror?.activelySynced ?? false };
}
