import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseTable } from '../src/hx/index.ts';
import { completers, handlers } from './index.ts';
import { needs } from './needs.ts';

const TABLES = ['hx/hmp-commands.hx', 'hx/hmp-commands-info.hx'];
/** Listed so that they are known, though nothing here could answer them. */
const UNAVAILABLE = ['usbhost'];
const entries = TABLES.flatMap(file => parseTable(readFileSync(file, 'utf8'), file).entries);

describe('tables and handlers', () => {
  it.each(entries.map(entry => [entry.name, entry] as const))('%s has what it names', (_name, entry) => {
    expect((entry.cmd ?? entry.cmdInfoHrt) === undefined).toBe(UNAVAILABLE.includes(entry.name));
    if (entry.cmd !== undefined) expect(handlers).toHaveProperty(entry.cmd);
    if (entry.completion !== undefined) expect(completers).toHaveProperty(entry.completion);
    expect(entry.help).not.toBe('');
    expect(entry.doc).toContain('``');
  });

  it('every handler and completer is named by a table', () => {
    expect(Object.keys(handlers).sort()).toEqual(entries.flatMap(entry => entry.cmd ?? []).sort());
    const named = new Set(entries.flatMap(entry => entry.completion ?? []));
    expect(Object.keys(completers).sort()).toEqual([...named].sort());
  });

  it('needs.ts says of every handler what it asks of a server', () => {
    expect(Object.keys(needs).sort()).toEqual(Object.keys(handlers).sort());
  });
});
