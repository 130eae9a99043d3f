import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { historyFile } from './history-file.ts';

describe('historyFile', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hmp-history-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps lines across runs, readable by the owner alone', async () => {
    const path = join(folder, 'state', 'hmp', 'history');
    await historyFile(path).append('info status');
    await historyFile(path).append('stop');
    expect(await historyFile(path).load()).toEqual(['info status', 'stop']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await historyFile(path).replace(['stop']);
    expect(await historyFile(path).load()).toEqual(['stop']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('does without a file that cannot be had', async () => {
    const file = join(folder, 'not-a-folder');
    writeFileSync(file, '');
    const store = historyFile(join(file, 'history'));
    await store.append('x');
    await store.replace(['x']);
    expect(await store.load()).toEqual([]);
  });
});
