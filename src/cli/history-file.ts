import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HistoryStore } from '../monitor/index.ts';

const OWNER_ONLY = 0o600;

/**
 * Command lines of earlier runs, one a line. A history that cannot be written must never
 * be in the way of the monitor: such errors leave the history to this run alone.
 */
export function historyFile(path: string): HistoryStore {
  return {
    async load() {
      try {
        return (await readFile(path, 'utf8')).split('\n').filter(line => line !== '');
      } catch {
        return [];
      }
    },
    append: line =>
      quietly(async () => {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await appendFile(path, `${line}\n`, { mode: OWNER_ONLY });
      }),
    replace: lines =>
      quietly(async () => {
        const temporary = `${path}.${process.pid}`;
        await writeFile(temporary, `${lines.join('\n')}\n`, { mode: OWNER_ONLY });
        await rename(temporary, path);
      }),
  };
}

async function quietly(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch {
    // read-only home, full disk: see above
  }
}
