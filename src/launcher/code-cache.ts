import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';

/**
 * Where compiled code of a script may lie, best first: beside it, made when it was built, and in the user's cache.
 * The name tells apart what the engine would refuse: its version, its flags, the processor.
 * @param build tells builds of the script apart
 */
export function cacheFiles(folder: string, build: string, env: NodeJS.ProcessEnv): string[] {
  const name = `${build}-${process.version}-${cachedDataVersionTag().toString(16)}.bin`;
  const ofUser = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return [join(folder, 'code-cache', name), join(ofUser, 'hmp', 'code-cache', name)];
}

/** The first of the files that can be read. */
export function readCache(files: readonly string[]): Buffer | undefined {
  for (const file of files) {
    try {
      return readFileSync(file);
    } catch {} // most often it is just not there
  }
  return undefined;
}

/** Puts the code into the first place that can be written; without one, every start compiles. */
export function writeCache(files: readonly string[], code: Uint8Array): void {
  for (const file of files) {
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeWhole(file, code);
      return;
    } catch {} // a place that is not ours to write to
  }
}

/** The file is there as a whole or not at all. */
function writeWhole(file: string, code: Uint8Array): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, code, { flag: 'wx', mode: 0o644 });
  try {
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary);
    throw error;
  }
}
