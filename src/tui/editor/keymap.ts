import type { EditorAction } from './state.ts';

/** Chords that edit the line. Names as GNU readline's default bindings have them. */
const EDITING: Readonly<Record<string, EditorAction>> = {
  left: { type: 'move', to: 'left' },
  'ctrl-b': { type: 'move', to: 'left' },
  right: { type: 'move', to: 'right' },
  'ctrl-f': { type: 'move', to: 'right' },
  home: { type: 'move', to: 'home' },
  'ctrl-a': { type: 'move', to: 'home' },
  end: { type: 'move', to: 'end' },
  'ctrl-e': { type: 'move', to: 'end' },
  'alt-b': { type: 'move', to: 'word-left' },
  'alt-left': { type: 'move', to: 'word-left' },
  'ctrl-left': { type: 'move', to: 'word-left' },
  'alt-f': { type: 'move', to: 'word-right' },
  'alt-right': { type: 'move', to: 'word-right' },
  'ctrl-right': { type: 'move', to: 'word-right' },
  backspace: { type: 'delete', to: 'left' },
  'ctrl-h': { type: 'delete', to: 'left' },
  delete: { type: 'delete', to: 'right' },
  'ctrl-d': { type: 'delete', to: 'right' },
  'ctrl-k': { type: 'kill', to: 'end' },
  'ctrl-u': { type: 'kill', to: 'home' },
  'ctrl-w': { type: 'kill', to: 'blank-word-left' },
  'alt-backspace': { type: 'kill', to: 'word-left' },
  'alt-ctrl-h': { type: 'kill', to: 'word-left' },
  'alt-d': { type: 'kill', to: 'word-right' },
  'ctrl-delete': { type: 'kill', to: 'word-right' },
  'ctrl-y': { type: 'yank' },
  'alt-y': { type: 'yank-pop' },
  'ctrl-t': { type: 'transpose' },
  up: { type: 'history', to: 'previous' },
  'ctrl-p': { type: 'history', to: 'previous' },
  down: { type: 'history', to: 'next' },
  'ctrl-n': { type: 'history', to: 'next' },
  'alt-<': { type: 'history', to: 'first' },
  'alt->': { type: 'history', to: 'last' },
  'ctrl-r': { type: 'search' },
};

/** Chords of a running search; every other one ends it, keeps the line and then has its own meaning. */
const SEARCHING: Readonly<Record<string, EditorAction>> = {
  'ctrl-r': { type: 'search' },
  backspace: { type: 'search-delete' },
  'ctrl-h': { type: 'search-delete' },
  'ctrl-g': { type: 'search-end', keep: false },
  'ctrl-c': { type: 'search-end', keep: false },
  escape: { type: 'search-end', keep: true },
};

/** What the chord does to the line; undefined when it does not edit. */
export function editingAction(chord: string): EditorAction | undefined {
  return Object.hasOwn(EDITING, chord) ? EDITING[chord] : undefined;
}

/** What the chord does while searching; undefined when it ends the search. */
export function searchAction(chord: string): EditorAction | undefined {
  return Object.hasOwn(SEARCHING, chord) ? SEARCHING[chord] : undefined;
}
