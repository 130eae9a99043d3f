import { describe, expect, it } from 'vitest';
import { type Block, parseInline, parseRst, plainText } from './rst.ts';

const paragraph = (text: string): Block => ({ kind: 'paragraph', spans: [{ kind: 'plain', text }] });

describe('inline text', () => {
  it('knows literal, emphasis and strong text', () => {
    expect(parseInline('``x`` *y* **z** end')).toEqual([
      { kind: 'literal', text: 'x' },
      { kind: 'plain', text: ' ' },
      { kind: 'emphasis', text: 'y' },
      { kind: 'plain', text: ' ' },
      { kind: 'strong', text: 'z' },
      { kind: 'plain', text: ' end' },
    ]);
  });

  it('joins what a backslash and a blank separate', () => {
    expect(plainText(parseInline('``hubid=``\\ *n*'))).toBe('hubid=n');
    expect(plainText(parseInline('a\\*b\\|c'))).toBe('a*b|c');
  });

  it('leaves a lone star and backslashes in literals alone', () => {
    expect(parseInline('2 * 3')).toEqual([{ kind: 'plain', text: '2 * 3' }]);
    expect(parseInline('``\\n``')).toEqual([{ kind: 'literal', text: '\\n' }]);
  });
});

describe('blocks', () => {
  it('joins the lines of a paragraph', () => {
    expect(parseRst('\none\ntwo\n\nthree\n')).toEqual([paragraph('one two'), paragraph('three')]);
  });

  it('reads definitions with whatever stands in them', () => {
    expect(parseRst('``a``\n  one\n\n  two\n``b``\n  three')).toEqual([
      {
        kind: 'definition',
        term: [{ kind: 'literal', text: 'a' }],
        body: [paragraph('one'), paragraph('two')],
      },
      { kind: 'definition', term: [{ kind: 'literal', text: 'b' }], body: [paragraph('three')] },
    ]);
  });

  it('keeps the lines of a literal block', () => {
    expect(parseRst('See::\n\n  a  b\n\n    c\n\nend')).toEqual([
      paragraph('See:'),
      { kind: 'literal', lines: ['a  b', '', '  c'] },
      paragraph('end'),
    ]);
  });

  it('reads bullets over several lines', () => {
    expect(parseRst('- one\n  more\n- two\n\nend')).toEqual([
      { kind: 'bullets', items: [[paragraph('one more')], [paragraph('two')]] },
      paragraph('end'),
    ]);
  });

  it('ends on every input', () => {
    for (const text of ['', '  ', '::', '- ', '  a', 'a\n b\nc', '-x\n - y', 'a::']) {
      expect(Array.isArray(parseRst(text))).toBe(true);
    }
  });
});
