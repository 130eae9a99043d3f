import type { Job } from './job.ts';

/** What a job does. */
export interface JobWork {
  /** Resolves when it is done but for taking effect; what it throws is why it failed. */
  run(job: Job): void | Promise<void>;
  /** It takes effect: the job went well and was finalized. */
  commit?(): void;
  /** It does not. */
  abort?(): void;
  /** Lets go of what it had, in any case, last of all. */
  clean?(): void | Promise<void>;
}
