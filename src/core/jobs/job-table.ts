import { QmpError } from '../../qapi/errors.ts';
import type { JobStatus } from '../../qapi/generated/types.ts';
import type { EventBus } from '../events.ts';
import { Job, type JobOptions } from './job.ts';

/** Letters, digits and a few marks, a letter first: what QEMU takes for the name of anything. */
const WELL_FORMED = /^[A-Za-z][A-Za-z0-9._-]*$/;

/** All jobs by name, in the order of their begin. */
export class JobTable {
  readonly #events: EventBus;
  readonly #jobs = new Map<string, Job>();

  constructor(events: EventBus) {
    this.#events = events;
  }

  /** Newest first. */
  all(): Job[] {
    return [...this.#jobs.values()].reverse();
  }

  /** @throws QmpError */
  require(id: string): Job {
    const job = this.#jobs.get(id);
    if (!job) throw new QmpError('Job not found');
    return job;
  }

  /** One of the block layer's. @throws QmpError */
  requireBlock(id: string): Job {
    const job = this.#jobs.get(id);
    if (job?.options.block) return job;
    throw new QmpError(`Block job '${id}' not found`, 'DeviceNotActive');
  }

  /**
   * Begins a job. The work's own error becomes the job's; `commit` is what finalizing does.
   * @throws QmpError for a name that is taken or none
   */
  start(options: JobOptions, work: (job: Job) => void | Promise<void>): Job {
    const { id } = options;
    if (!WELL_FORMED.test(id)) throw new QmpError(`Invalid job ID '${id}'`);
    if (this.#jobs.has(id)) throw new QmpError(`Job ID '${id}' already in use`);
    const job = new Job(options);
    this.#jobs.set(id, job);
    this.#tell(job);
    this.#enter(job, 'running');
    job.settled = this.#run(job, work);
    return job;
  }

  async #run(job: Job, work: (job: Job) => void | Promise<void>): Promise<void> {
    try {
      await job.unpaused();
      if (!job.cancelled) await work(job);
      await job.unpaused();
    } catch (error) {
      job.error ??= error instanceof Error ? error.message : String(error);
    }
    if (job.error !== null) {
      this.#enter(job, 'aborting');
      this.#conclude(job);
      return;
    }
    this.#enter(job, 'waiting');
    this.#enter(job, 'pending');
    if (job.options.autoFinalize) this.#conclude(job);
    else if (job.options.block)
      this.#events.emit('BLOCK_JOB_PENDING', { type: job.options.type, id: job.id });
  }

  /** @throws QmpError */
  pause(job: Job): void {
    job.check('pause');
    job.pause();
    this.#tell(job);
  }

  /** @throws QmpError */
  resume(job: Job): void {
    job.resume();
    this.#tell(job);
  }

  /** @throws QmpError */
  cancel(job: Job): void {
    job.check('cancel');
    const waits = job.status === 'pending';
    job.cancel();
    if (!waits) return;
    this.#enter(job, 'aborting');
    this.#conclude(job);
  }

  /** @throws QmpError */
  finalize(job: Job): void {
    job.check('finalize');
    this.#conclude(job);
  }

  /** @throws QmpError */
  dismiss(job: Job): void {
    job.check('dismiss');
    this.#forget(job);
  }

  #conclude(job: Job): void {
    if (job.options.block) this.#tellBlock(job);
    this.#enter(job, 'concluded');
    if (job.options.autoDismiss) this.#forget(job);
  }

  #forget(job: Job): void {
    this.#jobs.delete(job.id);
    this.#enter(job, 'null');
  }

  #enter(job: Job, status: JobStatus): void {
    job.status = status;
    this.#tell(job);
  }

  #tell({ id, status }: Job): void {
    this.#events.emit('JOB_STATUS_CHANGE', { id, status });
  }

  /** What clients of the block layer listen to. */
  #tellBlock({ id, options: { type }, speed, cancelled, error }: Job): void {
    const about = { type, device: id, len: 0n, offset: 0n, speed };
    if (cancelled) this.#events.emit('BLOCK_JOB_CANCELLED', about);
    else this.#events.emit('BLOCK_JOB_COMPLETED', error === null ? about : { ...about, error });
  }
}
