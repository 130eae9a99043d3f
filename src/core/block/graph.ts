import type { BlockFile, Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { BlockdevDetectZeroesOptions } from '../../qapi/generated/types.ts';
import { DebugFile, parseDebugRules } from './debug-file.ts';
import { checkAlignment, DEBUG_PREFIX, type DebugOptions, splitDebugName } from './debug-options.ts';
import { type FileOptions, type ImageOptions, NULL_FILE, parseDiskSize } from './drive-options.ts';
import { MemoryDisk } from './memory-disk.ts';
import { BlockNode, type CacheMode } from './node.ts';
import { NullDisk } from './null-disk.ts';
import { OverlayFile } from './overlay-file.ts';

const NULL_SIZE = 2 ** 30;
/** Reasons for which a file can perhaps be read at least. */
const PROTECTED = /(Permission denied|Operation not permitted|Read-only file system)$/;
export const DEFAULT_CACHE: CacheMode = { writeback: true, direct: false, 'no-flush': false };

/** Of what does not last: nothing need reach the disk. */
const PASSING_CACHE: CacheMode = { writeback: true, direct: false, 'no-flush': true };

/** What an image is opened with: the part of the host that opens files. */
export type ImageHost = Pick<Host, 'openBlockFile' | 'openTemporaryFile'>;

interface NodeWishes {
  readonly name?: string | undefined;
  readonly readOnly: boolean;
  readonly cache: CacheMode;
  readonly detectZeroes?: BlockdevDetectZeroesOptions | undefined;
}

/** How an image with its changes is named, as JSON that says what is on what. */
function overlayName({ driver, fileName, child }: BlockNode): string {
  const file = child && { driver: child.driver, filename: child.fileName };
  const backing = { driver, ...(file ? { file } : { filename: fileName }) };
  const text = JSON.stringify({ backing, driver: 'overlay' });
  return `json:${text.replaceAll('":', '": ').replaceAll(',"', ', "')}`;
}

function debugOf(name: string): NonNullable<FileOptions['debug']> {
  const { config, image } = splitDebugName(name);
  return { config, rules: [], image: { file: image } };
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
    if (image.snapshot) return this.#openSnapshot({ ...image, snapshot: false });
    const { readOnly, cache, detectZeroes } = image;
    const name = image.nodeName === undefined ? undefined : this.nameFor(image.nodeName);
    const wishes = { name, readOnly, cache, detectZeroes };
    if (image.format === 'null-co') return this.addNull({ ...wishes, size: NULL_SIZE });
    const child = await this.#openBelow(image, { readOnly, cache });
    return this.addRaw(child, { ...wishes, probed: image.format === undefined });
  }

  async #openBelow(
    { file, size, childName: name, debug: given }: FileOptions,
    wishes: Pick<NodeWishes, 'readOnly' | 'cache'>,
  ): Promise<BlockNode> {
    if (file === NULL_FILE) return this.addNull({ ...wishes, name, size: size ?? NULL_SIZE });
    const debug = given ?? (file.startsWith(DEBUG_PREFIX) ? debugOf(file) : undefined);
    if (!debug) return this.openFile(file, { ...wishes, name });
    const { image, ...more } = debug;
    const child = await this.#openBelow(image, wishes);
    return this.addDebug(child, { ...wishes, name, ...more });
  }

  /** An image that stays as it is: what changes goes to a file that is gone at the end. */
  async #openSnapshot(image: ImageOptions): Promise<BlockNode> {
    const { readOnly, detectZeroes } = image;
    const backing = await this.openImage({ ...image, readOnly: true, detectZeroes: 'off' });
    try {
      const file = new OverlayFile(backing.file, await this.#host.openTemporaryFile(), readOnly);
      const name = this.nameFor(undefined);
      const fileName = overlayName(backing);
      const wishes = { name, fileName, readOnly, detectZeroes, backing, cache: PASSING_CACHE };
      return this.add(new BlockNode({ ...wishes, driver: 'overlay' }, file));
    } catch (error) {
      await this.release(backing);
      throw new QmpError(`Could not create temporary overlay: ${(error as Error).message}`);
    }
  }

  /** Writes the changes of a node to the image below it. @throws Error with the host's reason, as QEMU words it */
  async commit(node: BlockNode): Promise<void> {
    const { backing, file } = node;
    if (!backing || !(file instanceof OverlayFile)) throw new Error('Operation not supported');
    const onHost = backing.driver !== 'null-co' && backing.child?.driver === 'file';
    const resume = await node.traffic.hold();
    try {
      const target = onHost && !backing.fileName.startsWith('mem:') ? await this.#writable(backing) : null;
      await file.commit(target ?? backing.file).finally(() => target?.close());
    } finally {
      resume();
    }
  }

  /** @throws Error with the reason alone */
  async #writable({ fileName }: BlockNode): Promise<BlockFile> {
    try {
      return await this.#host.openBlockFile(fileName, { readOnly: false });
    } catch (error) {
      throw new Error((error as Error).message.replace(/^Could not open '.*': /, ''));
    }
  }

  /** A node for a file of the host, or for `mem:SIZE`. @throws QmpError with the host's reason */
  async openFile(fileName: string, options: NodeWishes & { autoReadOnly?: boolean }): Promise<BlockNode> {
    const { autoReadOnly = false, ...wishes } = options;
    const file = await this.#open(fileName, wishes.readOnly, autoReadOnly);
    const name = this.nameFor(options.name);
    return this.add(new BlockNode({ ...wishes, name, driver: 'file', fileName }, file));
  }

  addRaw(child: BlockNode, options: NodeWishes & { probed?: boolean }): BlockNode {
    const name = this.nameFor(options.name);
    const { fileName } = child;
    return this.add(new BlockNode({ ...options, name, driver: 'raw', fileName, child }, child.file));
  }

  /**
   * A node that fails where the rules want it to; those in the file come after the others. If it cannot be had, a
   * child that nobody else has is gone as well. @throws QmpError
   */
  async addDebug(child: BlockNode, options: NodeWishes & DebugOptions): Promise<BlockNode> {
    try {
      return await this.#debugOn(child, options);
    } catch (error) {
      await this.release(child);
      throw error;
    }
  }

  async #debugOn(child: BlockNode, options: NodeWishes & DebugOptions): Promise<BlockNode> {
    const { rules, config, align = 0, ...wishes } = options;
    checkAlignment(align);
    const more = config === undefined ? [] : parseDebugRules(await this.#text(config));
    const name = this.nameFor(options.name);
    const fileName = `blkdebug:${config ?? ''}:${child.fileName}`;
    const file = new DebugFile(child.file, [...rules, ...more], align || 1);
    return this.add(new BlockNode({ ...wishes, name, driver: 'blkdebug', fileName, child }, file));
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

  addNull(options: NodeWishes & { size: number }): BlockNode {
    const { size, ...wishes } = options;
    const fileName = size === NULL_SIZE ? 'null-co://' : `json:{"driver": "null-co", "size": ${size}}`;
    const name = this.nameFor(options.name);
    return this.add(new BlockNode({ ...wishes, name, driver: 'null-co', fileName }, new NullDisk(size)));
  }

  /** Closes a node and those below it, as far as nobody else uses them. */
  async release(node: BlockNode): Promise<void> {
    if (node.users > 0 || node.monitorOwned || !this.#nodes.delete(node.name)) return;
    if (node.driver === 'blkdebug' && node.file instanceof DebugFile) node.file.breakpoints.clear();
    await node.close();
    for (const below of [node.child, node.backing]) {
      if (!below) continue;
      below.users--;
      await this.release(below);
    }
  }

  async #open(file: string, readOnly: boolean, autoReadOnly: boolean): Promise<BlockFile> {
    if (file.startsWith('mem:')) return new MemoryDisk(parseDiskSize(file.slice('mem:'.length)), readOnly);
    try {
      return await this.#host.openBlockFile(file, { readOnly });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (autoReadOnly && !readOnly && PROTECTED.test(reason)) return this.#open(file, true, false);
      throw new QmpError(reason);
    }
  }
}
