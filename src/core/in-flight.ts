/** Requests of devices that back ends have not finished. */
export class InFlight {
  #count = 0;
  #draining = false;
  #waiting: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

  /** The machine was stopped and waits: what finishes now still reaches the guest. */
  get draining(): boolean {
    return this.#draining;
  }

  /** Counts an operation until it is settled, with all that its own handlers do at once. */
  async track(operation: Promise<void>): Promise<void> {
    this.#count++;
    try {
      await operation;
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    this.#count--;
    if (this.#count === 0) for (const done of this.#waiting.splice(0)) done();
  }

  /** For an operation that waits for the machine to go on: nobody waits for it meanwhile. */
  async aside(waiting: Promise<void>): Promise<void> {
    this.#leave();
    await waiting;
    this.#count++;
  }

  /**
   * Resolves when nothing is under way, or when `patience` resolves: what is not finished by then
   * is delivered when the machine goes on.
   */
  async drain(patience: Promise<void>): Promise<void> {
    this.#draining = true;
    const idle = new Promise<void>(resolve => {
      if (this.#count === 0) resolve();
      else this.#waiting.push(resolve);
    });
    await Promise.race([idle, patience]);
    this.#draining = false;
  }
}
