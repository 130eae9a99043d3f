import type {
  FileStatus,
  FileSystemStatus,
  FolderFile,
  FolderPath,
  HostFolder,
  OpenMode,
} from '../../host/types.ts';
import { E, NinepError, S_IFDIR, S_IFREG } from './protocol.ts';

/** Takes what is written to a file; `cancelled` resolves when its writer has lost interest. */
export type WriteTaker = (data: Uint8Array, cancelled: Promise<void>) => Promise<void>;

/** A file or a folder that there is in memory only. */
export interface SynthNode {
  /** Permissions, and whether it is a folder. */
  readonly mode: number;
  readonly children?: ReadonlyMap<string, SynthNode>;
  readonly write?: WriteTaker;
}

export function synthFolder(mode: number, children: Iterable<readonly [string, SynthNode]>): SynthNode {
  return { mode: S_IFDIR | mode, children: new Map(children) };
}

export function synthFile(mode: number, write?: WriteTaker): SynthNode {
  return { mode: S_IFREG | mode, ...(write ? { write } : {}) };
}

const NOT_PERMITTED = () => Promise.reject(new NinepError(E.perm));

/** A tree that nothing can be added to: `-fsdev synth`. Files are empty; some take what is written. */
export class SynthFolder implements HostFolder {
  readonly #root: SynthNode;
  readonly #inodes = new Map<SynthNode, bigint>();

  constructor(root: SynthNode) {
    this.#root = root;
  }

  async status(path: FolderPath): Promise<FileStatus> {
    return this.#statusOf(this.#find(path));
  }

  /** The latest first, which a test program of QEMU's counts on. */
  async list(path: FolderPath): Promise<string[]> {
    const { children } = this.#find(path);
    if (!children) throw new NinepError(E.notDirectory);
    return [...children.keys()].reverse();
  }

  async fileSystem(): Promise<FileSystemStatus> {
    return { type: 0, blockSize: 0, blocks: 0n, free: 0n, available: 0n, files: 0n, freeFiles: 0n };
  }

  async open(path: FolderPath, mode: OpenMode): Promise<FolderFile> {
    const node = this.#find(path);
    if (node.children) throw new NinepError(E.isDirectory);
    return {
      read: async () => new Uint8Array(0),
      write: async (_offset, data, cancelled) => {
        if (mode.access === 'r' || !node.write) throw new NinepError(E.perm);
        await node.write(data, cancelled ?? new Promise(() => {}));
      },
      sync: async () => {},
      status: async () => this.#statusOf(node),
      close: async () => {},
    };
  }

  readonly create = NOT_PERMITTED;
  readonly makeFolder = NOT_PERMITTED;
  readonly symlink = NOT_PERMITTED;
  readonly readLink = NOT_PERMITTED;
  readonly link = NOT_PERMITTED;
  readonly rename = NOT_PERMITTED;
  readonly remove = NOT_PERMITTED;
  readonly setPermissions = NOT_PERMITTED;
  readonly setOwner = NOT_PERMITTED;
  readonly setSize = NOT_PERMITTED;

  async setTimes(): Promise<void> {}
  async close(): Promise<void> {}

  /** @throws NinepError */
  #find(path: FolderPath): SynthNode {
    let node = this.#root;
    for (const name of path) {
      if (!node.children) throw new NinepError(E.notDirectory);
      const next = node.children.get(name);
      if (!next) throw new NinepError(E.noEntry);
      node = next;
    }
    return node;
  }

  #statusOf(node: SynthNode): FileStatus {
    const inode = this.#inodes.get(node) ?? BigInt(this.#inodes.size + 1);
    this.#inodes.set(node, inode);
    const folders = [...(node.children?.values() ?? [])].filter(({ children }) => children);
    return {
      ...{ mode: node.mode, inode, device: 0n, links: node.children ? BigInt(2 + folders.length) : 1n },
      ...{ uid: 0, gid: 0, rdev: 0n, size: 0n, blockSize: 0n, blocks: 0n },
      ...{ accessed: 0n, modified: 0n, changed: 0n },
    };
  }
}
