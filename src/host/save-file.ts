import { randomBytes } from 'node:crypto';
import { type FileHandle, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { systemErrorText } from './system-error.ts';

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes a file whole or not at all: a regular one appears under its name when all is written,
 * what is no regular file (a device, a pipe) is written in place. @throws Error worded as QEMU words it
 */
export async function saveFile(path: string, chunks: Chunks): Promise<void> {
  if (await isSpecial(path)) {
    await writeTo(path, 'w', chunks, `Could not open '${path}'`);
    return;
  }
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeTo(draft, 'wx', chunks, `Could not open '${path}'`);
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

async function writeTo(path: string, flags: string, chunks: Chunks, refused: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(path, flags);
  } catch (error) {
    throw new Error(`${refused}: ${systemErrorText(error)}`);
  }
  try {
    // What goes wrong in the source of the chunks is told as it is.
    for await (const chunk of chunks) await writeChunk(handle, path, chunk);
  } finally {
    await handle.close();
  }
}

async function writeChunk(handle: FileHandle, path: string, chunk: Uint8Array): Promise<void> {
  try {
    await handle.writeFile(chunk);
  } catch (error) {
    throw new Error(`Could not write '${path}': ${systemErrorText(error)}`);
  }
}
