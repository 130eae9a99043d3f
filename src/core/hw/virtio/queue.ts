import { type AddressSpace, DmaError } from '../../memory/address-space.ts';
import type { Tracer } from '../../trace.ts';
import { DEFAULT_ALIGN, F_EVENT_IDX, F_NOTIFY_ON_EMPTY, hasBit, QUEUE_MAX_SIZE } from './constants.ts';
import { RingError, readChain } from './descriptors.ts';
import { AVAIL_NO_INTERRUPT, SplitRing } from './ring.ts';
import { type Segment, totalLength } from './segments.ts';
import { QUEUE_TRACE } from './trace.ts';

/** What a queue needs to know of its device. */
export interface QueueOwner {
  readonly memory: AddressSpace;
  readonly trace: Tracer;
  readonly guestFeatures: bigint;
  readonly broken: boolean;
  readonly disabled: boolean;
  /** The driver broke a rule: stop the device. */
  fail(reason: string): void;
}

/** A chain of buffers that the driver made available and the device has taken. */
export interface Element {
  /** Index of the first descriptor: the name under which the chain is given back. */
  readonly head: number;
  readonly out: readonly Segment[];
  readonly in: readonly Segment[];
  /** Life of the queue in which it was taken. */
  readonly life: number;
}

const wrap = (index: number) => index & 0xffff;
const signed = (difference: number) => (difference << 16) >> 16;

/**
 * A split virtqueue (virtio 1.2, 2.7) over guest memory. Whatever the driver wrote into its rings,
 * no method throws: a broken rule ends in QueueOwner.fail().
 */
export class Virtqueue {
  readonly index: number;
  readonly numDefault: number;
  readonly ring: SplitRing;
  readonly #owner: QueueOwner;
  lastAvailIdx = 0;
  shadowAvailIdx = 0;
  usedIdx = 0;
  signalledUsed = 0;
  signalledUsedValid = false;
  inuse = 0;
  /** False after the driver of a modern device wrote 0 to QueueReady. */
  enabled = true;
  #life = 0;

  constructor(owner: QueueOwner, index: number, size: number) {
    this.#owner = owner;
    this.index = index;
    this.numDefault = size;
    this.ring = new SplitRing(owner.memory, size, DEFAULT_ALIGN);
  }

  /** Back to the state before the driver set the queue up. */
  reset(): void {
    const { ring } = this;
    ring.desc = ring.avail = ring.used = 0n;
    ring.num = this.numDefault;
    this.lastAvailIdx = this.shadowAvailIdx = this.usedIdx = this.signalledUsed = this.inuse = 0;
    this.signalledUsedValid = false;
    this.enabled = true;
    this.#life++;
  }

  /** Sizes that cannot be are ignored, as the registers are write-only. */
  setSize(num: number): void {
    if (num > 0 && num <= QUEUE_MAX_SIZE) this.ring.num = num;
  }

  /** Modern layout: three areas of their own. */
  place(desc: bigint, avail: bigint, used: bigint): void {
    Object.assign(this.ring, { desc, avail, used });
    this.checkMapping();
  }

  /** Legacy layout: one address for everything. */
  placeLegacy(desc: bigint): void {
    this.ring.placeLegacy(desc);
    this.checkMapping();
  }

  /** Size or alignment of a legacy queue changed after it was placed. */
  layOutAgain(): void {
    if (this.ring.desc !== 0n) this.placeLegacy(this.ring.desc);
  }

  /** Fails the device if an area of a placed queue is not in RAM. */
  checkMapping(): void {
    if (this.ring.desc === 0n) return;
    const area = this.ring.unmapped(this.#has(F_EVENT_IDX));
    if (area !== null) this.#owner.fail(`Cannot map ${area}`);
  }

  get ready(): boolean {
    return this.ring.avail !== 0n && this.enabled;
  }

  /** True when the driver has nothing for the device. */
  get empty(): boolean {
    return this.#guard(() => this.#isEmpty(), true);
  }

  #isEmpty(): boolean {
    if (!this.ready) return true;
    if (this.shadowAvailIdx !== this.lastAvailIdx) return false;
    this.shadowAvailIdx = this.ring.availIdx;
    const ahead = wrap(this.shadowAvailIdx - this.lastAvailIdx);
    if (ahead > this.ring.num) {
      throw new RingError(`Guest moved used index from ${this.lastAvailIdx} to ${this.shadowAvailIdx}`);
    }
    return ahead === 0;
  }

  /** Takes the next chain; null when there is none or the device is broken. */
  pop(): Element | null {
    return this.#guard(() => {
      if (this.#isEmpty()) return null;
      if (this.inuse >= this.ring.num) throw new RingError('Virtqueue size exceeded');
      const head = this.#headAt(this.lastAvailIdx);
      this.lastAvailIdx = wrap(this.lastAvailIdx + 1);
      if (this.#has(F_EVENT_IDX)) this.ring.availEvent = this.lastAvailIdx;
      const chain = this.#chain(head);
      this.inuse++;
      const element = { head, out: chain.out, in: chain.in, life: this.#life };
      this.#owner.trace.emit(QUEUE_TRACE.pop, this, element, chain.in.length, chain.out.length);
      return element;
    }, null);
  }

  #headAt(position: number): number {
    const head = this.ring.availEntry(position);
    if (head >= this.ring.num) throw new RingError(`Guest says index ${head} is available`);
    return head;
  }

  #chain(head: number) {
    return readChain(this.#owner.memory, { address: Number(this.ring.desc), count: this.ring.num }, head);
  }

  /** Puts the chain taken last back, untouched. */
  unpop(element: Element): void {
    if (!this.alive(element)) return;
    this.lastAvailIdx = wrap(this.lastAvailIdx - 1);
    this.inuse--;
  }

  /** Forgets a chain without giving it back. */
  detach(element: Element): void {
    if (this.alive(element)) this.inuse--;
  }

  /** False when the queue was reset since the chain was taken: its memory is the driver's again. */
  alive(element: Element): boolean {
    return element.life === this.#life && !this.#owner.broken;
  }

  /** Gives chains back together, each with the number of bytes written into it. */
  pushAll(done: readonly { readonly element: Element; readonly length: number }[]): void {
    const alive = done.filter(({ element }) => this.alive(element));
    const { trace } = this.#owner;
    this.#guard(() => {
      alive.forEach(({ element, length }, n) => {
        trace.emit(QUEUE_TRACE.fill, this, element, length, n);
        this.ring.putUsed(wrap(this.usedIdx + n), element.head, length);
      });
      trace.emit(QUEUE_TRACE.flush, this, alive.length);
      const next = wrap(this.usedIdx + alive.length);
      this.ring.usedIdx = next;
      this.usedIdx = next;
      this.inuse -= alive.length;
      if (signed(next - this.signalledUsed) < alive.length) this.signalledUsedValid = false;
    }, undefined);
  }

  push(element: Element, length: number): void {
    this.pushAll([{ element, length }]);
  }

  /** Whether the driver wants an interrupt for what was given back since the last one (2.7.7). */
  shouldNotify(): boolean {
    return this.#guard(() => {
      if (!this.ready) return false;
      if (this.#has(F_NOTIFY_ON_EMPTY) && this.inuse === 0 && this.#isEmpty()) return true;
      if (!this.#has(F_EVENT_IDX)) return (this.ring.availFlags & AVAIL_NO_INTERRUPT) === 0;
      const known = this.signalledUsedValid;
      const old = this.signalledUsed;
      this.signalledUsedValid = true;
      this.signalledUsed = this.usedIdx;
      return !known || wrap(this.usedIdx - this.ring.usedEvent - 1) < wrap(this.usedIdx - old);
    }, false);
  }

  /** Bytes that the device could write into the chains at hand; counting stops at `enough`. */
  availableIn(enough: number): number {
    return this.#guard(() => {
      if (this.#isEmpty()) return 0;
      this.shadowAvailIdx = this.ring.availIdx;
      const count = Math.min(wrap(this.shadowAvailIdx - this.lastAvailIdx), this.ring.num);
      let bytes = 0;
      for (let n = 0; n < count && bytes < enough; n++) {
        bytes += totalLength(this.#chain(this.#headAt(wrap(this.lastAvailIdx + n))).in);
      }
      return bytes;
    }, 0);
  }

  #has(feature: number): boolean {
    return hasBit(this.#owner.guestFeatures, feature);
  }

  /** Runs `action` unless the device is out of order; turns a broken rule into a broken device. */
  #guard<T>(action: () => T, otherwise: T): T {
    if (this.#owner.broken || this.#owner.disabled) return otherwise;
    try {
      return action();
    } catch (error) {
      if (!(error instanceof RingError || error instanceof DmaError)) throw error;
      this.#owner.fail(error.message);
      return otherwise;
    }
  }
}
