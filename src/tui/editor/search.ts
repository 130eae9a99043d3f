import type { EditorState, SearchState } from './state.ts';

/** Newest line at or before `from` that contains the query. */
function findBackwards(history: readonly string[], query: string, from: number): number | null {
  for (let index = Math.min(from, history.length - 1); index >= 0; index--) {
    if (history[index]?.includes(query)) return index;
  }
  return null;
}

function show(state: EditorState, search: SearchState, match: number | null): EditorState {
  if (match === null) return { ...state, search: { ...search, failing: true } };
  const text = state.history[match] ?? '';
  const cursor = text.indexOf(search.query);
  return { ...state, text, cursor, search: { ...search, match, failing: false } };
}

/** Starts a search, or goes on to the next older match. */
export function searchOlder(state: EditorState): EditorState {
  const { search } = state;
  if (search === null) {
    const fresh: SearchState = {
      query: '',
      match: null,
      failing: false,
      originalText: state.text,
      originalCursor: state.cursor,
    };
    return { ...state, search: fresh };
  }
  if (search.query === '') return state;
  const from = (search.match ?? state.history.length) - 1;
  const shown = state.history[search.match ?? -1];
  // A line that stands in the history several times is shown once.
  let match = findBackwards(state.history, search.query, from);
  while (match !== null && state.history[match] === shown) {
    match = findBackwards(state.history, search.query, match - 1);
  }
  return show(state, search, match);
}

/** Changes the query and looks again, from the newest line when it got shorter. */
export function searchFor(state: EditorState, query: string): EditorState {
  const { search } = state;
  if (search === null) return state;
  if (query === '') {
    const reset = { ...search, query, match: null, failing: false };
    return { ...state, text: search.originalText, cursor: search.originalCursor, search: reset };
  }
  const longer = query.startsWith(search.query) && search.match !== null;
  const from = longer ? (search.match ?? 0) : state.history.length - 1;
  return show(state, { ...search, query }, findBackwards(state.history, query, from));
}

/** Ends the search with the line found or the one that was there before. */
export function endSearch(state: EditorState, keep: boolean): EditorState {
  const { search } = state;
  if (search === null) return state;
  if (!keep) return { ...state, text: search.originalText, cursor: search.originalCursor, search: null };
  if (search.match === null) return { ...state, search: null };
  const draft = state.position === state.history.length ? search.originalText : state.draft;
  return { ...state, position: search.match, draft, search: null };
}
