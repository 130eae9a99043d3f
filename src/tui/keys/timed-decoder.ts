import { KeyDecoder, type Pending } from './decoder.ts';
import type { Key } from './key.ts';

/** Starts a timer and returns what stops it. */
export type Delay = (milliseconds: number, run: () => void) => () => void;

/** How long to wait for the rest before what is pending is taken as it is, milliseconds. */
const PATIENCE: Readonly<Record<Exclude<Pending, 'none'>, number>> = {
  escape: 50,
  sequence: 500,
  paste: 2000,
};

/** Real time, not keeping the process alive. */
export const realDelay: Delay = (milliseconds, run) => {
  const timer = setTimeout(run, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
};

/** A key decoder that decides a lone ESC by time. Keys are handed over one by one, with what follows them. */
export class TimedDecoder {
  private readonly decoder = new KeyDecoder();
  private readonly delay: Delay;
  private readonly onKey: (key: Key) => void;
  private stop: (() => void) | null = null;

  constructor(onKey: (key: Key) => void, delay: Delay = realDelay) {
    this.onKey = onKey;
    this.delay = delay;
  }

  /**
   * Decodes bytes until they end or `until` says that the keys now belong to somebody else; returns the bytes
   * that were not looked at.
   */
  push(bytes: Uint8Array, until: () => boolean = () => false): Uint8Array {
    this.stop?.();
    this.stop = null;
    for (let index = 0; index < bytes.length; index++) {
      for (const key of this.decoder.feed(bytes[index] ?? 0)) this.onKey(key);
      if (until()) return bytes.subarray(index + 1);
    }
    const { pending } = this.decoder;
    if (pending !== 'none') {
      this.stop = this.delay(PATIENCE[pending], () => {
        this.stop = null;
        for (const key of this.decoder.flush()) this.onKey(key);
      });
    }
    return new Uint8Array(0);
  }

  /** Forgets the timer. */
  close(): void {
    this.stop?.();
    this.stop = null;
  }
}
