import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSchema } from './check.ts';
import { compileSchema } from './compile.ts';
import type { ParsedSchema } from './definitions.ts';
import { SchemaError } from './location.ts';
import { parseSchema } from './parse.ts';

function parse(files: Record<string, string> | string): ParsedSchema {
  const all = typeof files === 'string' ? { 'a.json': files } : files;
  return parseSchema('a.json', path => {
    const text = all[path as keyof typeof all];
    if (text === undefined) throw new Error('no such file');
    return text;
  });
}

function check(text: string): ParsedSchema {
  const schema = parse(text);
  checkSchema(schema);
  return schema;
}

describe('the syntax', () => {
  it('reads every kind of definition', () => {
    const { definitions } = check(`
# a comment
{ 'enum': 'Kind', 'data': [ 'a', { 'name': 'b', 'if': 'CONFIG_B', 'features': [ 'unstable' ] } ] }
{ 'struct': 'Base', 'data': { 'kind': 'Kind', '*more': [ 'int' ] } }
{ 'struct': 'Part', 'base': 'Base', 'data': { 'x': { 'type': 'str', 'if': { 'not': 'CONFIG_X' } } } }
{ 'struct': 'Alone', 'data': { 'y': 'uint8' } }
{ 'union': 'Either', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind', 'data': { 'a': 'Alone' } }
{ 'alternate': 'StrOrNull', 'data': { 's': 'str', 'n': 'null' } }
{ 'command': 'do-it', 'data': 'Either', 'boxed': true, 'returns': [ 'Part' ], 'allow-oob': true }
{ 'command': 'open', 'data': { 'driver': 'str' }, 'gen': false, 'success-response': false }
{ 'event': 'DONE', 'data': { 'how': 'StrOrNull' }, 'if': { 'any': [ 'A', { 'all': [ 'B', 'C' ] } ] } }
`);
    expect(definitions.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'enum Kind',
      'struct Base',
      'struct Part',
      'struct Alone',
      'union Either',
      'alternate StrOrNull',
      'command do-it',
      'command open',
      'event DONE',
    ]);
    expect(definitions[6]).toMatchObject({ data: 'Either', boxed: true, returns: ['Part'], allowOob: true });
    expect(definitions[7]).toMatchObject({ gen: false, successResponse: false, allowPreconfig: false });
    expect(definitions[8]?.condition).toEqual({ any: ['A', { all: ['B', 'C'] }] });
    expect(definitions[1]).toMatchObject({
      members: [{ optional: false }, { name: 'more', optional: true }],
    });
  });

  it('includes each file once, relative to the file that asks', () => {
    const { files, definitions } = parse({
      'a.json': "{ 'include': 'd/b.json' }\n{ 'include': 'c.json' }",
      'd/b.json': "{ 'include': '../c.json' }",
      'c.json': "{ 'event': 'C' }",
    });
    expect(files).toEqual(['a.json', 'd/b.json', 'c.json']);
    expect(definitions).toHaveLength(1);
  });

  it('decides conditions when it compiles', () => {
    const schema = check("{ 'event': 'A', 'if': 'X' } { 'event': 'B', 'if': { 'not': 'X' } }");
    expect(Object.keys(compileSchema(schema).events)).toEqual(['B']);
    expect(Object.keys(compileSchema(schema, new Set(['X'])).events)).toEqual(['A']);
  });
});

describe('errors of syntax tell place and expectation', () => {
  it.each([
    ["{ 'event' }", "a.json:1:11: expected ':', found '}'"],
    ["{ 'event': 'A', }", "a.json:1:17: expected a member's name in quotes, found '}'"],
    ["\n\n  { 'event': 'A'", "a.json:3:17: expected ',' or '}', found the end of the file"],
    ["{ 'event': 'A\n' }", "a.json:1:12: expected a closing ' on the same line, found the end of the line"],
    ["[ 'a' ]", "a.json:1:1: expected '{' or a comment, found '['"],
    ["{ 'event': 5 }", `a.json:1:12: expected one of { } [ ] : , a 'string', true or false, found "5"`],
    ["{ 'event': 'A', 'event': 'B' }", "a.json:1:17: member 'event' is given twice"],
    ["{ 'evnt': 'A' }", "a.json:1:1: expected one of 'enum', 'struct', 'union'"],
    [
      "{ 'event': 'A', 'date': {} }",
      "a.json:1:17: expected one of 'event', 'data', 'boxed', 'if', 'features'",
    ],
    ["{ 'enum': 'A', 'data': 'x' }", "a.json:1:24: expected a list of values for 'data', found 'x'"],
    ["{ 'struct': 'A' }", "a.json:1:1: the struct lacks 'data'"],
    [
      "{ 'command': 'a', 'gen': true }",
      "a.json:1:26: expected false for 'gen', or to leave it out, found true",
    ],
    ["{ 'command': 'a', 'boxed': true }", "a.json:1:1: expected 'data' beside 'boxed', found none"],
    [
      "{ 'command': 'a', 'allow-oob': true, 'coroutine': true }",
      "'allow-oob' and 'coroutine' exclude each other",
    ],
    ["{ 'event': 'A', 'if': 'a b' }", 'a.json:1:23: expected a symbol in capitals'],
    ["{ 'event': 'A', 'if': { 'all': [] } }", 'a.json:1:32: expected at least one condition'],
    ["{ 'include': 'b.json' }", "a.json:1:14: cannot read 'b.json': no such file"],
    ["{ 'include': 'a.json' }", "a.json:1:14: 'a.json' includes itself, here or below"],
    ["{ 'pragma': { 'doc-needed': true } }", "a.json:1:15: expected one of 'doc-required'"],
    ["{ 'enum': 'A', 'data': [ 'x\\n' ] }", "a.json:1:28: expected '\\\\', the only escape, found '\\n'"],
  ])('%s', (text, message) => {
    expect(() => parse(text)).toThrow(message);
    expect(() => parse(text)).toThrow(SchemaError);
  });
});

describe('errors of meaning tell place and expectation', () => {
  it.each([
    [
      "{ 'event': 'a' }",
      "a.json:1:12: expected the name of an event in capitals with underscores, found 'a'",
    ],
    ["{ 'command': 'a_b' }", 'a.json:1:14: expected the name of a command in lower case with hyphens'],
    ["{ 'struct': 'a', 'data': {} }", 'expected the name of the struct in CamelCase'],
    [
      "{ 'struct': 'Ab', 'data': { 'A': 'int' } }",
      'a.json:1:29: expected the name of a member in lower case',
    ],
    ["{ 'struct': 'Ab', 'data': { 'a': 'Cd' } }", "a.json:1:29: expected the name of a type, found 'Cd'"],
    ["{ 'struct': 'Ab', 'data': { 'a': 'Ab' } }", "'Ab' contains itself"],
    ["{ 'struct': 'Ab', 'base': 'Ab', 'data': {} }", "'Ab' is based on itself"],
    ["{ 'event': 'A' } { 'event': 'A' }", "a.json:1:29: 'A' is defined already, at a.json:1"],
    ["{ 'command': 'a', 'returns': 'int' }", 'expected a struct, a union or an array of those as the reply'],
    [
      "{ 'command': 'a', 'data': 'int' }",
      "expected a struct or union as the data of the command, found 'int'",
    ],
    [
      "{ 'alternate': 'Ab', 'data': { 'a': 'int', 'b': 'number' } }",
      "a.json:1:44: branches 'a' and 'b' cannot be told apart",
    ],
    [
      "{ 'union': 'Ab', 'base': { 'a': 'str' }, 'discriminator': 'a', 'data': {} }",
      "expected an enum as the discriminator, found 'a'",
    ],
    [
      "{ 'enum': 'Cd', 'data': [ 'x' ] } { 'union': 'Ab', 'base': { 'a': 'Cd' }, 'discriminator': 'a', " +
        "'data': { 'y': 'Ab' } }",
      "expected a value of 'Cd' as the branch, found 'y'",
    ],
    ["{ 'pragma': { 'doc-required': true } } { 'event': 'A' }", "a.json:1:51: 'A' has no documentation"],
  ])('%s', (text, message) => {
    expect(() => check(text)).toThrow(message);
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    "'",
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '#',
    '##\n',
    '\n',
    ' ',
    "'enum'",
    "'data'",
    '@a:',
    'é',
  );
  const mangled = fc.tuple(fc.nat(), fc.nat(40), fc.array(pieces, { maxLength: 4 }));
  const source = readFileSync(new URL('../schema/run-state.json', import.meta.url), 'utf8');

  it('gives a schema or a SchemaError', () => {
    const run = (text: string) => {
      try {
        compileSchema(check(text));
      } catch (error) {
        expect(error).toBeInstanceOf(SchemaError);
      }
    };
    fc.assert(fc.property(fc.array(pieces, { maxLength: 60 }), parts => run(parts.join(''))));
    fc.assert(
      fc.property(mangled, ([start, length, parts]) => {
        const at = start % source.length;
        run(source.slice(0, at) + parts.join('') + source.slice(at + length));
      }),
    );
  });
});

const theirs = process.env['QEMU_QAPI_SCHEMA'];

describe.skipIf(theirs === undefined)("QEMU's schema (QEMU_QAPI_SCHEMA names its qapi-schema.json)", () => {
  it('passes unchanged', () => {
    const schema = parseSchema(theirs!, path => readFileSync(path, 'utf8'));
    checkSchema(schema);
    const model = compileSchema(schema, new Set(['CONFIG_LINUX', 'CONFIG_POSIX', 'TARGET_RISCV']));
    expect(Object.keys(model.commands).length).toBeGreaterThan(150);
    expect(model.types['BlockdevOptions']?.kind).toBe('union');
  });
});
