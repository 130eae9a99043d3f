import { constants, existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import type { FolderPath } from './types.ts';

const { O_DIRECTORY, O_NOFOLLOW } = constants;
/** Linux's flag for a descriptor that only names a file: Node does not list it. */
const O_PATH = 0o10000000;
const DESCRIPTORS = '/proc/self/fd';

/** The file that a descriptor stands for, as a path: the kernel goes there without looking at names. */
export function viaDescriptor(descriptor: number): string {
  return `${DESCRIPTORS}/${descriptor}`;
}

/** One name below a folder that is open: what openat(2) takes apart, in one path. */
function below(folder: fs.FileHandle, name: string): Buffer {
  return Buffer.from(`${viaDescriptor(folder.fd)}/${name}`, 'latin1');
}

/**
 * A folder by its descriptor. Paths below it are walked name by name, each with O_NOFOLLOW from the descriptor of the
 * one before, so that whatever others do to the tree meanwhile, the walk cannot leave it.
 */
export class FolderHandle {
  readonly #top: fs.FileHandle;

  /** Follows symbolic links: the user chose the name. @throws Error of Node */
  static async open(path: string): Promise<FolderHandle> {
    if (!existsSync(DESCRIPTORS)) throw new Error(`folders can be shared only where there is ${DESCRIPTORS}`);
    return new FolderHandle(await fs.open(path, O_PATH | O_DIRECTORY));
  }

  private constructor(top: fs.FileHandle) {
    this.#top = top;
  }

  /** Runs an action on what lies at the path, itself where it is a symbolic link. */
  async withNode<T>(path: FolderPath, action: (node: fs.FileHandle) => Promise<T>): Promise<T> {
    if (path.length === 0) return action(this.#top);
    return this.withParent(path, async place => {
      const node = await fs.open(place, O_PATH | O_NOFOLLOW);
      try {
        return await action(node);
      } finally {
        await node.close();
      }
    });
  }

  /** Runs an action on the place of the last name, which need not be there yet and must not be followed. */
  async withParent<T>(path: FolderPath, action: (place: Buffer) => Promise<T>): Promise<T> {
    const name = path.at(-1);
    if (name === undefined || !isName(name))
      throw Object.assign(new Error('invalid name'), { errno: -EINVAL });
    return this.withFolder(path.slice(0, -1), folder => action(below(folder, name)));
  }

  /** Runs an action on a folder. */
  async withFolder<T>(path: FolderPath, action: (folder: fs.FileHandle) => Promise<T>): Promise<T> {
    let folder = this.#top;
    try {
      for (const name of path) {
        if (!isName(name)) throw Object.assign(new Error('invalid name'), { errno: -EINVAL });
        const next = await fs.open(below(folder, name), O_PATH | O_DIRECTORY | O_NOFOLLOW);
        if (folder !== this.#top) await folder.close();
        folder = next;
      }
      return await action(folder);
    } finally {
      if (folder !== this.#top) await folder.close();
    }
  }

  close(): Promise<void> {
    return this.#top.close();
  }
}

const EINVAL = 22;

/** The caller promises it; here it is what the confinement rests on. */
function isName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0');
}
