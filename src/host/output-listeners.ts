/** A guest that prints without end must not fill memory while nobody listens. */
const MOST_KEPT_BYTES = 1 << 16;

export type OutputListener = (label: string, bytes: Uint8Array) => void;

/** Passes output on to whoever listens. What comes while nobody does is kept for the next, up to 64 KiB or so. */
export class OutputListeners {
  readonly #listeners = new Set<OutputListener>();
  #kept: (readonly [string, Uint8Array])[] = [];
  #keptBytes = 0;

  emit(label: string, bytes: Uint8Array): void {
    for (const listener of this.#listeners) listener(label, bytes);
    if (this.#listeners.size > 0 || this.#keptBytes > MOST_KEPT_BYTES) return;
    this.#kept.push([label, bytes]);
    this.#keptBytes += bytes.length;
  }

  /** The returned function ends it. */
  listen(listener: OutputListener): () => void {
    this.#listeners.add(listener);
    const kept = this.#kept;
    this.#kept = [];
    this.#keptBytes = 0;
    for (const [label, bytes] of kept) listener(label, bytes);
    return () => this.#listeners.delete(listener);
  }
}
