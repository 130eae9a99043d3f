import { nextGrapheme, previousGrapheme, snap, target } from './motion.ts';
import { endSearch, searchFor, searchOlder } from './search.ts';
import type { DeleteTarget, EditorAction, EditorState } from './state.ts';

/** Killed texts that are kept. */
const KILL_RING_SIZE = 32;
/** Longest line; what would go beyond is not taken. */
export const MAX_LINE = 64 * 1024;

/** Replaces a range and puts the cursor behind what was put in. */
function splice(state: EditorState, start: number, end: number, text: string): EditorState {
  const result = state.text.slice(0, start) + text + state.text.slice(end);
  if (result.length > MAX_LINE) return state;
  // Joined characters can form a new grapheme: the cursor must not stand inside it.
  const cursor = text === '' ? snap(result, start) : forward(result, start + text.length);
  return { ...state, text: result, cursor };
}

/** The boundary between graphemes at or after `index`. */
function forward(text: string, index: number): number {
  const before = snap(text, index);
  return before === index ? index : nextGrapheme(text, before);
}

function kill(state: EditorState, to: DeleteTarget): EditorState {
  const end = target(state.text, state.cursor, to);
  if (end === state.cursor) return state;
  const [from, until] = end < state.cursor ? [end, state.cursor] : [state.cursor, end];
  const killed = state.text.slice(from, until);
  const ring = [...state.killRing];
  const last = state.killing ? ring.pop() : undefined;
  ring.push(last === undefined ? killed : end < state.cursor ? killed + last : last + killed);
  return { ...splice(state, from, until, ''), killRing: ring.slice(-KILL_RING_SIZE), killing: true };
}

function yank(state: EditorState): EditorState {
  const index = state.killRing.length - 1;
  const text = state.killRing[index];
  if (text === undefined) return state;
  return { ...splice(state, state.cursor, state.cursor, text), yanked: { start: state.cursor, index } };
}

function yankPop(state: EditorState): EditorState {
  if (state.yanked === null) return state;
  const { start, index } = state.yanked;
  const older = index > 0 ? index - 1 : state.killRing.length - 1;
  const text = state.killRing[older] ?? '';
  return { ...splice(state, start, state.cursor, text), yanked: { start, index: older } };
}

function transpose(state: EditorState): EditorState {
  const { text, cursor } = state;
  const middle = cursor === text.length ? previousGrapheme(text, cursor) : cursor;
  const start = previousGrapheme(text, middle);
  if (start === middle) return state;
  const end = nextGrapheme(text, middle);
  return splice(state, start, end, text.slice(middle, end) + text.slice(start, middle));
}

function visit(state: EditorState, to: 'previous' | 'next' | 'first' | 'last'): EditorState {
  const last = state.history.length;
  const wanted = { previous: state.position - 1, next: state.position + 1, first: 0, last }[to];
  const position = Math.max(0, Math.min(last, wanted));
  if (position === state.position) return state;
  const draft = state.position === last ? state.text : state.draft;
  const text = position === last ? draft : (state.history[position] ?? '');
  return { ...state, draft, position, text, cursor: text.length };
}

function reset(state: EditorState, history: readonly string[]): EditorState {
  return { ...state, text: '', cursor: 0, draft: '', history, position: history.length, search: null };
}

function apply(state: EditorState, action: EditorAction): EditorState {
  switch (action.type) {
    case 'insert':
      return splice(state, state.cursor, state.cursor, action.text);
    case 'move':
      return { ...state, cursor: target(state.text, state.cursor, action.to) };
    case 'delete': {
      const end = target(state.text, state.cursor, action.to);
      return splice(state, Math.min(end, state.cursor), Math.max(end, state.cursor), '');
    }
    case 'kill':
      return kill(state, action.to);
    case 'yank':
      return yank(state);
    case 'yank-pop':
      return yankPop(state);
    case 'transpose':
      return transpose(state);
    case 'history':
      return visit(state, action.to);
    case 'search':
      return searchOlder(state);
    case 'search-insert':
      return searchFor(state, (state.search?.query ?? '') + action.text);
    case 'search-delete': {
      const query = state.search?.query ?? '';
      return searchFor(state, query.slice(0, previousGrapheme(query, query.length)));
    }
    case 'search-end':
      return endSearch(state, action.keep);
    case 'reset':
      return reset(state, action.history ?? state.history);
    case 'replace':
      return splice(state, Math.min(action.start, state.cursor), state.cursor, action.text);
  }
}

/** The next state of the line. Pure; never throws. */
export function reduceEditor(state: EditorState, action: EditorAction): EditorState {
  const next = apply(state, action);
  const killing = action.type === 'kill' && next.killing;
  const yanked = action.type === 'yank' || action.type === 'yank-pop' ? next.yanked : null;
  return killing === next.killing && yanked === next.yanked ? next : { ...next, killing, yanked };
}
