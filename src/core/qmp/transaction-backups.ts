import type { TransactionAction } from '../../qapi/generated/types.ts';
import type { Job } from '../jobs/job.ts';
import { Backup } from './block-backup.ts';
import type { Undo } from './block-bitmaps.ts';
import type { CopyEnvironment } from './block-copies.ts';

/** The backups of a transaction: all of the same moment, whatever their targets take to open. */
export class BackupActions {
  readonly #env: CopyEnvironment;
  /** Jobs that share their fate, if they do. */
  readonly #group: Job[] | undefined;
  readonly #prepared = new Map<TransactionAction, Backup>();
  readonly #begun: [Backup, Job][] = [];
  #resumes: (() => void)[] = [];

  constructor(env: CopyEnvironment, grouped: boolean) {
    this.#env = env;
    this.#group = grouped ? [] : undefined;
  }

  /** Opens targets and holds writes to sources back, until `resume`. @throws QmpError */
  async prepare(actions: readonly TransactionAction[]): Promise<void> {
    for (const action of actions) {
      if (action.type === 'blockdev-backup')
        this.#prepared.set(action, Backup.blockdev(this.#env, action.data));
      if (action.type === 'drive-backup')
        this.#prepared.set(action, await Backup.drive(this.#env, action.data));
    }
    const sources = new Set([...this.#prepared.values()].map(({ source }) => source));
    for (const { traffic } of sources) this.#resumes.push(await traffic.hold());
  }

  /** Makes the job of an action; undefined for one that is no backup. @throws QmpError */
  perform(action: TransactionAction): Undo | undefined {
    const backup = this.#prepared.get(action);
    if (!backup) return undefined;
    const job = backup.create(this.#group);
    this.#begun.push([backup, job]);
    return () => this.#env.jobs.discard(job, true);
  }

  begin(): void {
    for (const [backup, job] of this.#begun) backup.begin(job);
  }

  resume(): void {
    for (const resume of this.#resumes) resume();
    this.#resumes = [];
  }

  /** Nothing came of it. */
  async release(): Promise<void> {
    for (const backup of this.#prepared.values()) await backup.release();
  }
}
