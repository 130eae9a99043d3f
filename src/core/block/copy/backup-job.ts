import type { Job } from '../../jobs/job.ts';
import type { JobWork } from '../../jobs/job-work.ts';
import type { DirtyBitmap } from '../dirty-bitmap.ts';
import type { WriteWatcher } from '../write-traffic.ts';
import { ClusterCopier, type CopyParts } from './cluster-copier.ts';

const CLUSTER = 65_536;

/** The record of changes that a backup goes by, and what becomes of it. */
export interface BackupBitmap {
  readonly bitmap: DirtyBitmap;
  readonly mode: 'on-success' | 'never' | 'always';
}

export interface BackupPlan extends CopyParts {
  readonly sync: 'full' | 'top' | 'none' | 'incremental' | 'bitmap';
  readonly record: BackupBitmap | null;
}

/** Copies an image as it is when the job begins: what the guest is about to change is copied first. */
export class BackupJob implements JobWork, WriteWatcher {
  readonly #plan: BackupPlan;
  readonly #copier: ClusterCopier;
  readonly #job: Job;
  /** What the record had when the job began. */
  readonly #recorded: DirtyBitmap | null;

  /** Takes effect at once: from here on the copy is of this moment. */
  constructor(plan: BackupPlan, job: Job) {
    this.#plan = plan;
    this.#job = job;
    this.#copier = new ClusterCopier(plan, CLUSTER);
    const { record, source, sync } = plan;
    this.#recorded = record?.bitmap.take() ?? null;
    const chosen = record !== null && (sync === 'bitmap' || sync === 'incremental');
    const { todo } = this.#copier;
    if (chosen) todo.merge(this.#recorded!);
    else todo.mark(0, source.size);
    const end = Math.ceil(source.size / CLUSTER) * CLUSTER;
    todo.unmark(end, CLUSTER * 64 * 64); // pieces of the record may reach beyond the image
    job.total = chosen ? todo.count : source.size;
    if (record) record.bitmap.busy = true;
    this.#copier.claim('backup', this);
  }

  async before(offset: number, length: number): Promise<void> {
    if (length > 0) await this.#copier.copyRange(offset, length, this.#job);
  }

  async run(job: Job): Promise<void> {
    if (this.#plan.sync === 'none') {
      while (!job.cancelled) await job.woken();
      return;
    }
    for (let cluster = 0; !job.cancelled; ) {
      const before = job.done;
      cluster = await this.#copier.copyNext(cluster, job);
      if (cluster < 0) break;
      await this.#copier.pace(job, job.done - before);
    }
    if (!job.cancelled) await this.#plan.target.flush();
  }

  commit(): void {
    if (this.#plan.record?.mode === 'never') this.#plan.record.bitmap.merge(this.#recorded!);
  }

  abort(): void {
    const { record } = this.#plan;
    if (!record) return;
    record.bitmap.merge(record.mode === 'always' ? this.#copier.todo : this.#recorded!);
  }

  async clean(): Promise<void> {
    const { record, release } = this.#plan;
    this.#copier.letGo(this);
    if (record) record.bitmap.busy = false;
    await release();
  }
}
