import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseOptions } from '../hx/index.ts';
import { bashCompletion } from './bash-completion.ts';

const table = parseOptions(readFileSync('hx/hmp-options.hx', 'utf8'), 'hx/hmp-options.hx');

describe('options', () => {
  it('every option has a line of help that begins with its name', () => {
    for (const { name, help } of table.options) expect(help).toMatch(new RegExp(`^-${name} .*\\n`));
  });

  it('every option is documented', () => {
    expect(table.options.filter(({ doc }) => !doc.includes('``')).map(({ name }) => name)).toEqual([]);
  });
});

function complete(...words: string[]): string[] {
  const line = words.map(word => `'${word}'`).join(' ');
  const script = `${bashCompletion(table)}
COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _hmp; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.split('\n').filter(line => line !== '');
}

const hasBash = spawnSync('bash', ['-c', 'true']).status === 0;
if (!hasBash) console.warn('skipped: there is no bash');

describe.runIf(hasBash)('bash completion', () => {
  it('offers options, choices and files', () => {
    expect(complete('hmp', '-no')).toEqual([
      ...['-no-reboot', '-no-shutdown', '-no-user-config', '-nodefaults', '-nographic'],
    ]);
    expect(complete('hmp', '-o', '')).toEqual(['text', 'json']);
    expect(complete('hmp', '--o', 'j')).toEqual(['json']);
    expect(complete('hmp', '-kernel', 'package.j')).toEqual(['package.json']);
    expect(complete('hmp', '-m', '')).toEqual([]);
  });
});
