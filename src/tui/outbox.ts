/** Most text written at once: keys are looked at between two writes. */
const SLICE = 32 * 1024;

/** Where text of the outbox goes, in whole lines. Null while nothing may be written. */
export type Writer = ((text: string) => void) | null;

/**
 * Output on its way to the scrollback. Everything that arrives in one turn of the event loop is written together,
 * and a long text in slices, so that a burst costs one redraw a slice and keys are never kept waiting.
 */
export class Outbox {
  private queue: string[] = [];
  private writer: Writer = null;
  private scheduled = false;
  private waiting: (() => void)[] = [];

  /** Adds text; a missing final line end is added. */
  add(text: string): void {
    if (text === '') return;
    this.queue.push(text.endsWith('\n') ? text : `${text}\n`);
    this.schedule();
  }

  /** Connects the terminal, or disconnects it with null: text then waits. */
  connect(writer: Writer): void {
    this.writer = writer;
    this.schedule();
  }

  /** Drops what was not written yet when that is more than the next slice; tells whether it did. */
  discardBacklog(): boolean {
    if (this.length <= SLICE) return false;
    this.queue = [];
    this.tellReady();
    return true;
  }

  /** Resolves when no more than the next slice waits to be written. */
  ready(): Promise<void> {
    if (this.length <= SLICE) return Promise.resolve();
    return new Promise(resolve => this.waiting.push(resolve));
  }

  private get length(): number {
    return this.queue.reduce((sum, text) => sum + text.length, 0);
  }

  private tellReady(): void {
    if (this.length > SLICE) return;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** Writes all there is, now. */
  flush(): void {
    while (this.writer && this.queue.length > 0) this.writer(this.take());
    this.tellReady();
  }

  private schedule(): void {
    if (this.scheduled || !this.writer || this.queue.length === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      if (!this.writer || this.queue.length === 0) return;
      this.writer(this.take());
      this.tellReady();
      this.schedule();
    });
  }

  /** The next slice, ending with a line. */
  private take(): string {
    let count = 0;
    let length = 0;
    while (count < this.queue.length && length < SLICE) length += this.queue[count++]?.length ?? 0;
    const all = this.queue.splice(0, count).join('');
    if (all.length <= SLICE) return all;
    const end = all.lastIndexOf('\n', SLICE - 1) + 1 || all.indexOf('\n') + 1;
    if (end < all.length) this.queue.unshift(all.slice(end));
    return all.slice(0, end);
  }
}
