import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type HxTable, parseTable } from '../hx/index.ts';
import { QmpError } from '../qapi/errors.ts';
import { fakeQmp } from './fake-qmp.ts';
import { createSession } from './index.ts';
import { type Handlers, text } from './types.ts';

// What QEMU answers to lines that its monitor itself refuses. HMP_SHARED names the folder with the captures;
// without it these tests are skipped.
const root = fileURLToPath(new URL('../../', import.meta.url));
const shared = resolve(root, process.env['HMP_SHARED'] ?? '../shared');
const tsv = resolve(shared, 'reference/hmp-commands.tsv');
const capture = (name: string) => resolve(shared, `golden/qemu-10.2.2/${name}.json`);

/** Features of the QEMU that was captured. */
const DEFINES = ['CONFIG_LINUX', 'CONFIG_SLIRP', 'CONFIG_FDT', 'CONFIG_TCG', 'CONFIG_VNC', 'TARGET_RISCV'];

/** Writes a .hx table of the rows: table, name, args_type, params, flags, completion, kind, condition. */
function tableOf(name: string): HxTable {
  const quote = (value = '') => `"${value.replace(/\\"/g, '"').replace(/[\\"]/g, '\\$&')}"`;
  const source = readFileSync(tsv, 'utf8')
    .split('\n')
    .map(row => row.split('\t'))
    .filter(row => row[0] === name)
    .map(([, names = '', argsType, params, flags, , kind, condition = '']) => {
      const symbols = condition.replace(/^def /, '').match(/\w+/g) ?? [];
      const handler = names === 'usbhost' ? '' : `.cmd = ${names === 'help|?' ? 'hmp_help' : 'any'},`;
      const sub = kind === 'sub' ? '.sub_table = info,' : '';
      const entry = `{ .name = ${quote(names)}, .args_type = ${quote(argsType)}, .params = ${quote(params)},
        .flags = ${quote(flags)}, ${handler} ${sub} },`;
      if (symbols.length === 0) return entry;
      return `#if ${symbols.map(symbol => `defined(${symbol})`).join(' || ')}\n${entry}\n#endif`;
    });
  return parseTable(source.join('\n'), `${name}.hx`);
}

const handlers = {
  any: async () => {},
  hmp_help: async ({ session }, { name }: { name?: string }) => text(await session.help(name)),
} satisfies Handlers;

function refusals(name: string): [string, string][] {
  if (!existsSync(capture(name))) return [];
  const { hmp } = JSON.parse(readFileSync(capture(name), 'utf8')) as { hmp: Record<string, string> };
  return Object.entries(hmp).filter(([, answer]) =>
    /^Try "help |^unknown command|^Command ".*" is not available/m.test(answer),
  );
}

describe.skipIf(!existsSync(tsv))('lines that QEMU refuses (HMP_SHARED)', () => {
  const lines = [...refusals('bare-hmp'), ...refusals('linux-hmp')];

  it('finds captures', () => {
    expect(lines.length).toBeGreaterThan(20);
  });

  it.each(lines)('%s', async (line, answer) => {
    const session = createSession({
      tables: { root: tableOf('hmp'), sub: new Map([['info', tableOf('info')]]) },
      handlers,
      defines: DEFINES,
      qmp: fakeQmp({
        'x-query-register': () => {
          throw new QmpError('unknown register');
        },
      }),
    });
    expect((await session.run(line)).text).toBe(answer.replaceAll('\r\n', '\n'));
  });
});
