/** Which commands are meant: all of a target, of a unit, or one by its tag. */
export interface TaskFilter {
  readonly target: number;
  readonly lun?: number;
  readonly tag?: bigint;
}

/** A command under way. */
export interface Task {
  readonly name: Required<TaskFilter>;
  aborted: boolean;
  /** Settles when the back end is done with it. */
  done: Promise<void>;
  /** Answers it in place of its result. */
  readonly answer: (response: number) => void;
}

/** Commands under way, for task management. */
export class ScsiTasks {
  readonly #tasks = new Set<Task>();

  add(name: Required<TaskFilter>, answer: (response: number) => void): Task {
    const task: Task = { name, aborted: false, done: Promise.resolve(), answer };
    this.#tasks.add(task);
    return task;
  }

  /** The command came to its end. False if it was aborted before. */
  remove(task: Task): boolean {
    this.#tasks.delete(task);
    return !task.aborted;
  }

  has(filter: TaskFilter): boolean {
    return this.#matching(filter).length > 0;
  }

  #matching({ target, lun, tag }: TaskFilter): Task[] {
    return [...this.#tasks].filter(
      ({ name }) =>
        name.target === target &&
        (lun === undefined || name.lun === lun) &&
        (tag === undefined || name.tag === tag),
    );
  }

  /**
   * Answers the commands so, once back ends touch nothing for them any more. Those that are being aborted already are
   * waited for, and keep the answer that they get.
   */
  async abort(filter: TaskFilter, response: number): Promise<void> {
    const tasks = this.#matching(filter).map(task => ({ task, first: !task.aborted }));
    for (const { task } of tasks) task.aborted = true;
    await Promise.all(
      tasks.map(async ({ task, first }) => {
        await task.done;
        if (first) task.answer(response);
      }),
    );
  }

  /** The adapter was reset: nobody waits for anything. */
  clear(): void {
    for (const task of this.#tasks) task.aborted = true;
    this.#tasks.clear();
  }
}
