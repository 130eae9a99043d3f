import { DebugFile } from '../debug-file.ts';
import type { Drive } from '../drive.ts';
import { SECTOR_SIZE } from '../drive.ts';
import type { BlockNode } from '../node.ts';
import { OverlayFile } from '../overlay-file.ts';
import { writeZeroesTo } from '../zeroes.ts';
import { TesterError } from './errors.ts';

/** What commands work on: a drive with its limits and statistics, or a node of the graph. */
export class TestedImage {
  readonly drive: Drive | null;
  readonly #node: BlockNode | null;

  constructor(which: Drive | BlockNode) {
    this.drive = 'stats' in which ? which : null;
    this.#node = 'stats' in which ? null : which;
  }

  /** Null for a drive without a medium. */
  get nodeOrNone(): BlockNode | null {
    return this.drive ? this.drive.node : this.#node;
  }

  /** @throws Error */
  get node(): BlockNode {
    const node = this.nodeOrNone;
    if (!node) throw new Error('No medium found');
    return node;
  }

  /** Bytes of whole sectors. @throws Error */
  get size(): number {
    return Math.ceil(this.node.size / SECTOR_SIZE) * SECTOR_SIZE;
  }

  /** The node below with errors and breakpoints. @throws TesterError that begins with `failure` if there is none */
  debugFile(failure: string): DebugFile {
    const [first] = this.#debugFiles();
    if (!first) throw new TesterError(`${failure}: Operation not supported`);
    return first;
  }

  *#debugFiles(): Iterable<DebugFile> {
    for (let node = this.nodeOrNone; node; node = node.child) {
      if (node.driver === 'blkdebug' && node.file instanceof DebugFile) yield node.file;
    }
  }

  /** Requests that stand still at breakpoints. */
  get suspended(): number {
    let count = 0;
    for (const { breakpoints } of this.#debugFiles()) count += breakpoints.suspended;
    return count;
  }

  /** @throws TesterError */
  checkWritable(): void {
    if (this.nodeOrNone?.readOnly) throw new TesterError('Block node is read-only');
  }

  /** @throws Error for what is not in the image */
  checkRange(offset: bigint, length: bigint): void {
    if (offset + length > BigInt(this.size)) throw new Error('Input/output error');
  }

  /** @throws Error */
  async read(offset: bigint, length: bigint): Promise<Uint8Array> {
    this.checkRange(offset, length);
    const at = Number(offset);
    return this.drive ? this.drive.read(at, Number(length)) : this.node.read(at, Number(length));
  }

  /** @throws Error */
  async write(offset: bigint, data: Uint8Array): Promise<void> {
    this.checkRange(offset, BigInt(data.length));
    await (this.drive ?? this.node).write(Number(offset), data);
  }

  /** @throws Error */
  async writeZeroes(offset: bigint, length: bigint): Promise<void> {
    this.checkRange(offset, length);
    await writeZeroesTo(this.drive ?? this.node, Number(offset), Number(length));
  }

  /** A drive without a medium has nothing to flush. @throws Error */
  async flush(): Promise<void> {
    await (this.drive ?? this.node).flush();
  }

  /** Bytes from `offset` on of which the same is true, and whether they are in this image and not in one below. */
  stretch(offset: number, length: number): { readonly length: number; readonly allocated: boolean } {
    const { file, size } = this.node;
    if (!(file instanceof OverlayFile)) return { length, allocated: true };
    const stretch = file.stretch(offset, length);
    const isLast = offset + stretch.length >= size; // the rest of its sector is nowhere
    return isLast ? { ...stretch, length } : stretch;
  }
}
