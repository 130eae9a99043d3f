import { QmpError } from '../../../qapi/errors.ts';
import type { Timer } from '../../clock.ts';
import type { TypeTable } from '../../qom/types.ts';
import { BalloonStats, checkInterval, STAT_SIZE } from './balloon-stats.ts';
import { bit } from './constants.ts';
import { VirtioDevice } from './device.ts';
import type { VirtioEnvironment } from './environment.ts';
import type { Element, Virtqueue } from './queue.ts';
import { gather, totalLength } from './segments.ts';
import { throttled } from './throttle.ts';
import { BALLOON_TRACE } from './trace.ts';

/** Feature bits (virtio 1.2, 5.5.3). */
const F_STATS_VQ = 1;
const F_DEFLATE_ON_OOM = 2;
const F_PAGE_POISON = 4;
const F_REPORTING = 5;

const DEFLATE = 1;
const STATS = 2;
const REPORT = 3;

const QUEUE_SIZE = 128;
const REPORT_QUEUE_SIZE = 32;
const PAGE_SHIFT = 12;
const PAGE = 1 << PAGE_SHIFT;
const ZERO_PAGE = new Uint8Array(PAGE);
const PFN_SIZE = 4;
/** Room for several statistics of each kind. */
const MOST_STATS = 256 * STAT_SIZE;
const EVENT_INTERVAL_MS = 1000;
const NS_PER_S = 1e9;

/** The one balloon that a machine can have, as the balloon commands find it. */
export interface BalloonSlot {
  balloon: VirtioBalloon | null;
}

/** Memory balloon (virtio 1.2, 5.5). Pages that the guest gives away read as zeros afterwards. */
export class VirtioBalloon extends VirtioDevice {
  readonly virtioName = 'virtio-balloon';
  readonly deviceId = 5;
  readonly #slot: BalloonSlot;
  readonly #ramSize: number;
  readonly #stats = new BalloonStats();
  readonly #sayChange: (actual: bigint) => void;
  /** Pages given away, by number: giving one away twice costs nothing. */
  readonly #inflated = new Set<number>();
  #wantedPages = 0;
  #actualPages = 0;
  #poison = 0;
  #interval = 0;
  #timer: Timer | undefined;
  #statsElement: Element | null = null;

  /** @param ramSize bytes */
  constructor(types: TypeTable, env: VirtioEnvironment, slot: BalloonSlot, ramSize: number) {
    super('virtio-balloon-device', types, env);
    this.#slot = slot;
    this.#ramSize = ramSize;
    this.#sayChange = throttled(env.host, EVENT_INTERVAL_MS, actual =>
      env.events.emit('BALLOON_CHANGE', { actual }),
    );
    this.define('guest-stats', { type: 'guest statistics', get: () => this.#stats.report() });
    this.define('guest-stats-polling-interval', {
      type: 'int',
      get: () => BigInt(this.#interval),
      set: value => this.#setInterval(checkInterval(value)),
    });
  }

  protected setUp(): void {
    if (this.#slot.balloon) throw new QmpError('Only one balloon device is supported');
    if (this.value('free-page-hint') === true) {
      throw new QmpError("'free-page-hint' requires 'iothread' to be set");
    }
    this.#slot.balloon = this;
    this.#timer = this.env.clock.timer(() => this.#poll());
    this.config.layout = this.#config();
    for (let n = 0; n < 3; n++) this.addQueue(QUEUE_SIZE); // inflate, deflate, statistics
    if (this.value('free-page-reporting') === true) this.addQueue(REPORT_QUEUE_SIZE);
  }

  override unrealize(): void {
    this.#timer?.cancel();
    super.unrealize();
    this.#slot.balloon = null;
  }

  #config() {
    const poison = this.value('page-poison') === true || this.value('qemu-4-0-config-size') === true;
    return {
      length: poison ? 16 : 8,
      fill: (view: DataView) => {
        this.trace.emit(BALLOON_TRACE.getConfig, this.#wantedPages, this.#actualPages);
        view.setUint32(0, this.#wantedPages, true);
        view.setUint32(4, this.#actualPages, true);
        if (poison) view.setUint32(12, this.#poison, true);
      },
      written: (view: DataView) => {
        this.#setActual(view.getUint32(4, true));
        if (this.has(F_PAGE_POISON)) this.#poison = view.getUint32(12, true);
      },
    };
  }

  protected override offer(features: bigint): bigint {
    let offered = features | bit(F_STATS_VQ);
    if (this.value('deflate-on-oom') === true) offered |= bit(F_DEFLATE_ON_OOM);
    if (this.value('page-poison') === true) offered |= bit(F_PAGE_POISON);
    if (this.value('free-page-reporting') === true) offered |= bit(F_REPORTING);
    return offered;
  }

  #setActual(pages: number): void {
    if (pages === this.#actualPages) return;
    this.#actualPages = pages;
    this.#sayChange(this.actual);
  }

  /** Bytes that the guest has left. */
  get actual(): bigint {
    return BigInt(this.#ramSize - this.#actualPages * PAGE);
  }

  /** Asks the guest to shrink or grow to `bytes`. */
  setTarget(bytes: bigint): void {
    const target = bytes > BigInt(this.#ramSize) ? this.#ramSize : Number(bytes);
    this.#wantedPages = Math.floor((this.#ramSize - target) / PAGE);
    this.trace.emit(BALLOON_TRACE.toTarget, BigInt(target), this.#wantedPages);
    this.configChanged();
  }

  protected override resetDevice(): void {
    this.#statsElement = null;
    this.#poison = 0;
    this.#inflated.clear();
  }

  protected handleQueue(queue: Virtqueue): void {
    if (queue.index === STATS) this.drain(queue, element => this.#receiveStats(queue, element));
    else if (queue.index === REPORT) this.drain(queue, element => this.#report(queue, element));
    else this.drain(queue, element => this.#move(queue, element));
  }

  /** Page numbers to give away or to take back. */
  #move(queue: Virtqueue, element: Element): boolean {
    const count = Math.floor(totalLength(element.out) / PFN_SIZE);
    if (count > this.#ramSize / PAGE) {
      this.fail(`virtio-balloon: ${count} pages in one request are more than the guest has`);
      return false;
    }
    const bytes = gather(this.memory, element.out, 0, count * PFN_SIZE);
    const view = new DataView(bytes.buffer);
    for (let n = 0; n < count; n++) {
      const page = view.getUint32(n * PFN_SIZE, true);
      if (this.trace.any) this.#traceMove(page * PAGE);
      if (queue.index === DEFLATE) this.#inflated.delete(page);
      else this.#inflate(page);
    }
    this.complete(queue, element, 0);
    return true;
  }

  #traceMove(address: number): void {
    const region = this.memory.isMemory(address, PAGE, true) && this.memory.locate(address)?.region;
    if (region) this.trace.emit(BALLOON_TRACE.output, region.name, address);
    else this.trace.emit(BALLOON_TRACE.badAddress, address);
  }

  #inflate(page: number): void {
    const address = page * PAGE;
    if (this.#inflated.has(page) || !this.memory.isMemory(address, PAGE, true)) return;
    this.#inflated.add(page);
    this.memory.write(address, ZERO_PAGE);
  }

  /** Free pages that the host may have until the guest touches them again (5.5.6.7). */
  #report(queue: Virtqueue, element: Element): boolean {
    if (totalLength(element.in) > this.#ramSize) {
      this.fail('virtio-balloon: a report names more memory than the guest has');
      return false;
    }
    const keepsContent = this.has(F_PAGE_POISON) && this.#poison !== 0;
    for (const { address, length } of element.in) {
      if (keepsContent || address % PAGE !== 0 || length % PAGE !== 0) continue;
      for (let done = 0; done < length; done += PAGE) this.memory.write(address + done, ZERO_PAGE);
    }
    this.complete(queue, element, 0);
    return true;
  }

  /** Statistics are kept until the next poll: giving the buffer back asks for new ones. */
  #receiveStats(queue: Virtqueue, element: Element): boolean {
    if (this.#statsElement) this.complete(queue, this.#statsElement, 0);
    this.#statsElement = element;
    const now = BigInt(Math.floor(this.env.host.wallClock() / NS_PER_S));
    this.#stats.take(gather(this.memory, element.out, 0, MOST_STATS), now);
    if (this.#interval > 0) this.#arm();
    return true;
  }

  #setInterval(seconds: number): void {
    if (seconds === this.#interval) return;
    const wasOff = this.#interval === 0;
    this.#interval = seconds;
    if (seconds === 0) this.#timer?.cancel();
    else if (wasOff) this.#timer?.arm(this.env.clock.now());
    else this.#arm();
  }

  #arm(): void {
    this.#timer?.arm(this.env.clock.now() + this.#interval * NS_PER_S);
  }

  #poll(): void {
    const element = this.#statsElement;
    if (element === null || !this.has(F_STATS_VQ)) {
      this.#arm();
      return;
    }
    this.#statsElement = null;
    this.whenRunning(() =>
      this.complete(this.queues[STATS]!, element, Math.min(totalLength(element.out), MOST_STATS)),
    );
  }
}
