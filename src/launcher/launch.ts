/**
 * Starts the program with its compiled code from the last time: compiling a megabyte of source took longer than a
 * script of a few commands. Both threads start here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { cacheFiles, readCache, writeCache } from './code-cache.ts';

declare const HMP_BUILD: string;

type Import = (specifier: string) => Promise<unknown>;
type Program = (require: NodeJS.Require, filename: string, load: Import) => void;

const filename = join(__dirname, 'program.js');
const files = cacheFiles(__dirname, HMP_BUILD, process.env);
const cached = readCache(files);
const script = new Script(readFileSync(filename, 'latin1'), {
  filename,
  ...(cached ? { cachedData: cached } : {}),
});
// Made at the end, the code has what ran compiled; a file that was refused is of another engine, or damaged.
if (isMainThread && (!cached || script.cachedDataRejected)) {
  process.once('exit', () => writeCache(files, script.createCachedData()));
}
(script.runInThisContext() as Program)(require, filename, specifier => import(specifier));
