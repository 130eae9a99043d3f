import type { BlockdevOnError, JobType } from '../../../qapi/generated/types.ts';
import type { Job, JobTime } from '../../jobs/job.ts';
import type { JobTable } from '../../jobs/job-table.ts';
import { DirtyBitmap } from '../dirty-bitmap.ts';
import { BlockIoError } from '../drive.ts';
import type { BlockNode } from '../node.ts';
import type { WriteWatcher } from '../write-traffic.ts';

/** Most bytes of one request. */
const CHUNK = 1 << 20;
const RETRY_MS = 100;

export interface CopyParts {
  readonly source: BlockNode;
  readonly target: BlockNode;
  readonly jobs: JobTable;
  readonly time: JobTime;
  readonly onSourceError: BlockdevOnError;
  readonly onTargetError: BlockdevOnError;
  /** The target reads as zeroes where nobody wrote, and zeroes are left out. */
  readonly targetIsZero: boolean;
  /** Lets go of what nobody has any more. */
  readonly release: () => Promise<void>;
}

/** A copy failed: on which side, and with which error of the host. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
  readonly operation: 'read' | 'write';

  constructor(operation: 'read' | 'write', cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.operation = operation;
  }
}

/** Copies what is to be copied of an image, cluster by cluster; no two copies of one cluster are under way at once. */
export class ClusterCopier {
  /** What is still to be copied. */
  readonly todo: DirtyBitmap;
  readonly parts: CopyParts;
  readonly #underWay = new Map<number, Promise<void>>();
  /** Where something other than zeroes may have been written. */
  readonly #written: DirtyBitmap;

  constructor(parts: CopyParts, granularity: number) {
    this.parts = parts;
    this.todo = new DirtyBitmap('', parts.source.size, granularity);
    this.#written = new DirtyBitmap('', parts.source.size, granularity);
  }

  get #size(): number {
    return this.todo.granularity;
  }

  /** From here on the nodes are the job's, which hears of writes to the source. */
  claim(job: JobType, watcher: WriteWatcher): void {
    for (const node of this.#nodes) {
      node.job = job;
      node.users++;
    }
    this.parts.source.traffic.watchers.add(watcher);
  }

  /** Takes that back; `release` is for when nothing else of the job is left. */
  letGo(watcher: WriteWatcher): void {
    this.parts.source.traffic.watchers.delete(watcher);
    for (const node of this.#nodes) {
      node.job = null;
      node.users--;
    }
  }

  get #nodes(): readonly BlockNode[] {
    return [this.parts.source, this.parts.target];
  }

  /** Copies what is to be copied of a range; resolves when nothing of it is under way either. @throws what failed */
  async copyRange(offset: number, length: number, job: Job): Promise<void> {
    const last = Math.floor((offset + length - 1) / this.#size);
    for (let cluster = Math.floor(offset / this.#size); cluster <= last; cluster++) {
      while (this.#underWay.has(cluster)) await this.#underWay.get(cluster)!.catch(() => {});
      if (this.todo.has(cluster)) await this.#copy(cluster, 1, job);
    }
  }

  /** Copies the next stretch, from a cluster on. @returns the cluster behind it, or -1 if there is none to copy */
  async copyNext(from: number, job: Job): Promise<number> {
    const first = this.todo.next(from);
    if (first < 0) return -1;
    while (this.#underWay.has(first)) await this.#underWay.get(first)!.catch(() => {});
    if (!this.todo.has(first)) return first;
    let count = 1;
    const most = Math.max(Math.floor(CHUNK / this.#size), 1);
    while (count < most && this.todo.has(first + count) && !this.#underWay.has(first + count)) count++;
    try {
      await this.#copy(first, count, job);
    } catch (error) {
      await this.#consider(error as CopyError, job);
      return first;
    }
    return first + count;
  }

  /** Asks the job's policy about what failed; resolves when it shall be tried again. @throws it otherwise */
  async #consider(error: CopyError, job: Job): Promise<void> {
    const { jobs, time, onSourceError, onTargetError } = this.parts;
    const policy = error.operation === 'read' ? onSourceError : onTargetError;
    const { noSpace } = new BlockIoError(error.cause);
    if (!(await jobs.failed(job, error.operation, policy, noSpace))) throw error;
    await job.rest(time, RETRY_MS);
  }

  async #copy(first: number, count: number, job: Job): Promise<void> {
    const [offset, length] = this.#range(first, count);
    this.todo.unmark(offset, length);
    const copying = this.#transfer(offset, length).then(
      () => {
        job.done += length;
      },
      (error: unknown) => {
        this.todo.mark(offset, length);
        throw error;
      },
    );
    const settled = copying.finally(() => {
      for (let n = 0; n < count; n++) this.#underWay.delete(first + n);
    });
    for (let n = 0; n < count; n++) this.#underWay.set(first + n, settled);
    await settled;
  }

  /** In bytes, within the image. */
  #range(first: number, count: number): [offset: number, length: number] {
    const offset = first * this.#size;
    return [offset, Math.min(count * this.#size, this.parts.source.size - offset)];
  }

  async #transfer(offset: number, length: number): Promise<void> {
    const failed = (operation: 'read' | 'write') => (error: unknown) => {
      throw new CopyError(operation, error);
    };
    const bytes = await this.parts.source.read(offset, length).catch(failed('read'));
    await this.#put(offset, bytes).catch(failed('write'));
  }

  async #put(offset: number, bytes: Uint8Array): Promise<void> {
    if (this.parts.targetIsZero && bytes.every(byte => byte === 0) && !this.#touched(offset, bytes.length))
      return;
    this.#written.mark(offset, bytes.length);
    await this.parts.target.write(offset, bytes);
  }

  #touched(offset: number, length: number): boolean {
    const at = this.#written.next(Math.floor(offset / this.#size));
    return at >= 0 && at * this.#size < offset + length;
  }

  /** Lets others have a turn, and waits as long as the job's speed wants it after so many bytes. */
  async pace(job: Job, bytes: number): Promise<void> {
    const { time } = this.parts;
    const begun = time.now();
    await job.rest(time, 0);
    for (;;) {
      await job.unpaused();
      const wanted = job.speed > 0n ? (bytes / Number(job.speed)) * 1000 : 0;
      const left = wanted - (time.now() - begun) / 1e6;
      if (left <= 0 || job.cancelled) return;
      await job.rest(time, Math.ceil(left));
    }
  }
}
