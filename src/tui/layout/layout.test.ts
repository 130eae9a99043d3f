import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reduceEditor } from '../editor/reducer.ts';
import { initialEditor } from '../editor/state.ts';
import { inputRows } from './input-rows.ts';
import { type LiveView, layoutLive, liveRows } from './live-area.ts';
import { menuRows } from './menu-rows.ts';
import { rowText } from './row.ts';
import { formatMips, runStateTone, statusRow } from './status-row.ts';
import { oneLine, printable, textWidth, truncate } from './text.ts';

const line = (text: string) => reduceEditor(initialEditor(), { type: 'insert', text });

describe('text', () => {
  it('truncates by columns', () => {
    expect(truncate('status', 6)).toBe('status');
    expect(truncate('status', 4)).toBe('sta…');
    expect(truncate('日本語', 4)).toBe('日…');
    expect(truncate('日本語', 0)).toBe('');
  });

  it('makes control characters visible in output and drops them from input', () => {
    expect(printable('a\r\nb\tc\x1b[2Jd\x7f\x9b')).toBe('a\nb\tc^[[2Jd^?\\x9b');
    expect(oneLine('a\tb\x1b[\n\u2028c')).toBe('a b[c');
  });
});

describe('inputRows', () => {
  it('breaks the line where the row is full and puts the cursor on the next row', () => {
    const { rows, cursor } = inputRows(line('abcd'), '', 10, 5);
    expect(rows.map(rowText)).toEqual(['(hmp) abcd', '']);
    expect(cursor).toEqual({ x: 0, y: 1 });
  });

  it('does not split a wide character', () => {
    const { rows, cursor } = inputRows(line('abc日'), '', 10, 5);
    expect(rows.map(rowText)).toEqual(['(hmp) abc', '日']);
    expect(cursor).toEqual({ x: 2, y: 1 });
  });

  it('shows the hint after the cursor, cut to the row', () => {
    expect(rowText(inputRows(line('x '), '/fmt addr', 80, 5).rows[0]!)).toBe('(hmp) x /fmt addr');
    expect(rowText(inputRows(line('x '), '/fmt addr', 12, 5).rows[0]!)).toBe('(hmp) x /fm…');
    const inside = reduceEditor(line('x '), { type: 'move', to: 'left' });
    expect(rowText(inputRows(inside, '/fmt addr', 80, 5).rows[0]!)).toBe('(hmp) x ');
  });

  it('keeps the rows around the cursor when there are too many', () => {
    const { rows, cursor } = inputRows(line('x'.repeat(100)), '', 10, 3);
    expect(rows).toHaveLength(3);
    expect(cursor).toEqual({ x: 6, y: 2 });
  });
});

describe('menuRows', () => {
  const candidates = Array.from({ length: 7 }, (_, i) => ({ text: `cmd${i}`, help: `help ${i}` }));

  it('fills a grid column by column', () => {
    expect(menuRows(candidates, 0, 32, 10).rows.map(rowText)).toEqual([
      'cmd0  help 0  cmd4  help 4',
      'cmd1  help 1  cmd5  help 5',
      'cmd2  help 2  cmd6  help 6',
      'cmd3  help 3',
    ]);
  });

  it('turns pages', () => {
    expect(menuRows(candidates, 0, 32, 3).rows.map(rowText)).toEqual([
      'cmd0  help 0  cmd2  help 2',
      'cmd1  help 1  cmd3  help 3',
      '1-4 of 7, Tab for more',
    ]);
    expect(rowText(menuRows(candidates, 1, 32, 3).rows[2]!)).toBe('5-7 of 7, Tab for more');
    expect(menuRows(candidates, 2, 32, 3)).toEqual(menuRows(candidates, 0, 32, 3));
  });

  it('never loses or repeats a candidate over its pages', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 8, max: 120 }),
        fc.integer({ min: 2, max: 12 }),
        (count, columns, height) => {
          const all = Array.from({ length: count }, (_, i) => ({
            text: `c${i}c`,
            help: i % 2 ? 'some help text' : '',
          }));
          const { pageSize } = menuRows(all, 0, columns, height);
          const seen: string[] = [];
          for (let page = 0; page < Math.ceil(count / pageSize); page++) {
            const { rows } = menuRows(all, page, columns, height);
            expect(rows.length).toBeLessThanOrEqual(height);
            for (const row of rows) {
              expect(textWidth(rowText(row))).toBeLessThanOrEqual(columns);
              seen.push(...row.filter(part => part.tone === 'name').map(part => part.text.trim()));
            }
          }
          expect(seen.toSorted()).toEqual(all.map(({ text }) => text).toSorted());
        },
      ),
    );
  });
});

describe('statusRow', () => {
  const view = {
    runState: 'running',
    name: 'demo',
    mips: 123.4,
    cpu: { index: 1, count: 2 },
    serial: { label: 'serial0', unread: true },
  };

  it('shows everything where there is room and the most important last', () => {
    const row = (columns: number) => rowText(statusRow(view, columns));
    expect(row(80)).toBe('running  demo  123 MIPS  cpu 1 of 2  Ctrl-O serial0  [new output]');
    expect(row(60)).toBe('running  demo  123 MIPS  Ctrl-O serial0  [new output]');
    expect(row(40)).toBe('running  Ctrl-O serial0  [new output]');
    expect(row(24)).toBe('running  Ctrl-O serial0');
    expect(row(10)).toBe('running');
    expect(row(4)).toBe('run…');
  });

  it('colours the run state by what it means', () => {
    expect(
      ['running', 'paused', 'shutdown', 'guest-panicked', 'internal-error', ''].map(runStateTone),
    ).toEqual(['good', 'warn', 'warn', 'bad', 'bad', 'dim']);
  });

  it('names a slow command', () => {
    const row = statusRow({ runState: 'paused', activity: { line: 'wait for it', queued: 2 } }, 80);
    expect(rowText(row)).toBe('paused  wait for it, 2 queued: Ctrl-C aborts');
  });

  it('writes speeds with three digits that matter', () => {
    expect([0, 0.123, 7.34, 12.6, 1234.5].map(formatMips)).toEqual(['0.00', '0.12', '7.3', '13', '1235']);
  });
});

describe('layoutLive', () => {
  it('is never as high as the terminal, never wider, and has the cursor inside', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 80 }).map(oneLine);
    const size = fc.record({
      columns: fc.integer({ min: 12, max: 90 }),
      rows: fc.integer({ min: 2, max: 30 }),
    });
    fc.assert(
      fc.property(text, size, fc.boolean(), (value, { columns, rows }, withMenu) => {
        const candidates = Array.from({ length: 40 }, (_, i) => ({ text: `c${i}`, help: value }));
        const view: LiveView = {
          editor: line(value),
          hint: 'hint',
          menu: withMenu ? { candidates, page: 0 } : null,
          status: { runState: 'running', name: value },
        };
        const layout = layoutLive(view, columns, rows);
        const all = liveRows(layout);
        expect(all.length).toBeLessThan(rows);
        for (const row of all) expect(textWidth(rowText(row))).toBeLessThanOrEqual(columns);
        expect(layout.cursor.x).toBeLessThan(columns);
        expect(layout.cursor.y).toBeLessThan(layout.input.length);
      }),
    );
  });
});
