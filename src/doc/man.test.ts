import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseOptions, parseTable } from '../hx/index.ts';
import { generatedFiles, PAGE_DATE } from './pages.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };
const files = generatedFiles(read, { date: PAGE_DATE, version });
const pageText = (path: string) => files.find(file => file.path === path)!.text;

const hasMandoc = spawnSync('mandoc', ['-h']).error === undefined;
if (!hasMandoc) console.warn('skipped: there is no mandoc to check the pages');

describe.each(files.map(file => [file.path, file.text] as const))('%s', (path, text) => {
  it('is what the tables say: otherwise run scripts/generate-man.ts', () => {
    expect(read(path)).toBe(text);
  });

  it.runIf(hasMandoc && /\.\d$/.test(path))('has nothing that mandoc warns about', () => {
    const lint = spawnSync('mandoc', ['-T', 'lint'], { input: text, encoding: 'utf8' });
    expect(lint.stdout).toBe('');
  });
});

describe('completeness', () => {
  it('every command and option has its place', () => {
    const escaped = (name: string) => name.replaceAll('-', '\\-');
    for (const [file, prefix] of [
      ['hx/hmp-commands.hx', ''],
      ['hx/hmp-commands-info.hx', 'info '],
    ] as const) {
      for (const { name } of parseTable(read(file), file).entries) {
        expect(pageText('man/hmp-commands.7')).toContain(`\n.TP\n\\fB${prefix}${escaped(name)}\\fR`);
      }
    }
    for (const { name } of parseOptions(read('hx/hmp-options.hx'), 'hx/hmp-options.hx').options) {
      expect(pageText('man/hmp.1')).toContain(`\n.TP\n\\fB\\-${escaped(name)}\\fR`);
    }
  });
});
