import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { optionsOf, tableOf, toBuilt } from './built.ts';
import { parseOptions, parseTable } from './parser.ts';

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('tables taken apart for JSON', () => {
  it.each(['hx/hmp-commands.hx', 'hx/hmp-commands-info.hx'])('%s comes back as it was', file => {
    const table = parseTable(readFileSync(file, 'utf8'), file);
    const back = tableOf(throughJson(toBuilt(table)));
    expect(back).toEqual(table);
    const entry = back.docs.find(item => item.kind === 'entry');
    expect(back.entries).toContain(entry?.entry);
  });

  it('options come back as they were', () => {
    const table = parseOptions(readFileSync('hx/hmp-options.hx', 'utf8'), 'hx/hmp-options.hx');
    expect(optionsOf(throughJson(toBuilt(table)))).toEqual(table);
  });
});
