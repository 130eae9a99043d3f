import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphemes } from '../layout/text.ts';
import { editingAction } from './keymap.ts';
import { reduceEditor } from './reducer.ts';
import { type EditorAction, type EditorState, initialEditor } from './state.ts';

/** Applies chords and texts; a text of several characters is typed as one. */
function type(state: EditorState, ...inputs: string[]): EditorState {
  return inputs.reduce((current, input) => {
    const action = editingAction(input) ?? ({ type: 'insert', text: input } as const);
    return reduceEditor(current, action);
  }, state);
}

/** The line with `|` at the cursor. */
const shown = ({ text, cursor }: EditorState) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

describe('reduceEditor', () => {
  it.each([
    [['abc', 'left', 'X'], 'abX|c'],
    [['abc', 'home', 'right', 'delete'], 'a|c'],
    [['a日😀', 'left', 'left', 'backspace'], '|日😀'],
    [['e\u0301x', 'left', 'backspace'], '|x'],
    [['info  mtree -f', 'alt-b', 'alt-b'], 'info  |mtree -f'],
    [['info mtree', 'ctrl-a', 'alt-f', 'alt-f'], 'info mtree|'],
    [['x /4xw $pc', 'ctrl-w'], 'x /4xw |'],
    [['x /4xw', 'alt-backspace'], 'x /|'],
    [['one two', 'ctrl-w', 'ctrl-w', 'ctrl-y'], 'one two|'],
    [['one two', 'ctrl-a', 'alt-d', 'alt-d', 'ctrl-y'], 'one two|'],
    [['one two', 'ctrl-w', 'x', 'ctrl-u', 'ctrl-y', 'alt-y'], 'two|'],
    [['abc', 'left', 'ctrl-k', 'ctrl-k', 'ctrl-y', 'ctrl-y'], 'abcc|'],
    [['ab', 'ctrl-t'], 'ba|'],
    [['abc', 'ctrl-a', 'right', 'ctrl-t'], 'ba|c'],
    [['a', 'ctrl-d', 'ctrl-b', 'ctrl-d'], '|'],
  ])('%j -> %s', (inputs, expected) => {
    expect(shown(type(initialEditor(), ...inputs))).toBe(expected);
  });

  it('walks the history and keeps the draft', () => {
    let state = type(initialEditor(['one', 'two']), 'draft', 'left', 'up');
    expect(shown(state)).toBe('two|');
    state = type(state, 'up', 'up');
    expect(shown(state)).toBe('one|');
    expect(shown(type(state, 'down', 'down', 'down'))).toBe('draft|');
  });

  it('searches backwards, shows a repeated line once, and goes back', () => {
    const start = type(initialEditor(['info mem', 'info status', 'stop', 'info status']), 'x');
    const search = (...actions: EditorAction[]) => actions.reduce(reduceEditor, start);
    const older: EditorAction = { type: 'search' };
    const query = (text: string): EditorAction => ({ type: 'search-insert', text });
    expect(shown(search(older, query('in')))).toBe('|info status');
    expect(shown(search(older, query('in'), query('fo'), older))).toBe('|info mem');
    expect(search(older, query('in'), older, older).search?.failing).toBe(true);
    expect(search(older, query('zz')).search?.failing).toBe(true);
    expect(shown(search(older, query('zz'), { type: 'search-end', keep: false }))).toBe('x|');
    const kept = search(older, query('stop'), { type: 'search-end', keep: true });
    expect(shown(kept)).toBe('|stop');
    expect(shown(type(kept, 'up'))).toBe('info status|');
    expect(shown(type(kept, 'down', 'down'))).toBe('x|');
    expect(shown(search(older, query('st'), { type: 'search-delete' }, { type: 'search-delete' }))).toBe(
      'x|',
    );
  });

  it('replaces the completed word only', () => {
    const state = type(initialEditor(), 'inf rest', 'alt-b', 'left');
    expect(shown(reduceEditor(state, { type: 'replace', start: 0, text: 'info' }))).toBe('info| rest');
  });

  const action = fc.oneof(
    fc.record({ type: fc.constant('insert' as const), text: fc.string({ unit: 'grapheme', maxLength: 3 }) }),
    fc.record({ type: fc.constant('search-insert' as const), text: fc.string({ maxLength: 2 }) }),
    fc
      .constantFrom(
        'left',
        'right',
        'home',
        'end',
        'alt-b',
        'alt-f',
        'backspace',
        'delete',
        'ctrl-k',
        'ctrl-u',
      )
      .map(chord => editingAction(chord)!),
    fc
      .constantFrom('ctrl-w', 'alt-d', 'ctrl-y', 'alt-y', 'ctrl-t', 'up', 'down', 'ctrl-r')
      .map(chord => editingAction(chord)!),
    fc.constantFrom<EditorAction>({ type: 'search-end', keep: true }, { type: 'search-end', keep: false }),
  );

  it('keeps the cursor between two graphemes whatever is done', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), actions => {
        let state = initialEditor(['info status', 'é日😀']);
        for (const each of actions) {
          state = reduceEditor(state, each);
          const before = graphemes(state.text.slice(0, state.cursor));
          const after = graphemes(state.text.slice(state.cursor));
          expect(state.cursor).toBeGreaterThanOrEqual(0);
          expect(state.cursor).toBeLessThanOrEqual(state.text.length);
          if (state.search === null) expect([...before, ...after]).toEqual(graphemes(state.text));
        }
      }),
    );
  });

  it('gives back with a yank what a kill took', () => {
    const kills = fc.constantFrom('ctrl-k', 'ctrl-u', 'ctrl-w', 'alt-d', 'alt-backspace');
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.nat(20), kills, (text, steps, kill) => {
        const start = type(initialEditor(), text, ...Array<string>(steps).fill('left'));
        expect(type(start, kill, 'ctrl-y').text).toBe(start.text);
      }),
    );
  });
});
