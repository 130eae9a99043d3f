import type { BlockFile } from '../../host/types.ts';
import type { BlockdevDetectZeroesOptions, JobType } from '../../qapi/generated/types.ts';
import type { DirtyBitmap } from './dirty-bitmap.ts';
import { looksFormatted } from './probe.ts';
import { WriteTraffic } from './write-traffic.ts';

export type NodeDriver = 'file' | 'raw' | 'null-co' | 'blkdebug' | 'overlay';

/** How a node buffers. */
export interface CacheMode {
  readonly writeback: boolean;
  readonly direct: boolean;
  readonly 'no-flush': boolean;
}

export interface NodeOptions {
  readonly name: string;
  readonly driver: NodeDriver;
  readonly fileName: string;
  readonly readOnly: boolean;
  readonly cache: CacheMode;
  readonly detectZeroes?: BlockdevDetectZeroesOptions | undefined;
  /** The node below; what this one reads and writes. */
  readonly child?: BlockNode;
  /** The image of which this one has the changes. */
  readonly backing?: BlockNode;
  /** Nobody said that the image is raw: a guest must not turn it into something else. */
  readonly probed?: boolean;
}

/** A node of the block graph: an opened image, or the format on top of one. */
export class BlockNode {
  readonly name: string;
  readonly driver: NodeDriver;
  readonly fileName: string;
  readOnly: boolean;
  cache: CacheMode;
  /** What was asked for; writes of zeroes are written like others, since Node cannot punch holes. */
  readonly detectZeroes: BlockdevDetectZeroesOptions;
  readonly child: BlockNode | null;
  readonly backing: BlockNode | null;
  /** What a job that has it does; nobody else may change what it is then. */
  job: JobType | null = null;
  readonly traffic = new WriteTraffic();
  /** Drives and nodes that use it. */
  users = 0;
  /** Made by `blockdev-add`: stays until `blockdev-del`. */
  monitorOwned = false;
  /** Last byte ever written, and one more. */
  highestWritten = 0;
  /** Records of what is written, by name. */
  readonly bitmaps = new Map<string, DirtyBitmap>();
  /** Offset beyond which a write is told of once; 0 for none. */
  writeThreshold = 0;
  /** Told of such a write, with the bytes beyond. */
  onThreshold: (exceeded: number) => void = () => {};
  readonly #file: BlockFile;
  readonly #probed: boolean;

  constructor(options: NodeOptions, file: BlockFile) {
    this.name = options.name;
    this.driver = options.driver;
    this.fileName = options.fileName;
    this.readOnly = options.readOnly || file.readOnly;
    this.cache = options.cache;
    this.detectZeroes = options.detectZeroes ?? 'off';
    this.child = options.child ?? null;
    this.#probed = options.probed ?? false;
    this.#file = file;
    this.backing = options.backing ?? null;
    if (this.child) this.child.users++;
    if (this.backing) this.backing.users++;
  }

  /** What a node on top of this one works on. */
  get file(): BlockFile {
    return this.#file;
  }

  /** Bytes. */
  get size(): number {
    return this.#file.size;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#file.read(offset, length);
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    if (this.readOnly || (this.#probed && offset === 0 && looksFormatted(data))) {
      throw new Error('Operation not permitted');
    }
    await this.traffic.pass(() => this.#write(offset, data));
  }

  async #write(offset: number, data: Uint8Array): Promise<void> {
    const { length } = data;
    const written: BlockNode[] = [this];
    for (let node = this.child; node; node = node.child) written.push(node);
    for (const { traffic } of written) await traffic.before(offset, length);
    try {
      await this.#file.write(offset, data);
    } catch (error) {
      for (const node of written) {
        node.#mark(offset, length);
        node.traffic.failed(offset, length);
      }
      throw error;
    }
    for (const node of written) {
      node.#written(offset, length);
      await node.traffic.after(offset, data);
    }
  }

  #written(offset: number, length: number): void {
    const end = offset + length;
    this.highestWritten = Math.max(this.highestWritten, end);
    this.#mark(offset, length);
    if (this.writeThreshold === 0 || end <= this.writeThreshold) return;
    this.onThreshold(end - this.writeThreshold);
    this.writeThreshold = 0;
  }

  #mark(offset: number, length: number): void {
    for (const bitmap of this.bitmaps.values()) if (bitmap.recording) bitmap.mark(offset, length);
  }

  async flush(): Promise<void> {
    if (!this.readOnly && !this.cache['no-flush']) await this.#file.flush();
  }

  async resize(size: number): Promise<void> {
    await this.#file.resize(size);
    for (const bitmap of this.bitmaps.values()) bitmap.resize(size);
  }

  allocated(): Promise<number> {
    return this.#file.allocated();
  }

  /** Lets go of the file below, whose node it is. */
  async close(): Promise<void> {
    if (!this.child) await this.#file.close();
  }
}
