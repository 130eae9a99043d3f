/**
 * What ends with a signal. However much waits under one, it gets a single listener: Node warns of many,
 * and takes them for a leak.
 */
export class AbortRegistry {
  readonly #waiting = new WeakMap<AbortSignal, Set<() => void>>();

  /** Calls `abort` when the signal aborts; the returned function ends that. */
  watch(signal: AbortSignal, abort: () => void): () => void {
    const waiting = this.#of(signal);
    waiting.add(abort);
    return () => waiting.delete(abort);
  }

  #of(signal: AbortSignal): Set<() => void> {
    const known = this.#waiting.get(signal);
    if (known) return known;
    const waiting = new Set<() => void>();
    this.#waiting.set(signal, waiting);
    signal.addEventListener('abort', () => waiting.forEach(abort => void abort()), { once: true });
    return waiting;
  }
}
