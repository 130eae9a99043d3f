import type {
  FileStatus,
  FileSystemStatus,
  FolderAttributes,
  FolderFile,
  FolderPath,
  HostFolder,
} from '../../host/types.ts';
import { E, NinepError, S_IFDIR, S_IFREG } from './protocol.ts';

const FILE_SYSTEM_TYPE = 0xabcd;
const BLOCK_SIZE = 512;
const WRITE_BITS = 0o222;

/** What a file without contents does when it is read or written; absent: it refuses. */
interface FileBehaviour {
  read?(length: number): Uint8Array;
  write?(data: Uint8Array, cancelled: Promise<void>): Promise<void>;
}

interface Node {
  readonly inode: number;
  readonly mode: number;
  /** Of a folder, the newest first. */
  readonly children: Map<string, Node> | null;
  readonly behaviour: FileBehaviour;
}

/**
 * A tree of folders and files that exists in memory only (`-fsdev synth`). The guest may look at it, and open its files, which
 * do what they were made to do; it cannot change the tree. Whatever it sets of a file's times and extended attributes
 * is accepted and forgotten.
 */
export class SynthFolder implements HostFolder {
  readonly #root: Node = { inode: 0, mode: S_IFDIR | 0o555, children: new Map(), behaviour: {} };
  #nodes = 0;

  /** Adds a folder, which nobody may write to. @returns its path */
  addFolder(parent: FolderPath, name: string, permissions: number): FolderPath {
    return this.#add(parent, name, S_IFDIR | (permissions & ~WRITE_BITS), new Map(), {});
  }

  addFile(parent: FolderPath, name: string, permissions: number, behaviour: FileBehaviour = {}): void {
    this.#add(parent, name, S_IFREG | permissions, null, behaviour);
  }

  #add(
    parent: FolderPath,
    name: string,
    mode: number,
    children: Node['children'],
    behaviour: FileBehaviour,
  ): FolderPath {
    const siblings = this.#node(parent).children;
    if (!siblings) throw new NinepError(E.notDirectory);
    if (siblings.has(name)) throw new NinepError(E.exists);
    siblings.set(name, { inode: ++this.#nodes, mode, children, behaviour });
    return [...parent, name];
  }

  #node(path: FolderPath): Node {
    let node = this.#root;
    for (const name of path) {
      const child = node.children?.get(name);
      if (!child) throw new NinepError(E.noEntry);
      node = child;
    }
    return node;
  }

  async status(path: FolderPath): Promise<FileStatus> {
    return statusOf(this.#node(path), path.length === 0);
  }

  async fileSystem(): Promise<FileSystemStatus> {
    const none = { blocks: 0n, free: 0n, available: 0n, freeFiles: 0n };
    return { type: FILE_SYSTEM_TYPE, blockSize: BLOCK_SIZE, files: BigInt(this.#nodes), ...none };
  }

  async list(path: FolderPath): Promise<string[]> {
    return [...(this.#node(path).children?.keys() ?? [])].reverse();
  }

  async open(path: FolderPath): Promise<FolderFile> {
    const node = this.#node(path);
    const { behaviour } = node;
    return {
      read: async (_, length) => {
        if (!behaviour.read) throw new NinepError(E.perm);
        return behaviour.read(length);
      },
      write: async (_, data, cancelled = new Promise(() => {})) => {
        if (!behaviour.write) throw new NinepError(E.perm);
        await behaviour.write(data, cancelled);
      },
      sync: async () => {},
      status: async () => statusOf(node, false),
      close: async () => {},
    };
  }

  readonly attributes: FolderAttributes = {
    list: refuse(E.notSupported),
    get: refuse(E.notSupported),
    set: async () => {},
    remove: async () => {},
  };

  readonly create = refuse(E.noSystemCall);
  readonly readLink = refuse(E.noSystemCall);
  readonly setSize = refuse(E.noSystemCall);
  readonly makeFolder = refuse(E.perm);
  readonly makeNode = refuse(E.perm);
  readonly symlink = refuse(E.perm);
  readonly link = refuse(E.perm);
  readonly rename = refuse(E.perm);
  readonly remove = refuse(E.perm);
  readonly setPermissions = refuse(E.perm);
  readonly setOwner = refuse(E.perm);
  async setTimes(): Promise<void> {}
  async close(): Promise<void> {}
}

function refuse(errno: number): () => Promise<never> {
  return async () => {
    throw new NinepError(errno);
  };
}

/** Links of a folder: its name, its `.` and the `..` of each folder in it; the topmost folder is its own parent. */
function statusOf({ inode, mode, children }: Node, isRoot: boolean): FileStatus {
  const folders = [...(children?.values() ?? [])].filter(child => child.children).length;
  const links = children ? 2 + folders + (isRoot ? 1 : 0) : 1;
  return {
    mode,
    inode: BigInt(inode),
    links: BigInt(links),
    ...{ device: 0n, uid: 0, gid: 0, rdev: 0n, size: 0n, blockSize: 0n, blocks: 0n },
    ...{ accessed: 0n, modified: 0n, changed: 0n },
  };
}
