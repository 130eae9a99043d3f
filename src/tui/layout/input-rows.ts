import type { EditorState } from '../editor/state.ts';
import { type Row, type Span, span, type Tone } from './row.ts';
import { graphemes, textWidth, truncate } from './text.ts';

export const PROMPT = '(hmp) ';

export interface InputRows {
  readonly rows: readonly Row[];
  /** where the terminal's cursor belongs: column and row, from 0 */
  readonly cursor: { readonly x: number; readonly y: number };
}

/** The prompt, or what stands in its place while searching. */
export function promptText(editor: EditorState): string {
  if (editor.search === null) return PROMPT;
  const { failing, query } = editor.search;
  return `(${failing ? 'failed ' : ''}reverse-i-search)\`${query}': `;
}

/** Fills rows with graphemes, breaking where a row is full. */
class RowFiller {
  readonly rows: Span[][] = [[]];
  x = 0;
  private readonly columns: number;

  constructor(columns: number) {
    this.columns = columns;
  }

  get y(): number {
    return this.rows.length - 1;
  }

  add(value: string, tone: Tone): void {
    let run = '';
    for (const grapheme of graphemes(value)) {
      const width = textWidth(grapheme);
      if (this.x + width > this.columns) {
        this.put(run, tone);
        run = '';
        this.breakRow();
      }
      run += grapheme;
      this.x += width;
    }
    this.put(run, tone);
  }

  breakRow(): void {
    this.rows.push([]);
    this.x = 0;
  }

  private put(run: string, tone: Tone): void {
    if (run !== '') this.rows[this.y]?.push(span(run, tone));
  }
}

/** Keeps at most `height` rows, those around the cursor's. */
function windowOf(all: InputRows, height: number): InputRows {
  if (all.rows.length <= height) return all;
  const { x, y } = all.cursor;
  const first = Math.max(0, Math.min(y - Math.floor(height / 2), all.rows.length - height));
  return { rows: all.rows.slice(first, first + height), cursor: { x, y: y - first } };
}

/**
 * Lays out the prompt, the line and, when the cursor stands at its end, the parameter hint.
 * At most `height` rows of `columns` columns.
 */
export function inputRows(editor: EditorState, hint: string, columns: number, height: number): InputRows {
  const filler = new RowFiller(Math.max(1, columns));
  filler.add(promptText(editor), 'prompt');
  filler.add(editor.text.slice(0, editor.cursor), 'plain');
  if (filler.x >= columns) filler.breakRow();
  const cursor = { x: filler.x, y: filler.y };
  filler.add(editor.text.slice(editor.cursor), 'plain');
  const room = columns - filler.x;
  if (hint !== '' && editor.cursor === editor.text.length && room > 1) {
    filler.add(truncate(hint, room), 'dim');
  }
  return windowOf({ rows: filler.rows, cursor }, Math.max(1, height));
}
