import { describe, expect, it } from 'vitest';
import { rewrapOf, rowsAboveCursor } from './ink-screen.tsx';
import type { LiveLayout } from './layout/live-area.ts';
import { span } from './layout/row.ts';
import { themeFor } from './theme.ts';

describe('rowsAboveCursor', () => {
  const layout: LiveLayout = {
    input: [[span('x'.repeat(40))], [span('y'.repeat(35))]],
    menu: [],
    status: [span('z'.repeat(33))],
    cursor: { x: 35, y: 1 },
  };

  it('follows what the terminal does with rows that became too long', () => {
    expect(rowsAboveCursor(layout, 40, 'follow')).toBe(1);
    expect(rowsAboveCursor(layout, 30, 'follow')).toBe(3);
    expect(rowsAboveCursor(layout, 30, 'bottom')).toBe(4);
    expect(rowsAboveCursor(layout, 30, 'none')).toBe(1);
    expect(rowsAboveCursor(layout, 100, 'bottom')).toBe(1);
  });

  it('knows the terminals that are special', () => {
    expect(rewrapOf({ TERM: 'xterm-256color' })).toBe('follow');
    expect(rewrapOf({ TERM_PROGRAM: 'vscode' })).toBe('bottom');
    expect(rewrapOf({ XTERM_VERSION: 'XTerm(379)' })).toBe('none');
    expect(rewrapOf({ XTERM_VERSION: 'XTerm(379)', TMUX: '/tmp/x' })).toBe('follow');
  });
});

it('has no colour in its theme where NO_COLOR is set, an empty one does not count', () => {
  const colors = (theme: object) => Object.values(theme).filter(look => 'color' in look).length;
  expect(colors(themeFor({ NO_COLOR: '1' }))).toBe(0);
  expect(colors(themeFor({ NO_COLOR: '' }))).toBeGreaterThan(0);
});
