import type {
  FileStatus,
  FileSystemStatus,
  FileTimes,
  FolderFile,
  FolderPath,
  HostFolder,
  OpenMode,
} from '../../host/types.ts';
import { E, NinepError, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from './protocol.ts';

const METADATA = '.virtfs_metadata';
const ROOT_METADATA = '.virtfs_metadata_root';
const HIDDEN: readonly string[] = [METADATA, ROOT_METADATA];
const FILE_PERMISSIONS = 0o600;
const FOLDER_PERMISSIONS = 0o700;
const LINK_PERMISSIONS = 0o777;
const MOST_METADATA = 1024;
const MOST_TARGET = 4096;

type Key = 'uid' | 'gid' | 'mode' | 'rdev';
type Metadata = Partial<Record<Key, number>>;
const KEYS: readonly Key[] = ['uid', 'gid', 'mode', 'rdev'];

/**
 * A folder whose files belong to this process, while the guest sees owners, permissions and kinds of its own: they are
 * kept in files beside, `.virtfs_metadata/NAME`, as lines `virtfs.uid=0`. Symbolic links are files with their target.
 */
export class MappedFolder implements HostFolder {
  readonly #inner: HostFolder;

  constructor(inner: HostFolder) {
    this.#inner = inner;
  }

  async status(path: FolderPath): Promise<FileStatus> {
    check(path);
    const status = await this.#inner.status(path);
    const { uid, gid, mode, rdev } = await this.#metadata(path);
    return {
      ...status,
      uid: uid ?? status.uid,
      gid: gid ?? status.gid,
      mode: mode ?? status.mode,
      rdev: rdev === undefined ? status.rdev : BigInt(rdev),
    };
  }

  fileSystem(path: FolderPath): Promise<FileSystemStatus> {
    check(path);
    return this.#inner.fileSystem(path);
  }

  async list(path: FolderPath): Promise<string[]> {
    check(path);
    return (await this.#inner.list(path)).filter(name => !HIDDEN.includes(name));
  }

  async open(path: FolderPath, mode: OpenMode): Promise<FolderFile> {
    check(path);
    return this.#mapped(path, await this.#inner.open(path, mode));
  }

  /** What is kept belongs to an open file as long as it has its name. */
  #mapped(path: FolderPath, file: FolderFile): FolderFile {
    return {
      read: (offset, length) => file.read(offset, length),
      write: (offset, data, cancelled) => file.write(offset, data, cancelled),
      sync: dataOnly => file.sync(dataOnly),
      status: async () => {
        const own = await file.status();
        const named = await this.status(path).catch(() => own);
        return named.inode === own.inode ? named : own;
      },
      close: () => file.close(),
    };
  }

  async create(
    path: FolderPath,
    mode: OpenMode,
    permissions: number,
    exclusive: boolean,
  ): Promise<FolderFile> {
    check(path);
    const isNew = exclusive || !(await this.#exists(path));
    const file = await this.#inner.create(path, mode, FILE_PERMISSIONS, exclusive);
    if (isNew) await this.#change(path, { mode: S_IFREG | permissions });
    return this.#mapped(path, file);
  }

  async makeFolder(path: FolderPath, permissions: number): Promise<void> {
    check(path);
    await this.#inner.makeFolder(path, FOLDER_PERMISSIONS);
    await this.#change(path, { mode: S_IFDIR | permissions });
  }

  async symlink(path: FolderPath, target: string): Promise<void> {
    check(path);
    await this.#makeFile(
      path,
      Uint8Array.from(target, char => char.charCodeAt(0)),
    );
    await this.#change(path, { mode: S_IFLNK | LINK_PERMISSIONS });
  }

  async makeNode(path: FolderPath, mode: number, device: number): Promise<void> {
    check(path);
    await this.#makeFile(path, new Uint8Array(0));
    await this.#change(path, { mode, rdev: device });
  }

  async #makeFile(path: FolderPath, content: Uint8Array): Promise<void> {
    const file = await this.#inner.create(path, { access: 'w' }, FILE_PERMISSIONS, true);
    try {
      await file.write(0, content);
    } finally {
      await file.close();
    }
  }

  async readLink(path: FolderPath): Promise<string> {
    check(path);
    return byteString(await this.#contents(path, MOST_TARGET));
  }

  async link(from: FolderPath, to: FolderPath): Promise<void> {
    check(from);
    check(to);
    await this.#inner.link(from, to);
    await this.#makeMetadataFolder(to);
    await ignoring(E.noEntry, this.#inner.link(metadataPath(from), metadataPath(to)));
  }

  async rename(from: FolderPath, to: FolderPath): Promise<void> {
    check(from);
    check(to);
    await this.#inner.rename(from, to);
    await ignoring(E.noEntry, this.#inner.remove(metadataPath(to), 'file'));
    await this.#makeMetadataFolder(to);
    await ignoring(E.noEntry, this.#inner.rename(metadataPath(from), metadataPath(to)));
  }

  async remove(path: FolderPath, kind: 'file' | 'folder'): Promise<void> {
    check(path);
    if (kind === 'folder' && (await this.list(path)).length === 0) {
      await ignoring(E.noEntry, this.#inner.remove([...path, METADATA], 'folder'));
    }
    await this.#inner.remove(path, kind);
    await ignoring(E.noEntry, this.#inner.remove(metadataPath(path), 'file'));
  }

  async setPermissions(path: FolderPath, permissions: number): Promise<void> {
    const { mode } = await this.status(path);
    await this.#change(path, { mode: (mode & S_IFMT) | permissions });
  }

  async setOwner(path: FolderPath, uid: number, gid: number): Promise<void> {
    check(path);
    await this.#change(path, { uid, gid });
  }

  setSize(path: FolderPath, size: bigint): Promise<void> {
    check(path);
    return this.#inner.setSize(path, size);
  }

  setTimes(path: FolderPath, times: FileTimes): Promise<void> {
    check(path);
    return this.#inner.setTimes(path, times);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #exists(path: FolderPath): Promise<boolean> {
    return (await ignoring(E.noEntry, this.#inner.status(path))) !== undefined;
  }

  async #contents(path: FolderPath, most: number): Promise<Uint8Array> {
    const file = await this.#inner.open(path, { access: 'r' });
    try {
      return await file.read(0, most);
    } finally {
      await file.close();
    }
  }

  async #metadata(path: FolderPath): Promise<Metadata> {
    const bytes = await ignoring(E.noEntry, this.#contents(metadataPath(path), MOST_METADATA));
    const metadata: Metadata = {};
    for (const [, key, value] of byteString(bytes ?? new Uint8Array(0)).matchAll(
      /^virtfs\.(uid|gid|mode|rdev)=(\d+)$/gm,
    )) {
      metadata[key as Key] = Number(value) >>> 0;
    }
    return metadata;
  }

  async #change(path: FolderPath, changes: Metadata): Promise<void> {
    const metadata = { ...(await this.#metadata(path)), ...changes };
    const lines = KEYS.filter(key => metadata[key] !== undefined).map(
      key => `virtfs.${key}=${metadata[key]}\n`,
    );
    await this.#makeMetadataFolder(path);
    const mode = { access: 'w', truncate: true } as const;
    const file = await this.#inner.create(metadataPath(path), mode, FILE_PERMISSIONS, false);
    try {
      await file.write(
        0,
        Uint8Array.from(lines.join(''), char => char.charCodeAt(0)),
      );
    } finally {
      await file.close();
    }
  }

  async #makeMetadataFolder(path: FolderPath): Promise<void> {
    if (path.length === 0) return;
    const folder = [...path.slice(0, -1), METADATA];
    await ignoring(E.exists, this.#inner.makeFolder(folder, FOLDER_PERMISSIONS));
  }
}

function metadataPath(path: FolderPath): FolderPath {
  const name = path.at(-1);
  return name === undefined ? [ROOT_METADATA] : [...path.slice(0, -1), METADATA, name];
}

/** What is kept beside the files is no business of the guest. @throws NinepError */
function check(path: FolderPath): void {
  if (path.some(name => HIDDEN.includes(name))) throw new NinepError(E.invalid);
}

function byteString(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

async function ignoring<T>(errno: number, operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if ((error as { errno?: number }).errno === errno) return undefined;
    throw error;
  }
}
