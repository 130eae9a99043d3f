import { randomBytes } from 'node:crypto';
import { readSync, writeSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { FdSetEntry } from '../core/config.ts';
import { resolveFdSet } from './descriptors.ts';
import { Promptness } from './promptness.ts';
import { systemErrorText } from './system-error.ts';
import type { BlockFile } from './types.ts';

/** Opens a raw image. @throws Error worded as QEMU words it */
export async function openBlockFile(
  path: string,
  options: { readOnly: boolean },
  fdSets: readonly FdSetEntry[] = [],
): Promise<BlockFile> {
  const handle = await openHandle(path, options.readOnly, fdSets);
  const { size } = await handle.stat();
  return new RawFile(handle, size, options.readOnly);
}

async function openHandle(
  path: string,
  readOnly: boolean,
  fdSets: readonly FdSetEntry[],
): Promise<FileHandle> {
  try {
    const handle = await open(resolveFdSet(fdSets, path, readOnly ? 'r' : 'rw'), readOnly ? 'r' : 'r+');
    if ((await handle.stat()).isDirectory()) {
      await handle.close();
      throw Object.assign(new Error(), { code: 'EISDIR' });
    }
    return handle;
  } catch (error) {
    throw new Error(`Could not open '${path}': ${systemErrorText(error)}`);
  }
}

/** Makes an image of zeroes, in place of one that is there. @throws Error with the system's words */
export async function createFile(path: string, size: number): Promise<void> {
  try {
    const handle = await open(path, 'w');
    await handle.truncate(size).finally(() => handle.close());
  } catch (error) {
    throw new Error(systemErrorText(error));
  }
}

/** A file of no name in the folder for temporary files. @throws Error with the system's words */
export async function openTemporaryFile(): Promise<BlockFile> {
  const path = join(process.env['TMPDIR'] || '/var/tmp', `vl.${randomBytes(8).toString('hex')}`);
  try {
    const handle = await open(path, 'wx+', 0o600);
    await unlink(path);
    return new RawFile(handle, 0, false);
  } catch (error) {
    throw new Error(systemErrorText(error));
  }
}

class RawFile implements BlockFile {
  size: number;
  readonly readOnly: boolean;
  readonly #handle: FileHandle;
  readonly #prompt = new Promptness();

  constructor(handle: FileHandle, size: number, readOnly: boolean) {
    this.#handle = handle;
    this.size = size;
    this.readOnly = readOnly;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    const { fd } = this.#handle;
    const first = this.#prompt.attempt(length, () => readSync(fd, bytes, 0, length, offset));
    for (let done = first ?? 0; done < length; ) {
      const { bytesRead } = await this.#handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) break; // past the end: the rest stays zero
      done += bytesRead;
    }
    return bytes;
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    const { fd } = this.#handle;
    const first = this.#prompt.attempt(data.length, () => writeSync(fd, data, 0, data.length, offset));
    for (let done = first ?? 0; done < data.length; ) {
      const { bytesWritten } = await this.#handle.write(data, done, data.length - done, offset + done);
      done += bytesWritten;
    }
  }

  async flush(): Promise<void> {
    await this.#handle.datasync();
  }

  async resize(size: number): Promise<void> {
    await this.#handle.truncate(size);
    this.size = size;
  }

  async allocated(): Promise<number> {
    const { blocks } = await this.#handle.stat();
    return blocks * 512;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
