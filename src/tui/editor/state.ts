/** Reverse incremental search in the history. */
export interface SearchState {
  readonly query: string;
  /** index of the line found, null while none is */
  readonly match: number | null;
  /** nothing older matches the query */
  readonly failing: boolean;
  /** the line as it was before the search */
  readonly originalText: string;
  readonly originalCursor: number;
}

/** The line being edited. `cursor` counts UTF-16 units and stands between two graphemes of `text`. */
export interface EditorState {
  readonly text: string;
  readonly cursor: number;
  /** killed texts, the newest last */
  readonly killRing: readonly string[];
  /** the last action killed text: the next kill joins it */
  readonly killing: boolean;
  /** what the last action yanked, so that Alt-Y can exchange it */
  readonly yanked: { readonly start: number; readonly index: number } | null;
  /** submitted lines, oldest first */
  readonly history: readonly string[];
  /** line of the history being shown; `history.length` is the draft */
  readonly position: number;
  /** the unsubmitted line, kept while the history is visited */
  readonly draft: string;
  readonly search: SearchState | null;
}

export type Motion = 'left' | 'right' | 'word-left' | 'word-right' | 'home' | 'end';
export type DeleteTarget = Motion | 'blank-word-left';

export type EditorAction =
  | { type: 'insert'; text: string }
  | { type: 'move'; to: Motion }
  /** removes a grapheme; nothing is kept */
  | { type: 'delete'; to: 'left' | 'right' }
  /** removes text into the kill ring */
  | { type: 'kill'; to: DeleteTarget }
  | { type: 'yank' }
  | { type: 'yank-pop' }
  | { type: 'transpose' }
  | { type: 'history'; to: 'previous' | 'next' | 'first' | 'last' }
  | { type: 'search' }
  | { type: 'search-insert'; text: string }
  | { type: 'search-delete' }
  /** ends the search; `keep` leaves the line found, otherwise the original line returns */
  | { type: 'search-end'; keep: boolean }
  /** the line was submitted or dropped: an empty line, and `history` as it is now */
  | { type: 'reset'; history?: readonly string[] }
  /** replaces `text.slice(start, cursor)` */
  | { type: 'replace'; start: number; text: string };

/** An empty line over a history. */
export function initialEditor(history: readonly string[] = []): EditorState {
  return {
    text: '',
    cursor: 0,
    killRing: [],
    killing: false,
    yanked: null,
    history,
    position: history.length,
    draft: '',
    search: null,
  };
}
