import type { EditorState } from '../editor/state.ts';
import type { TuiCandidate } from '../types.ts';
import { inputRows } from './input-rows.ts';
import { menuRows } from './menu-rows.ts';
import type { Row } from './row.ts';
import { type StatusView, statusRow } from './status-row.ts';

/** Most rows of a completion list. */
const MENU_HEIGHT = 10;

/** Everything that the live area shows. */
export interface LiveView {
  readonly editor: EditorState;
  readonly hint: string;
  readonly menu: { readonly candidates: readonly TuiCandidate[]; readonly page: number } | null;
  readonly status: StatusView;
}

export interface LiveLayout {
  readonly input: readonly Row[];
  readonly menu: readonly Row[];
  readonly status: Row | null;
  readonly cursor: { readonly x: number; readonly y: number };
}

/** Rows of the whole live area, top to bottom. */
export function liveRows(layout: LiveLayout): Row[] {
  return [...layout.input, ...layout.menu, ...(layout.status ? [layout.status] : [])];
}

/**
 * Lays out input line, completion list and status line in at most `rows - 1` rows: one that is as high as the
 * terminal would make Ink wipe the scrollback.
 */
export function layoutLive(view: LiveView, columns: number, rows: number): LiveLayout {
  const height = Math.max(1, rows - 1);
  const status = height > 1 ? statusRow(view.status, columns) : null;
  const room = height - (status ? 1 : 0);
  const input = inputRows(view.editor, view.menu ? '' : view.hint, columns, room);
  const menuRoom = Math.min(MENU_HEIGHT, room - input.rows.length);
  const menu = view.menu ? menuRows(view.menu.candidates, view.menu.page, columns, menuRoom).rows : [];
  return { input: input.rows, menu, status, cursor: input.cursor };
}
