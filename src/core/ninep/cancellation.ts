/** Whether somebody still waits for a request. */
export class Cancellation {
  #resolve!: () => void;
  /** Resolves once nobody does. */
  readonly promise = new Promise<void>(resolve => {
    this.#resolve = resolve;
  });
  #requested = false;

  get requested(): boolean {
    return this.#requested;
  }

  request(): void {
    this.#requested = true;
    this.#resolve();
  }
}
