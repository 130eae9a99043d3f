import type { DriveInterface } from './drive-options.ts';
import type { DrivePlace } from './drive-place.ts';
import type { BlockNode, CacheMode } from './node.ts';
import { type Accounting, DriveStats } from './stats.ts';
import { Throttle } from './throttle.ts';
import { writeZeroesTo } from './zeroes.ts';

export const SECTOR_SIZE = 512;

export type ErrorPolicy = 'report' | 'ignore' | 'stop' | 'enospc';

/** The back end could not do what the device asked for. */
export class BlockIoError extends Error {
  override readonly name = 'BlockIoError';
  readonly noSpace: boolean;
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    const code = (cause as { code?: unknown } | null)?.code;
    this.noSpace = code === 'ENOSPC' || this.message === 'No space left on device';
  }
}

/** What holds a medium that can be changed. */
export interface Tray {
  readonly open: boolean;
  /** The guest holds the medium. */
  readonly locked: boolean;
  /** Somebody wants the medium out: the guest is told. */
  ejectRequested(force: boolean): void;
  /** The medium was taken out, or one was put in. */
  mediumChanged(loaded: boolean): void;
}

/** The device that uses a drive. */
export interface FrontEnd {
  /** Whether others may write to the medium too. */
  readonly sharesWrites: boolean;
  /** Id, or QOM path without one. */
  readonly name: string;
  readonly path: string;
  /** Present where the medium can be changed. */
  readonly tray?: Tray;
  /** The medium has another size now. */
  resized(): void;
}

export interface DriveOptions {
  readonly id: string;
  readonly cache: CacheMode;
  readonly readErrors: ErrorPolicy;
  readonly writeErrors: ErrorPolicy;
  readonly accounting: Accounting;
  readonly interface?: DriveInterface;
  /** Where it sits among those of its interface; absent for a drive without a name. */
  readonly place?: DrivePlace;
  /** What a medium that is put in without a word about it gets. */
  readonly readOnly: boolean;
}

/** The times that drives need. */
export interface DriveTime {
  /** Monotonic time in nanoseconds. */
  now(): number;
  /** Calls back after `ms`; returns a function that cancels it. */
  sleep(ms: number, callback: () => void): () => void;
}

/** A block back end with a name, with or without a medium: what `-drive` makes, what `info block` lists. */
export class Drive {
  /** Empty for one that the user cannot name: its device has a node of the graph, or its drive was deleted. */
  id: string;
  readonly stats: DriveStats;
  /** Drives of one group share it. */
  throttle: Throttle;
  readErrors: ErrorPolicy;
  writeErrors: ErrorPolicy;
  /** Whether written data may wait for a flush; the guest can change it. */
  writeCache: boolean;
  readonly initial: DriveOptions;
  ioStatus: 'ok' | 'failed' | 'nospace' = 'ok';
  frontEnd: FrontEnd | null = null;
  #node: BlockNode | null = null;

  constructor(options: DriveOptions, node: BlockNode | null, time: DriveTime) {
    this.id = options.id;
    this.initial = options;
    this.readErrors = options.readErrors;
    this.writeErrors = options.writeErrors;
    this.writeCache = options.cache.writeback;
    this.stats = new DriveStats(() => time.now());
    this.stats.accounting = options.accounting;
    this.throttle = new Throttle(time);
    this.insert(node);
  }

  /** The medium. */
  get node(): BlockNode | null {
    return this.#node;
  }

  /** Puts a medium in, or takes it out with null; the caller closes what came out. */
  insert(node: BlockNode | null): void {
    if (this.#node) this.#node.users--;
    this.#node = node;
    if (node) node.users++;
  }

  get nodeName(): string {
    return this.#node?.name ?? '';
  }

  get readOnly(): boolean {
    return this.#node?.readOnly ?? this.initial.readOnly;
  }

  /** Whole sectors; the last one may reach beyond the end of the file. */
  get sectors(): number {
    return Math.ceil((this.#node?.size ?? 0) / SECTOR_SIZE);
  }

  get inUse(): boolean {
    return this.frontEnd !== null;
  }

  /** Nobody uses it, or a device whose medium can be changed. */
  get removable(): boolean {
    return this.frontEnd === null || this.frontEnd.tray !== undefined;
  }

  attach(frontEnd: FrontEnd): void {
    this.frontEnd = frontEnd;
  }

  detach(): void {
    this.frontEnd = null;
  }

  /** @throws BlockIoError */
  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#attempt(async () => {
      await this.throttle.admit('rd', length);
      return this.#medium.read(offset, length);
    });
  }

  /** @throws BlockIoError */
  write(offset: number, data: Uint8Array): Promise<void> {
    return this.#attempt(async () => {
      await this.throttle.admit('wr', data.length);
      let node = this.#medium;
      for (; node.traffic.held; node = this.#medium) await node.traffic.held; // it may be another one then
      await node.write(offset, data);
    });
  }

  get #medium(): BlockNode {
    if (!this.#node) throw new Error('No medium found');
    return this.#node;
  }

  /** @throws BlockIoError */
  async writeZeroes(offset: number, length: number): Promise<void> {
    await writeZeroesTo(this, offset, length);
  }

  /** @throws BlockIoError */
  async flush(): Promise<void> {
    if (this.#node) await this.#attempt(() => this.#medium.flush());
  }

  async #attempt<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw new BlockIoError(error);
    }
  }
}
