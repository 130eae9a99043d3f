import type { BlockFile, Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { BlkdebugInjectErrorOptions } from '../../qapi/generated/types.ts';
import { DebugFile, parseDebugRules } from './debug-file.ts';
import { type ImageOptions, NULL_FILE, parseDiskSize } from './drive-options.ts';
import { MemoryDisk } from './memory-disk.ts';
import { BlockNode, type CacheMode } from './node.ts';
import { NullDisk } from './null-disk.ts';

const NULL_SIZE = 2 ** 30;
export const DEFAULT_CACHE: CacheMode = { writeback: true, direct: false, 'no-flush': false };

/** What an image is opened with: the part of the host that opens files. */
export type ImageHost = Pick<Host, 'openBlockFile'>;

interface NodeWishes {
  readonly name?: string | undefined;
  readonly readOnly: boolean;
  readonly cache: CacheMode;
}

/** All block nodes by name. */
export class BlockGraph {
  readonly #host: ImageHost;
  readonly #nodes = new Map<string, BlockNode>();
  #next = 0;

  constructor(host: ImageHost) {
    this.#host = host;
  }

  get(name: string): BlockNode | undefined {
    return this.#nodes.get(name);
  }

  /** Newest first. */
  all(): BlockNode[] {
    return [...this.#nodes.values()].reverse();
  }

  /** The name wanted, or one of our own. @throws QmpError when it is taken or none */
  nameFor(wanted: string | undefined): string {
    if (wanted === undefined) {
      const name = `#block${String(this.#next++).padStart(3, '0')}`;
      return name;
    }
    if (!/^[A-Za-z][A-Za-z0-9._-]{0,30}$/.test(wanted)) throw new QmpError(`Invalid node-name: '${wanted}'`);
    if (this.#nodes.has(wanted)) throw new QmpError(`Duplicate nodes with node-name='${wanted}'`);
    return wanted;
  }

  add(node: BlockNode): BlockNode {
    this.#nodes.set(node.name, node);
    return node;
  }

  /** Opens an image and puts a raw node on its file. @throws QmpError with the host's reason */
  async openImage(image: ImageOptions): Promise<BlockNode> {
    const { readOnly, cache } = image;
    const top = image.nodeName === undefined ? undefined : this.nameFor(image.nodeName);
    if (image.format === 'null-co') return this.#nullNode(top, image);
    const child =
      image.file === NULL_FILE
        ? this.addNull({ readOnly, cache, size: image.size ?? NULL_SIZE })
        : await this.openFile(image.file, { readOnly, cache });
    return this.addRaw(child, { name: top, readOnly, cache, probed: image.format === undefined });
  }

  #nullNode(name: string | undefined, { readOnly, cache }: ImageOptions): BlockNode {
    return this.addNull({ name, readOnly, cache, size: NULL_SIZE });
  }

  /** A node for a file of the host, or for `mem:SIZE`. @throws QmpError with the host's reason */
  async openFile(
    fileName: string,
    options: { name?: string | undefined; readOnly: boolean; cache: CacheMode },
  ): Promise<BlockNode> {
    const file = await this.#open(fileName, options.readOnly);
    const { readOnly, cache } = options;
    return this.add(
      new BlockNode({ name: this.nameFor(options.name), driver: 'file', fileName, readOnly, cache }, file),
    );
  }

  addRaw(
    child: BlockNode,
    options: { name?: string | undefined; readOnly: boolean; cache: CacheMode; probed?: boolean },
  ): BlockNode {
    const { readOnly, cache, probed = false } = options;
    const name = this.nameFor(options.name);
    const { fileName } = child;
    return this.add(
      new BlockNode({ name, driver: 'raw', fileName, readOnly, cache, child, probed }, child.file),
    );
  }

  /** A node that fails where the rules want it to; those in the file come after the others. @throws QmpError */
  async addDebug(
    child: BlockNode,
    options: NodeWishes & { rules: readonly BlkdebugInjectErrorOptions[]; config?: string },
  ): Promise<BlockNode> {
    const { rules, config, readOnly, cache } = options;
    const more = config === undefined ? [] : parseDebugRules(await this.#text(config));
    const name = this.nameFor(options.name);
    const fileName = `blkdebug:${config ?? ''}:${child.fileName}`;
    const file = new DebugFile(child.file, [...rules, ...more]);
    return this.add(new BlockNode({ name, driver: 'blkdebug', fileName, readOnly, cache, child }, file));
  }

  /** @throws QmpError */
  async #text(path: string): Promise<string> {
    try {
      const file = await this.#host.openBlockFile(path, { readOnly: true });
      return new TextDecoder().decode(await file.read(0, file.size).finally(() => file.close()));
    } catch (error) {
      const reason = (error as Error).message.replace(/^Could not open '.*': /, '');
      throw new QmpError(`Could not read blkdebug config file: ${reason}`);
    }
  }

  addNull(options: {
    name?: string | undefined;
    readOnly: boolean;
    cache: CacheMode;
    size: number;
  }): BlockNode {
    const { readOnly, cache, size } = options;
    const fileName = size === NULL_SIZE ? 'null-co://' : `json:{"driver": "null-co", "size": ${size}}`;
    const name = this.nameFor(options.name);
    return this.add(
      new BlockNode({ name, driver: 'null-co', fileName, readOnly, cache }, new NullDisk(size)),
    );
  }

  /** Closes a node and those below it, as far as nobody else uses them. */
  async release(node: BlockNode): Promise<void> {
    if (node.users > 0 || node.monitorOwned || !this.#nodes.delete(node.name)) return;
    await node.close();
    if (!node.child) return;
    node.child.users--;
    await this.release(node.child);
  }

  async #open(file: string, readOnly: boolean): Promise<BlockFile> {
    if (file.startsWith('mem:')) return new MemoryDisk(parseDiskSize(file.slice('mem:'.length)), readOnly);
    try {
      return await this.#host.openBlockFile(file, { readOnly });
    } catch (error) {
      throw new QmpError(error instanceof Error ? error.message : String(error));
    }
  }
}
