import { QmpError } from '../../../qapi/errors.ts';
import { DmaError } from '../../memory/address-space.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { ConfigSpace } from './config-space.ts';
import * as C from './constants.ts';
import { RingError } from './descriptors.ts';
import type { VirtioEnvironment } from './environment.ts';
import { type Element, type QueueOwner, Virtqueue } from './queue.ts';
import { totalLength } from './segments.ts';
import { VIRTIO_TRACE } from './trace.ts';

/** What a device needs of the transport that it is plugged into. */
export interface TransportLink {
  /** Whether drivers speak virtio 1.x to it (VERSION_1 is offered). */
  readonly modern: boolean;
  /** The device that users know, if it is the one around this one. */
  readonly front?: Device;
  /** The interrupt status changed. */
  interruptChanged(): void;
  /** A queue, or the configuration if undefined, has news: for transports that tell them apart. */
  signal?(queue: number | undefined): void;
}

/** Properties of every virtio device that are feature bits. */
const FEATURE_PROPERTIES: Readonly<Record<string, number>> = {
  indirect_desc: C.F_INDIRECT_DESC,
  event_idx: C.F_EVENT_IDX,
  notify_on_empty: C.F_NOTIFY_ON_EMPTY,
  any_layout: C.F_ANY_LAYOUT,
  iommu_platform: C.F_ACCESS_PLATFORM,
  packed: C.F_RING_PACKED,
  queue_reset: C.F_RING_RESET,
  in_order: C.F_IN_ORDER,
};
/** Bits that drivers of virtio 1.x must not see. */
const LEGACY_FEATURES = C.bit(C.F_NOTIFY_ON_EMPTY) | C.bit(C.F_ANY_LAYOUT) | C.bit(C.F_BAD_FEATURE);
/** Bytes handled in one go before the event loop gets its turn: a guest cannot hold the machine up. */
const TURN_BYTES = 4 << 20;
const ELEMENT_COST = 64;

/**
 * A virtio device, apart from what its kind does: features, status, queues, configuration space,
 * interrupt status, and the rule that requests wait while the machine stands still.
 */
export abstract class VirtioDevice extends Device implements QueueOwner {
  /** Name that `info virtio` shows, such as virtio-blk. */
  abstract readonly virtioName: string;
  /** Device type of virtio 1.2, section 5. */
  abstract readonly deviceId: number;
  readonly env: VirtioEnvironment;
  readonly queues: Virtqueue[] = [];
  readonly config = new ConfigSpace();
  hostFeatures = 0n;
  guestFeatures = 0n;
  /** Features that a vhost back end offers: none here. */
  readonly backendFeatures = 0n;
  status = 0;
  isr = 0;
  queueSel = 0;
  /** Changes of the configuration space so far. */
  generation = 0;
  broken = false;
  /** The driver has taken bus mastering away. */
  disabled = false;
  started = false;
  startOnKick = false;
  transport: TransportLink | undefined;
  #waiting: (() => void)[] = [];
  readonly #continuing = new Set<Virtqueue>();

  constructor(typeName: string, types: TypeTable, env: VirtioEnvironment) {
    super(typeName, types);
    this.env = env;
  }

  get memory() {
    return this.env.memory;
  }

  get trace() {
    return this.env.trace;
  }

  /** The device under whose id users know this one: itself, or the one around it. */
  protected get front(): Device {
    return this.transport?.front ?? this;
  }

  /** Checks properties, makes queues and the configuration space. @throws QmpError */
  protected abstract setUp(): void;
  /** The driver notified the queue, or work on it may go on. */
  protected abstract handleQueue(queue: Virtqueue): void;
  /** Adds and removes feature bits of this kind of device. */
  protected offer(features: bigint): bigint {
    return features;
  }
  /** The device goes back to its initial state: drop requests, timers and negotiated state. */
  protected resetDevice(): void {}
  protected featuresChanged(): void {}
  /** The status is about to become `status`. */
  protected statusChanging(_status: number): void {}
  /** Offered bits that only legacy drivers may see. */
  protected get legacyFeatures(): bigint {
    return LEGACY_FEATURES;
  }

  override realize(): void {
    if (!this.transport) throw new QmpError(`No 'virtio-bus' bus found for device '${this.typeName}'`);
    for (const name of ['iommu_platform', 'packed', 'in_order']) this.refuse(name);
    for (const [name, number] of Object.entries(FEATURE_PROPERTIES)) {
      if (this.value(name) === true) this.hostFeatures |= C.bit(number);
    }
    if (this.transport.modern) this.hostFeatures |= C.bit(C.F_VERSION_1);
    this.setUp();
    this.hostFeatures = this.offer(this.hostFeatures);
    super.realize();
  }

  /** @throws QmpError if a boolean property is on that this device does not offer */
  protected refuse(name: string): void {
    if (this.value(name) === true) throw new QmpError(`${this.typeName}: '${name}=on' is not supported`);
  }

  protected addQueue(size: number): Virtqueue {
    const queue = new Virtqueue(this, this.queues.length, size);
    this.queues.push(queue);
    return queue;
  }

  get offeredFeatures(): bigint {
    return this.transport?.modern ? this.hostFeatures & ~this.legacyFeatures : this.hostFeatures;
  }

  has(feature: number): boolean {
    return C.hasBit(this.guestFeatures, feature);
  }

  get driverOk(): boolean {
    return (this.status & C.STATUS_DRIVER_OK) !== 0;
  }

  /** Negotiation; ignored once the driver has set FEATURES_OK. */
  setFeatures(wanted: bigint): void {
    if ((this.status & C.STATUS_FEATURES_OK) !== 0) return;
    this.guestFeatures = wanted & this.hostFeatures;
    this.featuresChanged();
    if (!this.started && !this.has(C.F_VERSION_1)) this.startOnKick = true;
    for (const queue of this.queues) queue.checkMapping(); // EVENT_IDX makes the rings longer
  }

  setStatus(status: number): void {
    this.trace.emit(VIRTIO_TRACE.setStatus, this, status);
    const ok = (status & C.STATUS_DRIVER_OK) !== 0;
    if (ok !== this.driverOk) this.#setStarted(ok);
    this.statusChanging(status);
    this.status = status;
  }

  #setStarted(started: boolean): void {
    if (started) this.startOnKick = false;
    if (this.value('use-started') === true) this.started = started;
  }

  override reset(): void {
    this.setStatus(0);
    this.resetDevice();
    this.startOnKick = this.started = this.broken = this.disabled = false;
    this.guestFeatures = 0n;
    this.queueSel = this.isr = 0;
    this.#waiting = [];
    for (const queue of this.queues) queue.reset();
    this.transport?.interruptChanged();
  }

  /** Requests on their way end without a trace: the memory is no longer the device's. */
  override unrealize(): void {
    this.reset();
    this.broken = true;
    super.unrealize();
  }

  /** The driver kicked a queue. */
  notifyQueue(index: number): void {
    const queue = this.queues[index];
    if (!queue || queue.ring.desc === 0n || this.broken) return;
    this.trace.emit(VIRTIO_TRACE.queueNotify, this, index, queue);
    this.run(() => this.handleQueue(queue));
    if (this.startOnKick) this.#setStarted(true);
  }

  /** The machine started or stopped: what was put off is done, and queues are looked at again. */
  vmStateChanged(running: boolean): void {
    if (!running) return;
    for (const action of this.#waiting.splice(0)) this.run(action);
    if (this.started || this.driverOk) this.run(() => this.#handleAll());
  }

  #handleAll(): void {
    for (const queue of this.queues) if (queue.ready && !queue.empty) this.handleQueue(queue);
  }

  /** Runs `action` now, or when the machine runs again: guest memory stands still while it is stopped. */
  whenRunning(action: () => void): void {
    if (this.env.vmRunning() || this.env.inFlight.draining) this.run(action);
    else this.onResume(action);
  }

  /** For operations that back ends carry out: resolves when guest memory may be touched. */
  protected running(): Promise<void> {
    const { inFlight } = this.env;
    if (this.env.vmRunning() || inFlight.draining) return Promise.resolve();
    return this.resumed();
  }

  /** Resolves when the machine runs again, even if it has not stopped yet; never after a reset. */
  protected resumed(): Promise<void> {
    return this.env.inFlight.aside(new Promise(resolve => this.onResume(resolve)));
  }

  /** Runs `action` when the machine runs again, even if it has not stopped yet. */
  protected onResume(action: () => void): void {
    this.#waiting.push(action);
  }

  /** Does work on behalf of the guest; broken rules and vanished memory stop the device only. */
  protected run(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof RingError || error instanceof DmaError)) throw error;
      this.fail(error.message);
    }
  }

  /** The next chain, if the machine runs and there is one. */
  protected take(queue: Virtqueue): Element | null {
    return this.env.vmRunning() ? queue.pop() : null;
  }

  /**
   * Handles chains until none is left or `handle` says false; after a turn's worth of bytes the rest
   * waits for the event loop.
   */
  protected drain(queue: Virtqueue, handle: (element: Element) => boolean): void {
    let left = TURN_BYTES;
    for (let element = this.take(queue); element !== null; element = this.take(queue)) {
      if (!handle(element)) return;
      left -= ELEMENT_COST + totalLength(element.out) + totalLength(element.in);
      if (left > 0) continue;
      this.continueLater(queue);
      return;
    }
  }

  protected continueLater(queue: Virtqueue): void {
    if (this.#continuing.has(queue)) return;
    this.#continuing.add(queue);
    this.env.host.defer(() => {
      this.#continuing.delete(queue);
      if (!this.broken && queue.ready) this.run(() => this.handleQueue(queue));
    });
  }

  /** Gives a chain back and interrupts the driver if it wants that. */
  protected complete(queue: Virtqueue, element: Element, length: number): void {
    queue.push(element, length);
    this.notify(queue);
  }

  protected notify(queue: Virtqueue): void {
    if (!queue.shouldNotify()) return;
    this.trace.emit(VIRTIO_TRACE.notify, this, queue);
    this.#interrupt(C.ISR_QUEUE, queue.index);
  }

  /** The configuration space changed: tells the driver. */
  configChanged(): void {
    if (!this.driverOk) return;
    this.generation++;
    this.#interrupt(C.ISR_QUEUE | C.ISR_CONFIG);
  }

  #interrupt(bits: number, queue?: number): void {
    this.isr |= bits;
    this.transport?.interruptChanged();
    this.transport?.signal?.(queue);
  }

  acknowledge(bits: number): void {
    this.isr &= ~bits;
    this.transport?.interruptChanged();
  }

  fail(reason: string): void {
    if (this.broken) return;
    this.env.warn?.(`${this.virtioName} (${this.path}): ${reason}`);
    if (this.has(C.F_VERSION_1)) {
      this.status |= C.STATUS_NEEDS_RESET;
      this.configChanged();
    }
    this.broken = true;
  }
}
