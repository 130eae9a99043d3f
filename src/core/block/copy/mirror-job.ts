import { QmpError } from '../../../qapi/errors.ts';
import type { Job } from '../../jobs/job.ts';
import type { JobWork } from '../../jobs/job-work.ts';
import type { WriteWatcher } from '../write-traffic.ts';
import { ClusterCopier, type CopyParts } from './cluster-copier.ts';

export interface MirrorPlan extends CopyParts {
  readonly sync: 'full' | 'top' | 'none';
  /** Bytes by which changes are recorded. */
  readonly granularity: number;
  /** Puts the target in place of the source, wherever that is. */
  readonly replace: () => void;
}

/** Copies an image, and then what changes, until somebody asks it to end; then the copy can take the image's place. */
export class MirrorJob implements JobWork, WriteWatcher {
  /** Whether what the guest writes is copied before it hears of it. */
  atOnce: boolean;
  readonly #plan: MirrorPlan;
  readonly #copier: ClusterCopier;
  readonly #job: Job;
  #resume: () => void = () => {};

  constructor(plan: MirrorPlan, job: Job, atOnce: boolean) {
    this.#plan = plan;
    this.#job = job;
    this.atOnce = atOnce;
    this.#copier = new ClusterCopier(plan, plan.granularity);
    if (plan.sync !== 'none') this.#copier.todo.mark(0, plan.source.size);
    this.#copier.claim('mirror', this);
  }

  /** Whether the copy is what the image is, and stays so. */
  get activelySynced(): boolean {
    return this.atOnce && this.#copier.todo.next(0) < 0;
  }

  async after(offset: number, { length }: Uint8Array): Promise<void> {
    if (length === 0) return;
    this.failed(offset, length);
    // What cannot be copied now stays marked: the job tries again, and fails if it must.
    if (this.atOnce) await this.#copier.copyRange(offset, length, this.#job).catch(() => {});
    this.#job.wake();
  }

  failed(offset: number, length: number): void {
    this.#copier.todo.mark(offset, length);
    this.#estimate();
  }

  #estimate(): void {
    const { todo } = this.#copier;
    this.#job.total = this.#job.done + Math.min(todo.count, this.#plan.source.size);
  }

  async run(job: Job): Promise<void> {
    const { source, target } = this.#plan;
    if (source.size !== target.size) throw new QmpError('Source and target image have different sizes');
    this.#estimate();
    for (let ready = false; !job.cancelled; ) {
      await this.#catchUp(job);
      if (!ready && !job.cancelled && !job.paused) {
        ready = true;
        this.#plan.jobs.ready(job);
      }
      if (job.ending !== 'none' && !job.paused) break;
      if (this.#copier.todo.next(0) < 0 || job.paused) await job.woken();
    }
    if (job.cancelled) return;
    this.#resume = await source.traffic.hold(); // until the copy is in its place
    await this.#catchUp(job);
    await target.flush();
  }

  /** Copies until nothing is left that was marked. */
  async #catchUp(job: Job): Promise<void> {
    for (let cluster = 0; !job.cancelled; ) {
      await job.unpaused();
      const before = job.done;
      const next = await this.#copier.copyNext(cluster, job);
      if (next < 0 && cluster === 0) return;
      cluster = Math.max(next, 0);
      if (next >= 0) await this.#copier.pace(job, job.done - before);
    }
  }

  commit(): void {
    if (this.#job.ending === 'effect') this.#plan.replace();
  }

  async clean(): Promise<void> {
    this.#copier.letGo(this);
    this.#resume();
    await this.#plan.release();
  }
}
