import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cacheFiles, readCache, writeCache } from './code-cache.ts';

describe('the cache of compiled code', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hmp-cache-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('lies beside the program, or with the user', () => {
    const [beside, ofUser] = cacheFiles('/opt/hmp', 'b1', { XDG_CACHE_HOME: '/home/me/.cache' });
    expect(dirname(beside!)).toBe('/opt/hmp/code-cache');
    expect(dirname(ofUser!)).toBe('/home/me/.cache/hmp/code-cache');
    expect(beside).toContain(process.version);
    expect(cacheFiles('/opt/hmp', 'b2', {})[0]).not.toBe(beside);
  });

  it('is absent until it was written, and then read back', () => {
    const files = [join(folder, 'a', 'code.bin'), join(folder, 'b', 'code.bin')];
    expect(readCache(files)).toBeUndefined();
    writeCache(files, Buffer.from('code'));
    expect(readCache(files)?.toString()).toBe('code');
    expect(readdirSync(join(folder, 'a'))).toEqual(['code.bin']);
    expect(statSync(files[0]!).mode & 0o022).toBe(0);
  });

  it('goes to the next place where one cannot be written, and gives up without a word', () => {
    const blocked = join(folder, 'file');
    writeFileSync(blocked, '');
    const next = join(folder, 'c', 'code.bin');
    writeCache([join(blocked, 'code.bin'), next], Buffer.from('x'));
    expect(readCache([next])?.toString()).toBe('x');
    mkdirSync(join(folder, 'd', 'code.bin'), { recursive: true });
    writeCache([join(folder, 'd', 'code.bin')], Buffer.from('x')); // a folder stands in its place
    expect(readdirSync(join(folder, 'd'))).toEqual(['code.bin']);
  });
});
