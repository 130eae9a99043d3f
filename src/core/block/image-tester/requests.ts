import type { BlockNode } from '../node.ts';

/** Milliseconds that an answer waits for what was begun: what takes longer is told of with the next one. */
const A_MOMENT = 20;

/** Requests that go on while other commands run, and what there is to say of them. */
export class Requests {
  readonly #underWay = new Map<Promise<void>, BlockNode | null>();
  readonly #sleep: (ms: number, callback: () => void) => () => void;
  #news: string[] = [];

  constructor(sleep: (ms: number, callback: () => void) => () => void) {
    this.#sleep = sleep;
  }

  /** Something to say with the next answer. */
  tell(text: string): void {
    this.#news.push(text);
  }

  /** What has not been said so far. */
  takeNews(): string {
    return this.#news.splice(0).join('');
  }

  /** @param request answers what is to be said at its end; it does not reject */
  start(node: BlockNode | null, request: () => Promise<string>): void {
    const ended = request().then(text => {
      this.tell(text);
      this.#underWay.delete(ended);
    });
    this.#underWay.set(ended, node);
  }

  /** Waits for all requests of a node. */
  async drain(node: BlockNode | null): Promise<void> {
    await Promise.all([...this.#underWay].filter(([, of]) => of === node).map(([ended]) => ended));
  }

  /** Waits for all that end within a moment. */
  async settle(): Promise<void> {
    if (this.#underWay.size === 0) return;
    await new Promise<void>(resolve => {
      const cancel = this.#sleep(A_MOMENT, resolve);
      Promise.all(this.#underWay.keys()).then(() => {
        cancel();
        resolve();
      });
    });
  }
}
