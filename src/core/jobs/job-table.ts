import { QmpError } from '../../qapi/errors.ts';
import type { BlockdevOnError, IoOperationType, JobStatus } from '../../qapi/generated/types.ts';
import type { EventBus } from '../events.ts';
import { Job, type JobOptions } from './job.ts';
import type { JobWork } from './job-work.ts';

/** Letters, digits and a few marks, a letter first: what QEMU takes for the name of anything. */
const WELL_FORMED = /^[A-Za-z][A-Za-z0-9._-]*$/;

/** States of a job that has done its part. */
const AGREED: readonly JobStatus[] = ['waiting', 'pending', 'concluded', 'null'];

/** All jobs by name, in the order of their begin. */
export class JobTable {
  readonly #events: EventBus;
  readonly #jobs = new Map<string, Job>();
  readonly #running = new WeakMap<Job, Promise<void>>();
  readonly #works = new WeakMap<Job, JobWork>();

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
   * Begins a job. The work's own error becomes the job's.
   * @throws QmpError for a name that is taken or none
   */
  start(options: JobOptions, work: JobWork | JobWork['run']): Job {
    const job = this.create(options);
    this.begin(job, work);
    return job;
  }

  /** Makes a job that does not work yet. @throws QmpError for a name that is taken or none */
  create(options: JobOptions): Job {
    const { id } = options;
    if (!WELL_FORMED.test(id)) throw new QmpError(`Invalid job ID '${id}'`);
    if (this.#jobs.has(id)) throw new QmpError(`Job ID '${id}' already in use`);
    const job = new Job(options);
    this.#jobs.set(id, job);
    options.group?.push(job);
    this.#tell(job);
    return job;
  }

  /** @param settles it stands still for a moment while its surroundings are made ready, which is told */
  begin(job: Job, work: JobWork | JobWork['run'], settles = false): void {
    this.#enter(job, 'running');
    if (settles) {
      this.#enter(job, 'paused');
      this.#enter(job, 'running');
    }
    this.#works.set(job, typeof work === 'function' ? { run: work } : work);
    this.#running.set(job, this.#run(job));
  }

  /** A job that never began is gone. @param aborting whether that is told as a failure */
  discard(job: Job, aborting: boolean): void {
    if (aborting) for (const status of ['aborting', 'concluded'] as const) this.#enter(job, status);
    this.#forget(job);
  }

  async #run(job: Job): Promise<void> {
    try {
      await job.unpaused();
      if (!job.cancelled) await this.#works.get(job)!.run(job);
      await job.unpaused();
      if (job.error === null) {
        if (!job.options.block) job.done = job.total = 1;
        this.#enter(job, 'waiting');
        await this.#others(job);
      }
    } catch (error) {
      job.error ??= error instanceof Error ? error.message : String(error);
    }
    if (job.error !== null) {
      this.#enter(job, 'aborting');
      for (const other of job.options.group ?? []) if (other.error === null) other.cancel();
      this.#conclude(job);
      return;
    }
    this.#enter(job, 'pending');
    if (job.options.autoFinalize) this.#conclude(job);
    else if (job.options.block)
      this.#events.emit('BLOCK_JOB_PENDING', { type: job.options.type, id: job.id });
  }

  /** Resolves when all those that share the job's fate are as far, or one has failed. */
  async #others(job: Job): Promise<void> {
    const { group = [] } = job.options;
    for (const other of group) other.wake();
    while (job.error === null && group.some(({ status }) => !AGREED.includes(status))) await job.woken();
  }

  /** It has done all that can be done until somebody asks it to end. */
  ready(job: Job): void {
    this.#enter(job, 'ready');
    this.#events.emit('BLOCK_JOB_READY', aboutBlock(job));
  }

  /** @throws QmpError */
  complete(job: Job): void {
    job.check('complete');
    job.finish('effect');
  }

  /** A request of the job's failed. @returns whether it shall try again, after it was held up if its policy says so */
  async failed(
    job: Job,
    operation: IoOperationType,
    policy: BlockdevOnError,
    noSpace: boolean,
  ): Promise<boolean> {
    const stops = policy === 'stop' || (noSpace && (policy === 'enospc' || policy === 'auto'));
    const action = stops ? 'stop' : policy === 'ignore' ? 'ignore' : 'report';
    this.#events.emit('BLOCK_JOB_ERROR', { device: job.id, operation, action });
    if (action === 'stop') {
      if (!job.paused) this.pause(job);
      await job.unpaused();
    }
    return action !== 'report' && !job.cancelled;
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

  /** Resolves when a job's work is over. */
  async settled(job: Job): Promise<void> {
    await this.#running.get(job);
  }

  /** Resolves when the job heard of it; one that only waits is gone by then. @throws QmpError */
  async cancel(job: Job): Promise<void> {
    job.check('cancel');
    const { idle } = job;
    const waits = job.status === 'pending';
    job.cancel();
    if (waits) {
      this.#enter(job, 'aborting');
      this.#conclude(job);
    } else if (idle && job.options.type !== 'mirror') await this.#running.get(job);
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
    const work = this.#works.get(job);
    if (job.error === null) work?.commit?.();
    else work?.abort?.();
    Promise.resolve(work?.clean?.()).catch(() => {}); // it was let go of: nobody to tell
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
  #tellBlock(job: Job): void {
    const about = aboutBlock(job);
    const { error, cancelled } = job;
    if (cancelled) this.#events.emit('BLOCK_JOB_CANCELLED', about);
    else this.#events.emit('BLOCK_JOB_COMPLETED', error === null ? about : { ...about, error });
  }
}

function aboutBlock({ id, options: { type }, speed, done, total }: Job) {
  return { type, device: id, len: BigInt(total), offset: BigInt(done), speed };
}
