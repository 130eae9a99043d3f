import { type BigIntStats, constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { FolderHandle, viaDescriptor } from './folder-handle.ts';
import { systemErrorText } from './system-error.ts';
import type {
  FileStatus,
  FileSystemStatus,
  FileTimes,
  FolderFile,
  FolderPath,
  HostFolder,
  OpenMode,
} from './types.ts';

const { O_RDONLY, O_WRONLY, O_RDWR, O_TRUNC, O_APPEND, O_SYNC, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } =
  constants;
const ACCESS = { r: O_RDONLY, w: O_WRONLY, rw: O_RDWR } as const;
const ENXIO = 6;
const EISDIR = 21;

/** Opens a folder to share with the guest. @throws Error with the host's reason */
export async function openFolder(path: string): Promise<HostFolder> {
  try {
    return new NodeFolder(await FolderHandle.open(path));
  } catch (error) {
    throw new Error(systemErrorText(error));
  }
}

function flagsOf({ access, truncate, append, sync }: OpenMode): number {
  return (
    ACCESS[access] | (truncate ? O_TRUNC : 0) | (append ? O_APPEND : 0) | (sync ? O_SYNC : 0) | O_NONBLOCK
  );
}

/** A folder of the host by its descriptor; paths are walked anew from there for each operation. */
class NodeFolder implements HostFolder {
  readonly #top: FolderHandle;

  constructor(top: FolderHandle) {
    this.#top = top;
  }

  status(path: FolderPath): Promise<FileStatus> {
    return translated(() =>
      this.#top.withNode(path, async node => statusOf(await node.stat({ bigint: true }))),
    );
  }

  fileSystem(path: FolderPath): Promise<FileSystemStatus> {
    return translated(() =>
      this.#top.withNode(path, async node => {
        const found = await fs.statfs(viaDescriptor(node.fd), { bigint: true });
        return {
          type: Number(found.type),
          blockSize: Number(found.bsize),
          blocks: found.blocks,
          free: found.bfree,
          available: found.bavail,
          files: found.files,
          freeFiles: found.ffree,
        };
      }),
    );
  }

  list(path: FolderPath): Promise<string[]> {
    return translated(() =>
      this.#top.withFolder(path, folder => fs.readdir(viaDescriptor(folder.fd), { encoding: 'latin1' })),
    );
  }

  open(path: FolderPath, mode: OpenMode): Promise<FolderFile> {
    return translated(() =>
      this.#top.withNode(path, async node => {
        await refuseSpecial(node);
        return new NodeFile(await fs.open(viaDescriptor(node.fd), flagsOf(mode)));
      }),
    );
  }

  create(path: FolderPath, mode: OpenMode, permissions: number, exclusive: boolean): Promise<FolderFile> {
    const flags = flagsOf(mode) | O_CREAT | O_NOFOLLOW | (exclusive ? O_EXCL : 0);
    return translated(() =>
      this.#top.withParent(path, async place => {
        const file = await fs.open(place, flags, permissions);
        try {
          await refuseSpecial(file);
          return new NodeFile(file);
        } catch (error) {
          await file.close();
          throw error;
        }
      }),
    );
  }

  makeFolder(path: FolderPath, permissions: number): Promise<void> {
    return translated(() => this.#top.withParent(path, place => fs.mkdir(place, permissions).then(() => {})));
  }

  symlink(path: FolderPath, target: string): Promise<void> {
    return translated(() =>
      this.#top.withParent(path, place => fs.symlink(Buffer.from(target, 'latin1'), place)),
    );
  }

  readLink(path: FolderPath): Promise<string> {
    return translated(() => this.#top.withParent(path, place => fs.readlink(place, { encoding: 'latin1' })));
  }

  link(from: FolderPath, to: FolderPath): Promise<void> {
    return translated(() =>
      this.#top.withParent(from, source => this.#top.withParent(to, place => fs.link(source, place))),
    );
  }

  rename(from: FolderPath, to: FolderPath): Promise<void> {
    return translated(() =>
      this.#top.withParent(from, source => this.#top.withParent(to, place => fs.rename(source, place))),
    );
  }

  remove(path: FolderPath, kind: 'file' | 'folder'): Promise<void> {
    return translated(() =>
      this.#top.withParent(path, place => (kind === 'folder' ? fs.rmdir(place) : fs.unlink(place))),
    );
  }

  setPermissions(path: FolderPath, permissions: number): Promise<void> {
    return translated(() => this.#top.withNode(path, node => fs.chmod(viaDescriptor(node.fd), permissions)));
  }

  setOwner(path: FolderPath, uid: number, gid: number): Promise<void> {
    return translated(() => this.#top.withNode(path, node => fs.chown(viaDescriptor(node.fd), uid, gid)));
  }

  setSize(path: FolderPath, size: bigint): Promise<void> {
    return translated(() =>
      this.#top.withNode(path, async node => {
        await refuseSpecial(node);
        await fs.truncate(viaDescriptor(node.fd), Number(size));
      }),
    );
  }

  setTimes(path: FolderPath, { accessed, modified }: FileTimes): Promise<void> {
    return translated(() =>
      this.#top.withNode(path, async node => {
        const now = await node.stat({ bigint: true });
        const seconds = (nanoseconds: bigint) => Number(nanoseconds) / 1e9;
        await fs.utimes(
          viaDescriptor(node.fd),
          seconds(accessed ?? now.atimeNs),
          seconds(modified ?? now.mtimeNs),
        );
      }),
    );
  }

  close(): Promise<void> {
    return this.#top.close();
  }
}

/** A pipe or a device could keep who opens it waiting, or do anything. */
async function refuseSpecial(node: fs.FileHandle): Promise<void> {
  const found = await node.stat();
  if (found.isDirectory()) throw Object.assign(new Error('Is a directory'), { errno: -EISDIR });
  if (!found.isFile()) throw Object.assign(new Error('No such device or address'), { errno: -ENXIO });
}

class NodeFile implements FolderFile {
  readonly #handle: fs.FileHandle;

  constructor(handle: fs.FileHandle) {
    this.#handle = handle;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return translated(async () => {
      const { buffer, bytesRead } = await this.#handle.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
  }

  write(offset: number, data: Uint8Array): Promise<void> {
    return translated(async () => {
      for (let done = 0; done < data.length; ) {
        done += (await this.#handle.write(data, done, data.length - done, offset + done)).bytesWritten;
      }
    });
  }

  sync(dataOnly: boolean): Promise<void> {
    return translated(() => (dataOnly ? this.#handle.datasync() : this.#handle.sync()));
  }

  status(): Promise<FileStatus> {
    return translated(async () => statusOf(await this.#handle.stat({ bigint: true })));
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function statusOf(found: BigIntStats): FileStatus {
  return {
    mode: Number(found.mode),
    inode: found.ino,
    device: found.dev,
    links: found.nlink,
    uid: Number(found.uid),
    gid: Number(found.gid),
    rdev: found.rdev,
    size: found.size,
    blockSize: found.blksize,
    blocks: found.blocks,
    accessed: found.atimeNs,
    modified: found.mtimeNs,
    changed: found.ctimeNs,
  };
}

const EINVAL = 22;

/** Node counts errors downwards from zero; who asks wants Linux's numbers. */
async function translated<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException;
    throw Object.assign(new Error(systemErrorText(error)), {
      errno: errno === undefined ? EINVAL : Math.abs(errno),
    });
  }
}
