import { QmpError } from '../../qapi/errors.ts';
import type { JobInfo, JobStatus, JobType } from '../../qapi/generated/types.ts';

/** What a client can ask of a job. */
export type JobVerb =
  | 'cancel'
  | 'pause'
  | 'resume'
  | 'set-speed'
  | 'complete'
  | 'finalize'
  | 'dismiss'
  | 'change';

const BUSY: readonly JobStatus[] = ['created', 'running', 'paused', 'ready', 'standby'];

/** In which states a job hears it. */
const HEARD: Readonly<Record<JobVerb, readonly JobStatus[]>> = {
  cancel: [...BUSY, 'waiting', 'pending'],
  pause: BUSY,
  resume: BUSY,
  'set-speed': BUSY,
  complete: ['ready'],
  finalize: ['pending'],
  dismiss: ['concluded'],
  change: BUSY,
};

export interface JobOptions {
  readonly id: string;
  readonly type: JobType;
  /** Takes effect without being asked. */
  readonly autoFinalize: boolean;
  /** Is forgotten by itself once it is done. */
  readonly autoDismiss: boolean;
  /** Names itself in the events of block jobs; commands of that family find it. */
  readonly block: boolean;
  /** Bytes a second, as far as it has a limit. */
  readonly speed?: bigint;
  /** What its progress counts up to: 1 if it is left out. */
  readonly steps?: bigint;
}

/** The job was given up. */
const CANCELLED = 'Operation canceled';

/** Work that goes on behind a command, under a name. */
export class Job {
  readonly options: JobOptions;
  status: JobStatus = 'created';
  speed: bigint;
  error: string | null = null;
  cancelled = false;
  /** Resolves when it goes no further by itself: it is concluded, or waits to be finalized. */
  settled: Promise<void> = Promise.resolve();
  #paused = false;
  #statusBefore: JobStatus = 'running';
  #wake: (() => void)[] = [];

  constructor(options: JobOptions) {
    this.options = options;
    this.speed = options.speed ?? 0n;
  }

  get id(): string {
    return this.options.id;
  }

  get info(): JobInfo {
    const done = this.status === 'concluded' || this.status === 'pending' || this.status === 'null';
    const { type, steps = 1n } = this.options;
    return {
      id: this.id,
      type,
      status: this.status,
      'current-progress': done ? steps : 0n,
      'total-progress': steps,
      ...(this.error === null ? {} : { error: this.error }),
    };
  }

  /** @throws QmpError where the job's state does not allow it */
  check(verb: JobVerb): void {
    if (HEARD[verb].includes(this.status)) return;
    throw new QmpError(`Job '${this.id}' in state '${this.status}' cannot accept command verb '${verb}'`);
  }

  /** @returns whether its state is another now */
  pause(): void {
    if (this.#paused) throw new QmpError('Job is already paused');
    this.#paused = true;
    this.#statusBefore = this.status;
    this.status = this.status === 'ready' ? 'standby' : 'paused';
  }

  resume(): void {
    if (!this.#paused) throw new QmpError("Can't resume a job that was not paused");
    this.#paused = false;
    this.status = this.#statusBefore;
    this.#awake();
  }

  cancel(): void {
    this.cancelled = true;
    this.error = CANCELLED;
    this.#awake();
  }

  /** Resolves once nobody holds the job up; at once when it was given up. */
  async unpaused(): Promise<void> {
    while (this.#paused && !this.cancelled) await new Promise<void>(resolve => this.#wake.push(resolve));
  }

  #awake(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
