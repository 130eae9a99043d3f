/** Where requests stop until somebody lets them go on: each breakpoint stops one request and is used up by it. */
export class Breakpoints<Event extends string> {
  #set: { readonly event: Event; readonly tag: string }[] = [];
  #stopped: { readonly tag: string; readonly resume: () => void }[] = [];
  #waiting: { readonly tag: string; readonly told: () => void }[] = [];
  #notice: (text: string) => void = () => {};

  /** Told of requests that stop and go on. */
  onNotice(notice: (text: string) => void): void {
    this.#notice = notice;
  }

  /** How many requests stand still. */
  get suspended(): number {
    return this.#stopped.length;
  }

  set(event: Event, tag: string): void {
    this.#set.push({ event, tag });
  }

  /** Forgets the breakpoints of a tag and lets the requests that they stopped go on. @returns false if there are none */
  remove(tag: string): boolean {
    const left = this.#set.filter(each => each.tag !== tag);
    let found = left.length < this.#set.length;
    this.#set = left;
    while (this.resume(tag)) found = true;
    return found;
  }

  /** The image goes: nothing waits any longer. */
  clear(): void {
    this.#set = [];
    for (const { tag } of [...this.#stopped]) this.resume(tag);
    for (const { told } of this.#waiting.splice(0)) told();
  }

  /** Lets one request go on. @returns false if none stands still under this tag */
  resume(tag: string): boolean {
    const index = this.#stopped.findIndex(each => each.tag === tag);
    if (index < 0) return false;
    const [request] = this.#stopped.splice(index, 1);
    this.#notice(`blkdebug: Resuming request '${tag}'`);
    request!.resume();
    return true;
  }

  /** Resolves when a request stands still under this tag. @returns undefined if that cannot come about */
  waitFor(tag: string): Promise<void> | undefined {
    if (this.#stopped.some(each => each.tag === tag)) return Promise.resolve();
    if (!this.#set.some(each => each.tag === tag)) return undefined;
    return new Promise(told => this.#waiting.push({ tag, told }));
  }

  /** A request comes by. @returns what it has to wait for, if anything */
  meet(event: Event): Promise<void> | undefined {
    return this.#set.some(each => each.event === event) ? this.#stop(event) : undefined;
  }

  async #stop(event: Event): Promise<void> {
    for (;;) {
      const index = this.#set.findIndex(each => each.event === event);
      if (index < 0) return;
      const [{ tag } = { tag: '' }] = this.#set.splice(index, 1);
      this.#notice(`blkdebug: Suspended request '${tag}'`);
      await new Promise<void>(resume => {
        this.#stopped.push({ tag, resume });
        this.#tell(tag);
      });
    }
  }

  #tell(tag: string): void {
    const told = this.#waiting.filter(each => each.tag === tag);
    this.#waiting = this.#waiting.filter(each => each.tag !== tag);
    for (const each of told) each.told();
  }
}
