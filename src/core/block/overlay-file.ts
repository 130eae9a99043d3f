import type { BlockFile } from '../../host/types.ts';

/** Bytes that are taken over at once. */
export const CLUSTER = 65_536;

/** A stretch of clusters that come from one place, one after the other. */
interface Run {
  readonly offset: number;
  readonly length: number;
  /** Where it is in the file of changes; null: in the image below. */
  readonly at: number | null;
}

/** What changes of an image, in a file of its own: clusters in the order of their first write. */
export class OverlayFile implements BlockFile {
  size: number;
  readonly readOnly: boolean;
  readonly #base: BlockFile;
  readonly #changes: BlockFile;
  /** Place in the file of changes, by cluster. */
  readonly #places = new Map<number, number>();
  readonly #arriving = new Map<number, Promise<void>>();
  readonly #reading = new Set<Promise<Uint8Array>>();
  #free: number[] = [];
  #next = 0;
  /** What lies beyond in the image below was cut off. */
  #baseEnd: number;

  /** @param changes an empty file, which is closed with this */
  constructor(base: BlockFile, changes: BlockFile, readOnly: boolean) {
    this.#base = base;
    this.#changes = changes;
    this.readOnly = readOnly;
    this.size = base.size;
    this.#baseEnd = base.size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const reading = this.#read(offset, length);
    this.#reading.add(reading);
    return reading.finally(() => this.#reading.delete(reading));
  }

  async #read(offset: number, length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length);
    for (const run of this.#runs(offset, length)) {
      const bytes =
        run.at === null
          ? await this.#below(run.offset, run.length)
          : await this.#changes.read(run.at, run.length);
      out.set(bytes, run.offset - offset);
    }
    return out;
  }

  #runs(offset: number, length: number): Run[] {
    const runs: Run[] = [];
    const end = Math.min(offset + length, this.size);
    for (let from = offset; from < end; ) {
      const to = Math.min((Math.floor(from / CLUSTER) + 1) * CLUSTER, end);
      const place = this.#places.get(Math.floor(from / CLUSTER));
      const at = place === undefined ? null : place * CLUSTER + (from % CLUSTER);
      const last = runs.at(-1);
      const goesOn =
        last && (at === null ? last.at === null : last.at !== null && last.at + last.length === at);
      if (goesOn) runs.splice(-1, 1, { ...last, length: to - last.offset });
      else runs.push({ offset: from, length: to - from, at });
      from = to;
    }
    return runs;
  }

  /** How far the bytes from here on come from one place, and whether they were written here. */
  stretch(offset: number, length: number): { readonly length: number; readonly allocated: boolean } {
    let [end, allocated] = [offset, false];
    for (const run of this.#runs(offset, length)) {
      if (run.offset > offset && (run.at !== null) !== allocated) break;
      allocated = run.at !== null;
      end = run.offset + run.length;
    }
    return { length: end - offset, allocated };
  }

  async #below(offset: number, length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length);
    const there = Math.min(length, this.#baseEnd - offset);
    if (there > 0) out.set(await this.#base.read(offset, there));
    return out;
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    for (let done = 0; done < data.length; ) {
      const from = offset + done;
      const length = Math.min(CLUSTER - (from % CLUSTER), data.length - done);
      await this.#writeIn(Math.floor(from / CLUSTER), from % CLUSTER, data.subarray(done, done + length));
      done += length;
    }
  }

  async #writeIn(cluster: number, start: number, data: Uint8Array): Promise<void> {
    while (this.#arriving.has(cluster)) await this.#arriving.get(cluster)!.catch(() => {});
    const place = this.#places.get(cluster);
    if (place !== undefined) return this.#changes.write(place * CLUSTER + start, data);
    const arrival = this.#takeOver(cluster, start, data).finally(() => this.#arriving.delete(cluster));
    this.#arriving.set(cluster, arrival);
    return arrival;
  }

  /** First write to a cluster: what is around it comes from below. */
  async #takeOver(cluster: number, start: number, data: Uint8Array): Promise<void> {
    const place = this.#free.pop() ?? this.#next++;
    try {
      const whole = data.length === CLUSTER ? data : await this.#below(cluster * CLUSTER, CLUSTER);
      if (whole !== data) whole.set(data, start);
      await this.#changes.write(place * CLUSTER, whole);
      this.#places.set(cluster, place);
    } catch (error) {
      this.#free.push(place);
      throw error;
    }
  }

  /** Nothing lasts, so that nothing need be brought to the disk. */
  async flush(): Promise<void> {}

  async resize(size: number): Promise<void> {
    for (const [cluster, place] of this.#places) {
      const left = size - cluster * CLUSTER;
      if (left <= 0) this.#forget(cluster, place);
      else if (left < CLUSTER)
        await this.#changes.write(place * CLUSTER + left, new Uint8Array(CLUSTER - left));
    }
    this.#baseEnd = Math.min(this.#baseEnd, size);
    this.size = size;
  }

  #forget(cluster: number, place: number): void {
    this.#places.delete(cluster);
    this.#free.push(place);
  }

  /** Writes all that changed to the image below, which `target` leads to; then there are no changes. Nobody may write. */
  async commit(target: BlockFile): Promise<void> {
    for (let at = this.#baseEnd; at < Math.min(this.size, target.size); at += CLUSTER) {
      const length = Math.min(CLUSTER, this.size - at, target.size - at);
      await target.write(at, new Uint8Array(length)); // cut off once, then made longer again
    }
    if (target.size < this.size) await target.resize(this.size);
    for (const [cluster, place] of this.#places) {
      const offset = cluster * CLUSTER;
      const length = Math.min(CLUSTER, this.size - offset);
      await target.write(offset, await this.#changes.read(place * CLUSTER, length));
    }
    await target.flush();
    this.#baseEnd = this.size;
    this.#places.clear();
    this.#free = [];
    this.#next = 0;
    await Promise.allSettled([...this.#reading]); // they may have looked for a place that is nobody's now
    await this.#changes.resize(0);
  }

  allocated(): Promise<number> {
    return this.#changes.allocated();
  }

  close(): Promise<void> {
    return this.#changes.close();
  }
}
