import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saveFile } from './save-file.ts';

describe('saving a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hmp-save-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes all chunks in their order', async () => {
    const path = join(folder, 'dump');
    await saveFile(path, [Uint8Array.of(1, 2), Uint8Array.of(3)]);
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
  });

  it('writes chunks at places of theirs, and keeps the file to its owner', async () => {
    const path = join(folder, 'dump');
    const chunks = [
      { at: 3, bytes: Uint8Array.of(4) },
      { at: 1, bytes: Uint8Array.of(2, 3) },
    ];
    await saveFile(path, chunks, { private: true });
    expect([...readFileSync(path)]).toEqual([0, 2, 3, 4]);
    expect(statSync(path).mode & 0o777).toBe(0o400);
  });

  it('leaves the old file and no other when writing breaks off', async () => {
    const path = join(folder, 'dump');
    writeFileSync(path, 'old');
    function* broken() {
      yield Uint8Array.of(1);
      throw new Error('memory is gone');
    }
    await expect(saveFile(path, broken())).rejects.toThrow('memory is gone');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['dump']);
  });

  it('writes through a link, and to a device', async () => {
    writeFileSync(join(folder, 'real'), 'old');
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    await saveFile(join(folder, 'link'), [new TextEncoder().encode('new')]);
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');
    await saveFile('/dev/null', [Uint8Array.of(1)]);
  });

  it('names the file and the reason', async () => {
    const path = join(folder, 'nowhere', 'dump');
    await expect(saveFile(path, [])).rejects.toThrow(`Could not open '${path}': No such file or directory`);
    await expect(saveFile('', [])).rejects.toMatchObject({ cause: 'No such file or directory' });
    await expect(saveFile(folder, [])).rejects.toThrow(`Could not open '${folder}': Is a directory`);
  });
});
