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
  /** Jobs that take effect together or not at all. */
  readonly group?: Job[];
}

/** Where a job gets its time from. */
export interface JobTime {
  /** Monotonic time in nanoseconds. */
  now(): number;
  /** Calls back after `ms`; returns a function that cancels it. */
  sleep(ms: number, callback: () => void): () => void;
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
  /** How far it is and where it ends, in bytes for jobs of the block layer. */
  done = 0;
  total = 0;
  /** How a job that could go on for ever shall end: with its effect, or without. */
  ending: 'none' | 'effect' | 'plain' = 'none';
  /** Waits for time or for somebody: it hears at once when it is given up. */
  idle = false;
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
    return {
      id: this.id,
      type: this.options.type,
      status: this.status,
      'current-progress': BigInt(this.done),
      'total-progress': BigInt(this.total),
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

  /** Whether somebody holds it up. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Asks a job that is ready to come to its end. */
  finish(ending: 'effect' | 'plain'): void {
    this.ending = ending;
    this.#awake();
  }

  /** Resolves once nobody holds the job up; at once when it was given up. */
  async unpaused(): Promise<void> {
    while (this.#paused && !this.cancelled) await this.woken();
  }

  /** Resolves when somebody wants something of the job. */
  async woken(): Promise<void> {
    this.idle = true;
    await new Promise<void>(resolve => this.#wake.push(resolve));
    this.idle = false;
  }

  /** The same, or after so many milliseconds. */
  async rest(time: JobTime, ms: number): Promise<void> {
    const cancel = time.sleep(ms, () => this.#awake());
    await this.woken();
    cancel();
  }

  /** Has it look around. */
  wake(): void {
    this.#awake();
  }

  #awake(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
