import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which part of the tree may import which others; a part may always import itself. */
const LAW: Readonly<Record<string, readonly string[]>> = {
  'src/hx': [],
  'src/launcher': [],
  'src/qapi': [],
  'src/qmp': ['src/qapi'],
  'src/monitor': ['src/hx', 'src/qmp', 'src/qapi'],
  commands: ['src/monitor', 'src/hx', 'src/qmp', 'src/qapi'],
  'src/doc': ['src/hx', 'src/qapi', 'src/monitor'],
  'src/tui': ['src/monitor', 'src/hx', 'src/qmp', 'src/qapi', 'src/dashboard'],
  'src/dashboard': ['src/qmp', 'src/qapi'],
  'src/core': ['src/qapi', 'src/host/types.ts'],
  'src/host': ['src/core', 'src/qmp', 'src/qapi'],
  'src/cli': [
    'src/hx',
    'src/monitor',
    'src/tui',
    'src/qmp',
    'src/qapi',
    'src/core/config.ts',
    'src/core/machine-kinds.ts',
    'src/core/cpu-models.ts', // their names, for help
    'src/core/board/machine-object.ts', // properties of the machine, for help
    'src/core/audio/audiodev.ts', // options of back ends that no device has
    'src/host',
    'commands',
  ],
};

/** Packages that a part may use; parts that are not named may use Node's modules only. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'src/tui': ['ink', 'react', 'chalk', 'string-width'],
  'src/dashboard': ['blessed-contrib', 'blessed'],
};

/** Parts that run anywhere: no Node modules in them. */
const PURE = ['src/core', 'src/hx', 'src/qapi', 'src/monitor', 'commands'];

interface Import {
  readonly from: string;
  readonly to: string;
}

function sources(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map(name => join(directory, name))
    .filter(name => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !/test-support/.test(name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g;
  return [...text.matchAll(pattern)].map(match => {
    const to = (match[1] ?? match[2] ?? match[3])!;
    return { from: file, to: to.startsWith('.') ? normalize(join(dirname(file), to)) : to };
  });
}

function partOf(file: string): string | undefined {
  return Object.keys(LAW).find(part => file.startsWith(`${part}/`));
}

const all = [...sources('src'), ...sources('commands')].flatMap(importsOf);

function violation({ from, to }: Import): string | null {
  const part = partOf(from);
  if (part === undefined) return null; // src/main.ts puts everything together
  if (to.startsWith('node:')) return PURE.includes(part) ? `${from} imports ${to}` : null;
  const local = to.startsWith('src/') || to.startsWith('commands/') || to.startsWith('hx/');
  if (!local)
    return PACKAGES[part]?.some(name => to === name || to.startsWith(`${name}/`))
      ? null
      : `${from} imports ${to}`;
  const allowed = [part, ...LAW[part]!, 'hx'];
  return allowed.some(prefix => to === prefix || to.startsWith(`${prefix}/`))
    ? null
    : `${from} imports ${to}`;
}

describe('import law', () => {
  it('sees the imports', () => {
    expect(all.length).toBeGreaterThan(100);
    expect(violation({ from: 'commands/a.ts', to: 'src/core/machine.ts' })).not.toBeNull();
    expect(violation({ from: 'src/core/a.ts', to: 'node:fs' })).not.toBeNull();
  });

  it('holds', () => {
    expect(all.map(violation).filter(found => found !== null)).toEqual([]);
  });

  it('keeps React out of the scripted path', () => {
    const entries = all.filter(({ from, to }) => !from.startsWith('src/tui/') && to.startsWith('src/tui/'));
    expect(entries).toEqual([{ from: 'src/cli/terminal.ts', to: 'src/tui/index.tsx' }]);
    expect(readFileSync('src/cli/terminal.ts', 'utf8')).toContain("await import('../tui/index.tsx')");
  });
});
