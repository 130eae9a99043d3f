/**
 * Starts the program with its compiled code from the last time: compiling a megabyte of source took longer than a
 * script of a few commands. Both threads start here, each by a file of its own: asking Node which one this is would load
 * more of it than the program needs.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { cacheFiles, readCache, writeCache } from './code-cache.ts';

declare const HMP_BUILD: string;
/** Whether this is the thread of a machine beside a terminal. */
declare const HMP_MACHINE_THREAD: boolean;

type Import = (specifier: string) => Promise<unknown>;
type Program = (require: NodeJS.Require, filename: string, load: Import, machineThread: boolean) => void;

const filename = join(__dirname, 'program.js');
const files = cacheFiles(__dirname, HMP_BUILD, process.env);
const cached = readCache(files);
const script = new Script(readFileSync(filename, 'latin1'), {
  filename,
  ...(cached ? { cachedData: cached } : {}),
});
// Made at the end, the code has what ran compiled; a file that was refused is of another engine, or damaged.
if (!HMP_MACHINE_THREAD && (!cached || script.cachedDataRejected)) {
  process.once('exit', () => writeCache(files, script.createCachedData()));
}
(script.runInThisContext() as Program)(require, filename, specifier => import(specifier), HMP_MACHINE_THREAD);
