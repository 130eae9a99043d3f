import { describe, expect, it } from 'vitest';
import { chapter, escapeRoff, pageHead, roffSpans, subsection, toRoff } from './roff.ts';
import { parseRst } from './rst.ts';

describe('roff', () => {
  it('escapes what roff would take for itself', () => {
    expect(escapeRoff("a\\b -x 'c' ~^`")).toBe('a\\eb \\-x \\(aqc\\(aq \\(ti\\(ha\\(ga');
    expect(roffSpans([{ kind: 'plain', text: '.SH' }])).toBe('\\&.SH');
  });

  it('begins every sentence on its own line', () => {
    expect(toRoff(parseRst('One. Two ``a``. Three'))).toBe('.PP\nOne.\nTwo \\fBa\\fR.\nThree\n');
  });

  it('protects literal lines that begin with a dot', () => {
    expect(toRoff(parseRst('x::\n\n  .name = 1'))).toBe('.PP\nx:\n.PP\n.RS 4\n.EX\n\\&.name = 1\n.EE\n.RE\n');
  });

  it('sets definitions and bullets', () => {
    expect(toRoff(parseRst('``-S``\n  one\n\n  - two'))).toBe(
      '.TP\n\\fB\\-S\\fR\none\n.RS\n.IP \\(bu 2\ntwo\n.RE\n',
    );
  });

  it('sets headings and the head of a page', () => {
    expect(chapter('exit status', parseRst('none'))).toBe('.SH "EXIT STATUS"\nnone\n');
    expect(subsection('Virtio')).toBe('.SS Virtio\n');
    const head = pageHead({
      name: 'hmp-x',
      section: 7,
      date: '2026-01-02',
      source: 'hmp 1',
      manual: 'M',
      summary: 's',
    });
    expect(head).toBe('.TH HMP\\-X 7 "2026-01-02" "hmp 1" "M"\n.SH NAME\nhmp\\-x \\- s\n');
  });
});
