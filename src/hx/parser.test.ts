import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HxSyntaxError, parseOptions, parseTable, resolveOptions, resolveTable } from './index.ts';

const SAMPLE = `HXCOMM a comment "with { anything
SRST
Opening words.
ERST

    {
        .name       = "print|p",
        .args_type  = "fmt:/,val:l",
        .params     = "/fmt expr", /* a comment,
                                      on two lines */
        .help       = "shows a \\"value\\""
                      "\\n\\t\\t\\tsecond line",  // another
        .cmd        = hmp_print,
        .flags      = "p",
        .command_completion = print_completion,
    },
SRST
\`\`print\`\`
  Words.
ERST

#if defined(CONFIG_A) || \\
    defined(CONFIG_B)
#ifdef CONFIG_C
    { .name = "roms", .args_type = "", .params = "", .help = "", .cmd_info_hrt = qmp_x_query_roms },
#else
    { .name = "roms", .args_type = "", .params = "", .help = "", .cmd_info_hrt = x-query-roms },
#endif
#endif
    { .name = "info", .help = "", .params = "[sub" 
#ifndef CONFIG_C
      "|none"
#endif
      "]", .sub_table = hmp_info_cmds, },
`;

function failure(source: string): string {
  try {
    parseTable(source, 'my.hx');
  } catch (error) {
    if (error instanceof HxSyntaxError) return error.message;
    throw error;
  }
  return 'parsed';
}

describe('parseTable', () => {
  it('reads the members of an entry, its aliases and its documentation', () => {
    const table = parseTable(SAMPLE, 'my.hx');
    expect(table.byName.get('p')).toEqual({
      name: 'print',
      aliases: ['p'],
      argsType: 'fmt:/,val:l',
      params: '/fmt expr',
      help: 'shows a "value"\n\t\t\tsecond line',
      cmd: 'hmp_print',
      flags: 'p',
      completion: 'print_completion',
      doc: '``print``\n  Words.',
      location: { file: 'my.hx', line: 6, column: 5 },
    });
    expect(table.docs.map(item => item.kind)).toEqual(['text', 'entry', 'entry', 'entry', 'entry']);
  });

  it('keeps conditions and joins nested ones', () => {
    const conditions = parseTable(SAMPLE, 'my.hx').entries.map(entry => entry.condition);
    expect(conditions).toEqual([
      undefined,
      '(defined(CONFIG_A) || defined(CONFIG_B)) && (defined(CONFIG_C))',
      '(defined(CONFIG_A) || defined(CONFIG_B)) && (!(defined(CONFIG_C)))',
      undefined,
    ]);
  });

  it('gives the QMP name of .cmd_info_hrt in both spellings', () => {
    const roms = parseTable(SAMPLE, 'my.hx').entries.filter(entry => entry.name === 'roms');
    expect(roms.map(entry => entry.cmdInfoHrt)).toEqual(['x-query-roms', 'x-query-roms']);
  });

  it.each([
    ['{ .name = "a" }', 'parsed'],
    ['junk', "my.hx:1:1: expected '{', SRST or #if, found 'junk'"],
    ['{ .name = "a" ', "my.hx:1:15: expected ',' or '}', found end of file"],
    ['{ .name = a, },', "my.hx:1:11: expected a string as value of name, found 'a'"],
    ['{ .nmae = "a", },', "my.hx:1:4: unknown member '.nmae': expected one of .name"],
    ['{ .name "a", },', 'my.hx:1:9: expected \'=\', found string "a"'],
    ['{ .name = "a\n', "my.hx:1:11: string without end: expected '\"' on the same line"],
    ['{ .name = "a\\q", },', "my.hx:1:13: unknown escape '\\q'"],
    ['{ .name = "a", .cmd = "b" },', 'my.hx:1:23: expected a name as value of .cmd, found string "b"'],
    ['{ .name = "a", .name = "b" },', "my.hx:1:17: '.name' is given twice"],
    ['{ .help = "a" },', 'my.hx:1:1: entry without a usable name'],
    ['{ .name = "a" },\n{ .name = "b|a" },', 'my.hx:2:1: "a" is already defined at my.hx:1'],
    ['SRST\ntext', 'my.hx:1:1: SRST without ERST'],
    ['\nERST', 'my.hx:2:1: ERST without SRST'],
    ['#if defined(A)\n', 'my.hx:1:1: #if without #endif'],
    ['#if defined(\n#endif', "my.hx:1:1: expected a name after defined, found 'end of line'"],
    ['#if\n#endif', 'my.hx:1:1: expected a condition after #if'],
    ['#endif', 'my.hx:1:1: #endif without #if'],
    ['#else', 'my.hx:1:1: #else without #if'],
    ['  #define A', "my.hx:1:3: unknown directive '#define': expected one of #if, #ifdef"],
    ['/* never', "my.hx:1:1: comment without end: expected '*/'"],
    ['{ .name = "a",\n#if A\n },\n#endif', 'my.hx:3:2: expected #endif where the #if began'],
    ['@', "my.hx:1:1: unexpected character '@'"],
    ['DEF("a", 0, B, "", C)', "my.hx:1:1: expected '{', SRST or #if, found 'DEF'"],
  ])('%j: %s', (source, message) => {
    expect(failure(source)).toContain(message);
  });

  it('throws nothing but HxSyntaxError', () => {
    const scraps = fc.constantFrom(
      ...[
        '{',
        '}',
        '.name',
        ' = ',
        '"a|b"',
        '"\\',
        ',',
        '\n',
        '#if ',
        '#else\n',
        '#endif\n',
        'defined(X)',
        '!',
      ],
      ...['SRST\n', 'ERST\n', 'HXCOMM', '/*', '*/', '//', 'DEF(', ')', '\\\n', '.cmd = x', '&&', '('],
    );
    const source = fc.array(fc.oneof(scraps, fc.string({ maxLength: 4 })), { maxLength: 40 });
    fc.assert(
      fc.property(source, parts => {
        for (const parse of [parseTable, parseOptions]) {
          try {
            parse(parts.join(''), 'f.hx');
          } catch (error) {
            expect(error).toBeInstanceOf(HxSyntaxError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives back any text that is written as a C string', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const literal = text
          .replace(/[\\"?]/g, '\\$&')
          .replace(/[\n\r]/g, char => (char === '\n' ? '\\n' : '\\r'));
        const table = parseTable(`{ .name = "a", .help = "${literal}" "" },`, 'f.hx');
        expect(table.entries[0]?.help).toBe(text);
      }),
    );
  });
});

describe('resolveTable', () => {
  const names = (...defines: string[]) =>
    resolveTable(parseTable(SAMPLE, 'my.hx'), new Set(defines)).entries.map(entry => entry.name);

  it('drops what an unmet #if governs', () => {
    expect(names()).toEqual(['print', 'info']);
    expect(names('CONFIG_B')).toEqual(['print', 'roms', 'info']);
    expect(names('CONFIG_C')).toEqual(['print', 'info']);
  });

  it('evaluates conditions inside of an entry', () => {
    const params = (...defines: string[]) =>
      resolveTable(parseTable(SAMPLE, 'my.hx'), new Set(defines)).byName.get('info')?.params;
    expect([params(), params('CONFIG_C')]).toEqual(['[sub|none]', '[sub]']);
  });
});

const OPTIONS = `DEFHEADING(Standard options:)
DEF("machine", HAS_ARG, QEMU_OPTION_machine,
    "-machine [type=]name\\n"
#ifdef CONFIG_X
    "                x\\n"
#endif
    "                uses port " DEFAULT_PORT "\\n",
    QEMU_ARCH_ALL)
SRST
Words.
ERST
ARCHHEADING(Only here, on one:, QEMU_ARCH_I386)
DEF("h", 0, QEMU_OPTION_h, "", QEMU_ARCH_ARM | QEMU_ARCH_I386)
`;

describe('parseOptions', () => {
  it('reads DEF, DEFHEADING and ARCHHEADING', () => {
    const table = parseOptions(OPTIONS, 'o.hx');
    expect(table.options).toMatchObject([
      { name: 'machine', hasArg: true, id: 'QEMU_OPTION_machine', arch: 'QEMU_ARCH_ALL', doc: 'Words.' },
      { name: 'h', hasArg: false, help: '', arch: 'QEMU_ARCH_ARM | QEMU_ARCH_I386' },
    ]);
    expect(table.docs.filter(item => item.kind === 'heading')).toEqual([
      { kind: 'heading', text: 'Standard options:' },
      { kind: 'heading', text: 'Only here, on one:', arch: 'QEMU_ARCH_I386' },
    ]);
  });

  it('resolves conditional help', () => {
    const help = (...defines: string[]) =>
      resolveOptions(parseOptions(OPTIONS, 'o.hx'), new Set(defines)).byName.get('machine')?.help;
    expect(help('CONFIG_X')).toContain(' x\n');
    expect(help()).toBe('-machine [type=]name\n                uses port DEFAULT_PORT\n');
  });

  it('says what a DEF lacks', () => {
    expect(() => parseOptions('DEF("a", 1, B, "", C)', 'o.hx')).toThrow(
      "o.hx:1:10: expected HAS_ARG or 0, found '1'",
    );
    expect(() => parseOptions('DEF("a", 0, B, "" C', 'o.hx')).toThrow("o.hx:1:20: expected ',' or a string");
  });
});

// QEMU's files are not part of this repository: HMP_QEMU_SOURCE names an unpacked source tree to try them.
const qemu = process.env['HMP_QEMU_SOURCE'];
describe.skipIf(!qemu || !existsSync(qemu))("QEMU's own files (HMP_QEMU_SOURCE)", () => {
  const read = (name: string) => readFileSync(join(qemu ?? '', name), 'utf8');

  it.each(['hmp-commands.hx', 'hmp-commands-info.hx'])('%s parses unchanged', name => {
    const table = parseTable(read(name), name);
    expect(table.entries.length).toBeGreaterThan(60);
    expect(table.entries.every(entry => entry.doc !== '' || entry.name === 'info')).toBe(true);
    const riscv = resolveTable(table, new Set(['TARGET_RISCV']));
    expect(riscv.byName.has('sgx')).toBe(false);
  });

  it('qemu-options.hx parses unchanged', () => {
    const table = parseOptions(read('qemu-options.hx'), 'qemu-options.hx');
    expect(table.byName.get('kernel')).toMatchObject({ hasArg: true, arch: 'QEMU_ARCH_ALL' });
    expect(table.options.length).toBeGreaterThan(100);
    resolveOptions(table, new Set(['__linux__']));
  });
});
