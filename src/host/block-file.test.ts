import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBlockFile } from './block-file.ts';

describe('openBlockFile', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hmp-block-'));
    path = join(folder, 'disk.raw');
    writeFileSync(
      path,
      Uint8Array.from({ length: 1000 }, (_, index) => index & 0xff),
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads, with zeros past the end', async () => {
    const file = await openBlockFile(path, { readOnly: true });
    expect(file.size).toBe(1000);
    expect([...(await file.read(998, 4))]).toEqual([230, 231, 0, 0]);
    expect(await file.allocated()).toBeGreaterThan(0);
    await file.close();
  });

  it('writes in place', async () => {
    const file = await openBlockFile(path, { readOnly: false });
    await file.write(10, Uint8Array.of(1, 2, 3));
    await file.flush();
    await file.close();
    expect([...readFileSync(path).subarray(9, 14)]).toEqual([9, 1, 2, 3, 13]);
  });

  it('refuses to write what was opened for reading', async () => {
    const file = await openBlockFile(path, { readOnly: true });
    await expect(file.write(0, Uint8Array.of(1))).rejects.toThrow();
    await file.close();
  });

  it('says why a file cannot be opened', async () => {
    const missing = join(folder, 'none');
    await expect(openBlockFile(missing, { readOnly: false })).rejects.toThrow(
      `Could not open '${missing}': No such file or directory`,
    );
    await expect(openBlockFile(folder, { readOnly: true })).rejects.toThrow('Is a directory');
  });
});
