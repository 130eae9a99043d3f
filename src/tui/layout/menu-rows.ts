import type { TuiCandidate } from '../types.ts';
import { type Row, type Span, span } from './row.ts';
import { textWidth, truncate } from './text.ts';

const GAP = 2;
/** Widest cell: beyond it, help texts are cut so that two columns fit an 80 column terminal. */
const MAX_CELL = 38;

/** Candidates in a grid, filled column by column. */
export interface MenuLayout {
  readonly rows: readonly Row[];
  /** how many candidates a page holds */
  readonly pageSize: number;
}

interface Cell {
  readonly names: number;
  readonly width: number;
}

function measure(candidates: readonly TuiCandidate[], columns: number): Cell {
  const names = Math.max(1, ...candidates.map(({ text }) => textWidth(text)));
  const helps = Math.max(0, ...candidates.map(({ help = '' }) => textWidth(help)));
  const natural = names + (helps > 0 ? GAP + helps : 0);
  const width = Math.min(natural, Math.max(names, MAX_CELL), columns);
  return { names: Math.min(names, width), width };
}

function cellSpans(candidate: TuiCandidate, cell: Cell, last: boolean): Span[] {
  const name = truncate(candidate.text, cell.names);
  const room = cell.width - cell.names - GAP;
  const help = candidate.help === undefined || room < 4 ? '' : truncate(candidate.help, room);
  const namePad = cell.names - textWidth(name);
  if (help === '') {
    const pad = last ? 0 : cell.width - textWidth(name) + GAP;
    return [span(name + ' '.repeat(pad), 'name')];
  }
  const helpPad = last ? 0 : room - textWidth(help) + GAP;
  return [span(name + ' '.repeat(namePad + GAP), 'name'), span(help + ' '.repeat(helpPad), 'dim')];
}

/** Lays out one page of candidates in at most `height` rows of `columns` columns. */
export function menuRows(
  candidates: readonly TuiCandidate[],
  page: number,
  columns: number,
  height: number,
): MenuLayout {
  if (height < 1 || candidates.length === 0) return { rows: [], pageSize: Math.max(1, candidates.length) };
  const cell = measure(candidates, columns);
  const across = Math.max(1, Math.floor((columns + GAP) / (cell.width + GAP)));
  const fits = candidates.length <= across * height;
  const down = fits ? Math.ceil(candidates.length / across) : Math.max(1, height - 1);
  const pageSize = across * down;
  const pages = Math.ceil(candidates.length / pageSize);
  const first = (page % pages) * pageSize;
  const shown = candidates.slice(first, first + pageSize);
  const rows: Row[] = [];
  for (let y = 0; y < Math.min(down, shown.length); y++) {
    const row: Span[] = [];
    for (let index = y; index < shown.length; index += down) {
      const candidate = shown[index];
      if (candidate) row.push(...cellSpans(candidate, cell, index + down >= shown.length));
    }
    rows.push(row);
  }
  if (pages > 1 && height > 1) {
    const note = `${first + 1}-${first + shown.length} of ${candidates.length}, Tab for more`;
    rows.push([span(truncate(note, columns), 'dim')]);
  }
  return { rows, pageSize };
}
