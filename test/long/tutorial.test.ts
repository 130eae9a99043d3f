import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyStep, consoleCommands, copyTree, type Step, stepsOf } from '../support/tutorial.ts';

const steps = stepsOf(readFileSync('CONTRIBUTING.md', 'utf8'));

describe('the tutorial of CONTRIBUTING.md', () => {
  let root: string;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'hmp-tutorial-'));
    copyTree(root);
    for (const step of steps) if (step.kind !== 'console') applyStep(root, step);
    execFileSync('npm', ['run', '--silent', 'prepare'], { cwd: root, stdio: 'pipe' });
  }, 120_000);

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('type-checks', () => {
    const checked = spawnSync('node_modules/.bin/tsc', ['-p', '.'], { cwd: root, encoding: 'utf8' });
    expect(checked.stdout).toBe('');
  }, 120_000);

  const commands = steps
    .filter((step): step is Extract<Step, { kind: 'console' }> => step.kind === 'console')
    .flatMap(step => consoleCommands(step.text));

  it.each(commands)('$command', ({ command, output }) => {
    const file = /^cat > (\/tmp\/\S+)$/.exec(command)?.[1];
    if (file) {
      writeFileSync(join(root, file.slice('/tmp/'.length)), output);
      return;
    }
    const line = command.replaceAll('/tmp/', `${root}/`);
    const script = `hmp() { "${process.execPath}" "${root}/dist/hmp.js" "$@" 2>&1; }\n${line}`;
    expect(spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout).toBe(output);
  });
});
