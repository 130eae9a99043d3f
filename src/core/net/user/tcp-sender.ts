import { ByteQueue } from './byte-queue.ts';
import { advance, distance, FLAG } from './tcp-segment.ts';

/** Largest segment where the guest does not say (RFC 9293, 3.7.1). */
const DEFAULT_MSS = 536;
const SMALLEST_MSS = 64;
/** Largest segment on an Ethernet link. */
export const OWN_MSS = 1460;
const FIRST_TIMEOUT_NS = 1e9;
const LONGEST_TIMEOUT_NS = 64e9;
const MOST_RETRIES = 8;
const DUPLICATES_OF_A_LOSS = 3;

const NOTHING = new Uint8Array(0);

/** Sends a segment; window and acknowledgment are its owner's. */
export type Emit = (sequence: number, flags: number, data: Uint8Array, mss: number | null) => void;

/**
 * The half of a connection that sends to the guest: what waits, what is under way, and what has to be sent
 * again. The link to the guest loses nothing unless the guest is short of buffers, so there is no congestion
 * window: the guest's own window is the limit.
 */
export class TcpSender {
  /** Virtual time at which expire() is due. */
  deadline = Number.POSITIVE_INFINITY;
  /** The guest acknowledged our SYN. */
  open = false;
  readonly #emit: Emit;
  readonly #synFlags: number;
  readonly #queue = new ByteQueue();
  #mss = DEFAULT_MSS;
  /** First byte that is not acknowledged; next to send; and the end of all that was ever sent. */
  #una: number;
  #next: number;
  #max: number;
  #window = 0;
  #finishing = false;
  #finAcknowledged = false;
  #timeout = FIRST_TIMEOUT_NS;
  #retries = 0;
  #duplicates = 0;
  /** What was sent when a loss was noticed: up to here nothing but the lost segments is missing. */
  #recover: number | null = null;

  /** @param synFlags SYN for a connection to the guest, SYN and ACK for one from it */
  constructor(initial: number, synFlags: number, emit: Emit) {
    this.#una = initial;
    this.#next = initial;
    this.#max = initial;
    this.#synFlags = synFlags;
    this.#emit = emit;
  }

  /** Bytes that the guest has not acknowledged. */
  get queued(): number {
    return this.#queue.length;
  }

  get next(): number {
    return this.#max;
  }

  get finishing(): boolean {
    return this.#finishing;
  }

  get finAcknowledged(): boolean {
    return this.#finAcknowledged;
  }

  setMss(offered: number | null): void {
    this.#mss = Math.min(Math.max(offered ?? DEFAULT_MSS, SMALLEST_MSS), OWN_MSS);
  }

  /** Sends the SYN, once more if need be. */
  start(now: number): void {
    this.#emit(this.#una, this.#synFlags, NOTHING, OWN_MSS);
    this.#max = advance(this.#una, 1);
    this.#next = this.#max;
    this.deadline = now + this.#timeout;
  }

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
  }

  /** A FIN follows what waits. */
  finish(): void {
    this.#finishing = true;
  }

  /** Whether the number acknowledges something that was sent, or repeats the last one. */
  isSound(acknowledgment: number): boolean {
    return distance(acknowledgment, this.#max) <= 0;
  }

  /** Takes a sound acknowledgment. `bare`: the segment carried nothing else. */
  acknowledge(acknowledgment: number, window: number, bare: boolean, now: number): void {
    const moved = distance(acknowledgment, this.#una);
    if (moved < 0) return;
    if (moved === 0) this.#countDuplicate(bare && window === this.#window && this.#max !== this.#una);
    else this.#progress(acknowledgment, moved, now);
    if (window === 0 || moved > 0) this.#retries = 0;
    // What probed a closed window was most likely dropped.
    if (this.#window === 0 && moved === 0 && this.open) this.#next = this.#una;
    this.#window = window;
  }

  #progress(acknowledgment: number, moved: number, now: number): void {
    let bytes = moved;
    if (!this.open) {
      this.open = true;
      bytes--;
    }
    if (bytes > this.#queue.length) this.#finAcknowledged = true;
    this.#queue.drop(bytes);
    this.#una = acknowledgment;
    if (distance(this.#next, acknowledgment) < 0) this.#next = acknowledgment;
    this.#duplicates = 0;
    this.#goOnRecovering();
    this.#timeout = FIRST_TIMEOUT_NS;
    this.deadline = this.#una === this.#max ? Number.POSITIVE_INFINITY : now + this.#timeout;
  }

  /** The guest misses a segment that others overtook: it gets that one again at once (RFC 5681, 3.2). */
  #countDuplicate(duplicate: boolean): void {
    this.#duplicates = duplicate ? this.#duplicates + 1 : 0;
    if (this.#duplicates !== DUPLICATES_OF_A_LOSS || !this.open || this.#recover !== null) return;
    this.#recover = this.#max;
    this.#sendFirst(this.#mss);
  }

  /** An acknowledgment of a part only: the next segment is missing too (RFC 6582, 3.2). */
  #goOnRecovering(): void {
    if (this.#recover === null) return;
    if (distance(this.#una, this.#recover) >= 0) this.#recover = null;
    else this.#sendFirst(this.#mss);
  }

  #sendFirst(most: number): void {
    const size = Math.min(most, this.#queue.length);
    const flags = size > 0 ? FLAG.ack : FLAG.ack | FLAG.fin;
    if (size > 0 || this.#finishing) this.#emit(this.#una, flags, this.#queue.copy(0, size), null);
  }

  /** Sends what the guest's window admits. */
  output(now: number): void {
    if (!this.open || this.#finAcknowledged) return;
    for (;;) {
      const sent = distance(this.#next, this.#una);
      const size = Math.min(this.#mss, this.#queue.length - sent, this.#window - sent);
      const last = sent + size === this.#queue.length;
      // A short segment goes only at the end, or if the window is smaller than a segment (RFC 1122, 4.2.3.4).
      if (size <= 0 || (size < this.#mss && !last && sent > 0)) break;
      this.#emit(this.#next, last ? FLAG.ack | FLAG.psh : FLAG.ack, this.#queue.copy(sent, size), null);
      this.#sentUpTo(advance(this.#next, size));
    }
    if (this.#finishing && distance(this.#next, this.#una) === this.#queue.length) {
      this.#emit(this.#next, FLAG.ack | FLAG.fin, NOTHING, null);
      this.#sentUpTo(advance(this.#next, 1));
    }
    const waits = this.#una !== this.#max || this.#queue.length > 0;
    if (waits && this.deadline === Number.POSITIVE_INFINITY) this.deadline = now + this.#timeout;
  }

  #sentUpTo(next: number): void {
    this.#next = next;
    if (distance(next, this.#max) > 0) this.#max = next;
  }

  /**
   * No acknowledgment came in time: goes back to the first byte that lacks one. With a closed window one
   * byte asks whether it has opened. False when the guest has been silent for too long.
   */
  expire(now: number): boolean {
    if (++this.#retries > MOST_RETRIES) return false;
    this.#recover = null;
    this.#timeout = Math.min(this.#timeout * 2, LONGEST_TIMEOUT_NS);
    this.deadline = now + this.#timeout;
    if (!this.open) {
      this.start(now);
    } else if (this.#window === 0 && this.#queue.length > 0) {
      this.#sendFirst(1);
      if (this.#max === this.#una) this.#sentUpTo(advance(this.#una, 1));
    } else {
      this.#next = this.#una;
      this.output(now);
    }
    return true;
  }
}
