import { randomBytes } from 'node:crypto';
import { type FileHandle, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { systemErrorText } from './system-error.ts';
import type { FileChunk, FileChunks, SaveOptions } from './types.ts';

/** Permissions of a private file. */
const OWNER_READS = 0o400;

/**
 * Writes a file whole or not at all: a regular one appears under its name when all is written,
 * what is no regular file (a device, a pipe) is written in place. @throws Error worded as QEMU words it, by its cause
 */
export async function saveFile(path: string, chunks: FileChunks, options: SaveOptions = {}): Promise<void> {
  const mode = options.private === true ? OWNER_READS : undefined;
  if (path === '' || (await isSpecial(path))) {
    await writeTo(path, path, 'w', chunks);
    return;
  }
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeTo(path, draft, 'wx', chunks, mode);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Links are written through, as everyone expects of a name that they chose. */
async function isSpecial(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (!found) return false;
  return !found.isFile() || (await lstat(path)).isSymbolicLink();
}

async function writeTo(path: string, file: string, flags: string, chunks: FileChunks, mode?: number) {
  let handle: FileHandle;
  try {
    handle = await open(file, flags, mode);
  } catch (error) {
    throw failure(`Could not open '${path}'`, error);
  }
  try {
    // What goes wrong in the source of the chunks is told as it is.
    for await (const chunk of chunks) await writeChunk(handle, path, chunk);
  } finally {
    await handle.close();
  }
}

async function writeChunk(handle: FileHandle, path: string, chunk: FileChunk): Promise<void> {
  try {
    if (chunk instanceof Uint8Array) await handle.writeFile(chunk);
    else if (chunk.at === undefined) await handle.writeFile(chunk.bytes);
    else await writeAt(handle, chunk.bytes, chunk.at);
  } catch (error) {
    throw failure(`Could not write '${path}'`, error);
  }
}

async function writeAt(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

function failure(what: string, error: unknown): Error {
  const reason = systemErrorText(error);
  return new Error(`${what}: ${reason}`, { cause: reason });
}
