import { QmpError } from '../../qapi/errors.ts';
import type { BackupCommon, BlockdevBackup, DriveBackup } from '../../qapi/generated/types.ts';
import { type BackupBitmap, BackupJob, type BackupPlan } from '../block/copy/backup-job.ts';
import type { BlockNode } from '../block/node.ts';
import type { Job } from '../jobs/job.ts';
import { refuseBusyBitmap } from './block-bitmaps.ts';
import { type CopyEnvironment, copyJob, copyParts, openTarget, refuseBusy } from './block-copies.ts';

const CLUSTER = 65_536n;

/** A backup whose target is open, which has not begun. */
export class Backup {
  readonly #env: CopyEnvironment;
  readonly #args: BackupCommon;
  readonly source: BlockNode;
  readonly #target: BlockNode;
  readonly #made: boolean;

  private constructor(
    env: CopyEnvironment,
    args: BackupCommon,
    nodes: [BlockNode, BlockNode],
    made: boolean,
  ) {
    this.#env = env;
    this.#args = args;
    [this.source, this.#target] = nodes;
    this.#made = made;
  }

  static blockdev(env: CopyEnvironment, args: BlockdevBackup): Backup {
    const [source, target] = [env.drives.findEither(args.device), env.drives.findEither(args.target)];
    if (source === target) throw new QmpError('Source and target cannot be the same');
    return new Backup(env, args, [source, target], false);
  }

  /** @throws QmpError when the file cannot be made or opened */
  static async drive(env: CopyEnvironment, args: DriveBackup): Promise<Backup> {
    const source = env.drives.findEither(args.device);
    refuseBusy(env.drives, source);
    const { sync, mode = 'absolute-paths' } = args;
    if (sync === 'none' && mode === 'absolute-paths') {
      throw new QmpError(`Backing file not supported for file format '${args.format ?? source.driver}'`);
    }
    return new Backup(env, args, [source, await openTarget(env, source, args)], true);
  }

  /** @throws QmpError for options that contradict each other */
  create(group?: Job[]): Job {
    const { source } = this;
    const target = this.#target;
    refuseBusy(this.#env.drives, source);
    refuseBusy(this.#env.drives, target);
    checkOptions(this.#args);
    if (target.readOnly) throw new QmpError('Could not create node: Block node is read-only');
    if (source.size !== target.size) throw new QmpError('Source and target image have different sizes');
    if (!this.#made && this.#env.drives.all().some(({ node }) => node === target)) {
      throw new QmpError(`Could not create node: Node '${target.name}' is in use by a drive`);
    }
    this.#record();
    const filter = this.#args['filter-node-name'];
    if (filter !== undefined && this.#env.drives.graph.get(filter)) {
      throw new QmpError(`Could not create node: Duplicate nodes with node-name='${filter}'`);
    }
    return copyJob(this.#env, 'backup', source, this.#args, group);
  }

  begin(job: Job): void {
    const targetIsZero = this.#made && (this.#args as DriveBackup).mode !== 'existing';
    const plan: BackupPlan = {
      ...copyParts(this.#env, this.#args, { source: this.source, target: this.#target, targetIsZero }),
      sync: this.#args.sync,
      record: this.#record(),
    };
    this.#env.jobs.begin(job, new BackupJob(plan, job), true);
  }

  /** Takes a target back that nothing was written to. */
  async release(): Promise<void> {
    if (this.#made) await this.#env.drives.graph.release(this.#target);
  }

  /** @throws QmpError */
  #record(): BackupBitmap | null {
    const { bitmap: name, sync, 'bitmap-mode': mode = 'on-success' } = this.#args;
    if (name === undefined) return null;
    const bitmap = this.source.bitmaps.get(name);
    if (!bitmap) throw new QmpError(`Bitmap '${name}' could not be found`);
    refuseBusyBitmap(bitmap);
    if (sync === 'incremental') return { bitmap, mode };
    if (this.#args['bitmap-mode'] === undefined) {
      throw new QmpError('Bitmap sync mode must be given when providing a bitmap');
    }
    if (sync === 'bitmap') return { bitmap, mode };
    if (sync === 'none') throw new QmpError("sync mode 'none' does not produce meaningful bitmap outputs");
    if (mode === 'never') {
      const effect = `has no meaningful effect when combined with sync mode '${sync}'`;
      throw new QmpError(`Bitmap sync mode 'never' ${effect}`);
    }
    return { bitmap, mode };
  }
}

/** @throws QmpError */
function checkOptions(args: BackupCommon): void {
  const { sync, bitmap, 'bitmap-mode': mode, compress, 'x-perf': perf = {} } = args;
  const { 'max-workers': workers = 64n, 'max-chunk': chunk = 0n } = perf;
  const needsRecord = sync === 'bitmap' || sync === 'incremental';
  if (needsRecord && bitmap === undefined) {
    throw new QmpError(`must provide a valid bitmap name for '${sync}' sync mode`);
  }
  if (sync === 'incremental' && mode !== undefined && mode !== 'on-success') {
    throw new QmpError("Bitmap sync mode must be 'on-success' when using sync mode 'incremental'");
  }
  if (bitmap === undefined && mode !== undefined) {
    throw new QmpError('Cannot specify bitmap sync mode without a bitmap');
  }
  if (compress) throw new QmpError('Compression is not supported for this drive ');
  if (workers < 1n || workers > 2_147_483_647n) {
    throw new QmpError('max-workers must be between 1 and 2147483647');
  }
  if (chunk < 0n) throw new QmpError('max-chunk must be zero (which means no limit) or positive');
  if (chunk > 0n && chunk < CLUSTER) {
    throw new QmpError(`Required max-chunk (${chunk}) is less than backup cluster size (${CLUSTER})`);
  }
}
