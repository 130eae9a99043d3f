import { describe, expect, it } from 'vitest';
import { checkSchema } from './check.ts';
import { parseDoc } from './doc.ts';
import { parseSchema } from './parse.ts';

const place = { file: 'a.json', line: 10, column: 1 };

const BLOCK = `@set-it:

Set it.

A second paragraph.

@name: which one, and
    what else

@value: the value

Features:

@unstable: not yet
    settled

Returns: the old value

Errors:
    - GenericError when it is not

Since: 1.0

.. qmp-example::

    -> { "execute": "set-it" }
    <- { "return": {} }`;

describe('a documentation block', () => {
  it('is taken apart', () => {
    const doc = parseDoc(BLOCK, place);
    expect(doc.symbol).toBe('set-it');
    expect(doc.body).toBe('Set it.\n\nA second paragraph.');
    expect([...doc.members].map(([name, { text }]) => [name, text])).toEqual([
      ['name', 'which one, and\nwhat else'],
      ['value', 'the value'],
    ]);
    expect(doc.members.get('name')?.location.line).toBe(17);
    expect(doc.features.get('unstable')?.text).toBe('not yet\nsettled');
    expect(doc).toMatchObject({ returns: 'the old value', since: '1.0', todo: null, notes: [] });
    expect(doc.errors?.trim()).toBe('- GenericError when it is not');
    expect(doc.examples).toEqual(['-> { "execute": "set-it" }\n<- { "return": {} }']);
  });

  it('without a name stands by itself', () => {
    const doc = parseDoc('= Heading\n\nSome text.', place);
    expect(doc).toMatchObject({ symbol: null, body: '= Heading\n\nSome text.' });
  });

  it.each([
    ['@a', "a.json:11:3: expected '@NAME:' alone on the line, found '@a'"],
    ['@a:\n\n@b: x\n\n@b: y', "a.json:15:3: '@b:' is given twice"],
    ['@a:\n\nErrors:\n\nSince: 1', "a.json:13:3: expected text after 'Errors:'"],
    ['@a:\n\nFeatures:\n\n@b: x\n\nFeatures:', "a.json:17:3: section 'Features:' is given twice"],
    ['@a:\n\nSince: 1\n\nSince: 2', "a.json:15:3: section 'Since:' is given twice"],
  ])('%j is refused', (text, message) => {
    expect(() => parseDoc(text, place)).toThrow(message);
  });
});

describe('documentation and definition', () => {
  const pragma = "{ 'pragma': { 'doc-required': true } }\n";
  const check = (text: string) => checkSchema(parseSchema('a.json', () => pragma + text));
  const block = (...lines: string[]) =>
    ['##', ...lines.map(line => `# ${line}`.trimEnd()), '##', ''].join('\n');

  it('agree', () => {
    expect(() =>
      check(`${block('@A:', '', 'A.', '', '@b: B')}{ 'event': 'A', 'data': { 'b': 'int' } }`),
    ).not.toThrow();
  });

  it.each([
    [`${block('@A:')}{ 'event': 'B' }`, "a.json:5:12: expected the definition of 'A', found 'B'"],
    [`${block('@A:')}`, "a.json:2:1: expected the definition of 'A' after its documentation"],
    [`${block('text')}{ 'event': 'A' }`, "expected '@A:' in the first line of the documentation"],
    [`${block('@A:')}{ 'event': 'A', 'data': { 'b': 'int' } }`, "'@b:' of 'A' has no documentation"],
    [`${block('@A:', '', '@c: C')}{ 'event': 'A' }`, "a.json:5:3: 'A' has no member 'c'"],
    [`${block('@A:', '', 'Returns: x')}{ 'event': 'A' }`, "'Returns:' is for commands alone"],
    [
      `${block('@A:')}{ 'event': 'A', 'features': [ 'unstable' ] }`,
      "feature 'unstable' of 'A' has no documentation",
    ],
    ["##\n# @A:\n{ 'event': 'A' }", "a.json:4:1: expected a line that is '#' or begins with '# '"],
  ])('%j is refused', (text, message) => {
    expect(() => check(text)).toThrow(message);
  });
});
