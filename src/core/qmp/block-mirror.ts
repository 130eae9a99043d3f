import { QmpError } from '../../qapi/errors.ts';
import type { Commands, DriveMirror } from '../../qapi/generated/types.ts';
import { MirrorJob, type MirrorPlan } from '../block/copy/mirror-job.ts';
import type { BlockNode } from '../block/node.ts';
import type { Job } from '../jobs/job.ts';
import {
  type CopyEnvironment,
  type CopyNodes,
  copyJob,
  copyParts,
  openTarget,
  refuseBusy,
} from './block-copies.ts';

const DEFAULT_GRANULARITY = 65_536;
const [LEAST, MOST] = [512, 64 << 20];

type MirrorArgs = Omit<Commands['blockdev-mirror']['args'], 'target'>;

/** Mirrors that run, by their jobs. */
export type Mirrors = WeakMap<Job, MirrorJob>;

/** @throws QmpError */
export function startBlockdevMirror(
  env: CopyEnvironment,
  mirrors: Mirrors,
  args: Commands['blockdev-mirror']['args'],
): void {
  const source = env.drives.findEither(args.device);
  const target = env.drives.findEither(args.target);
  checkMirror(env, args, source);
  const filter = args['filter-node-name'];
  if (filter !== undefined) env.drives.graph.nameFor(filter); // no node is put in, but the name may be none
  if (source === target) throw new QmpError("Can't mirror node into itself");
  startMirror(env, mirrors, args, { source, target, targetIsZero: args['target-is-zero'] ?? false });
}

/** @throws QmpError; the target is let go of then */
export async function startDriveMirror(
  env: CopyEnvironment,
  mirrors: Mirrors,
  args: DriveMirror,
): Promise<void> {
  const source = env.drives.findEither(args.device);
  const { replaces, 'node-name': nodeName, mode } = args;
  if (replaces !== undefined && nodeName === undefined) {
    throw new QmpError('a node-name must be provided when replacing a named node of the graph');
  }
  checkMirror(env, args, source);
  const target = await openTarget(env, source, args);
  try {
    startMirror(env, mirrors, args, { source, target, targetIsZero: mode !== 'existing' });
  } catch (error) {
    await env.drives.graph.release(target);
    throw error;
  }
}

/** @throws QmpError */
function checkMirror({ drives }: CopyEnvironment, args: MirrorArgs, source: BlockNode): void {
  const { sync, granularity = 0, 'buf-size': buffer = 0n, replaces } = args;
  if (granularity !== 0 && (granularity < LEAST || granularity > MOST)) {
    throw new QmpError("Parameter 'granularity' expects a value in range [512B, 64MB]");
  }
  if ((granularity & (granularity - 1)) !== 0) {
    throw new QmpError("Parameter 'granularity' expects a power of 2");
  }
  refuseBusy(drives, source);
  if (sync === 'incremental' || sync === 'bitmap') throw new QmpError(`Sync mode '${sync}' not supported`);
  if (buffer < 0n) throw new QmpError("Invalid parameter 'buf-size'");
  if (replaces === undefined) return;
  const node = drives.graph.get(replaces);
  if (!node) throw new QmpError(`Failed to find node with node-name='${replaces}'`);
  if (node === source) return;
  const change = 'it cannot be guaranteed that doing so would not lead to an abrupt change of visible data';
  throw new QmpError(
    `Cannot replace '${replaces}' by a node mirrored from '${source.name}', because ${change}`,
  );
}

function startMirror(env: CopyEnvironment, mirrors: Mirrors, args: MirrorArgs, nodes: CopyNodes): void {
  const { drives, jobs } = env;
  const { source, target } = nodes;
  refuseBusy(drives, target);
  if (drives.all().some(({ node }) => node === target)) {
    throw new QmpError(`Node '${target.name}' is in use by a drive`);
  }
  if (drives.graph.all().some(({ child, backing }) => child === source || backing === source)) {
    throw new QmpError(`Node '${source.name}' cannot be replaced: there is another one on it`);
  }
  const job = copyJob(env, 'mirror', source, args);
  if (target.readOnly) {
    jobs.discard(job, false);
    throw new QmpError('Block node is read-only');
  }
  const plan: MirrorPlan = {
    ...copyParts(env, args, nodes),
    sync: args.sync === 'none' ? 'none' : 'full',
    granularity: args.granularity || DEFAULT_GRANULARITY,
    replace: () => {
      for (const drive of drives.all()) if (drive.node === source) drive.insert(target);
    },
  };
  const mirror = new MirrorJob(plan, job, args['copy-mode'] === 'write-blocking');
  mirrors.set(job, mirror);
  jobs.begin(job, mirror);
}
