import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openLogFile } from './log-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'hmp-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a log file', () => {
  it('begins empty, and holds what was written at once', () => {
    const path = join(folder, 'log');
    openLogFile(path).write('old\n');
    const log = openLogFile(path);
    log.write('one\n');
    log.write('two\n');
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    log.close();
    log.close();
    log.write('late\n');
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  it('that cannot be opened says why', () => {
    expect(() => openLogFile(join(folder, 'nosuch', 'log'))).toThrow('No such file or directory');
  });
});
