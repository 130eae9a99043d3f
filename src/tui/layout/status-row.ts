import { type Row, type Span, span, type Tone } from './row.ts';
import { textWidth, truncate } from './text.ts';

/** What the status line tells; absent members are left out. */
export interface StatusView {
  /** run state by its QAPI name, '' while unknown */
  readonly runState: string;
  /** the connection is lost and is being made again */
  readonly reconnecting?: boolean | undefined;
  readonly name?: string | undefined;
  /** million guest instructions a second over all vCPUs */
  readonly mips?: number | undefined;
  /** index of the monitor's CPU and how many there are */
  readonly cpu?: { readonly index: number; readonly count: number } | undefined;
  /** the serial console's label, and whether it wrote something that was not shown yet */
  readonly serial?: { readonly label: string; readonly unread: boolean } | undefined;
  /** the command that runs, once it takes long enough to say so, and how many wait behind it */
  readonly activity?: { readonly line: string; readonly queued: number } | undefined;
}

const ERRORS = new Set(['internal-error', 'io-error', 'guest-panicked', 'watchdog']);

/** Tone of a run state: running good, errors bad, everything else a warning. */
export function runStateTone(state: string): Tone {
  if (state === 'running') return 'good';
  if (state === '') return 'dim';
  return ERRORS.has(state) ? 'bad' : 'warn';
}

/** `0.42`, `7.3`, `123`, `1234`: three digits that matter. */
export function formatMips(mips: number): string {
  if (mips < 1) return mips.toFixed(2);
  return mips < 10 ? mips.toFixed(1) : Math.round(mips).toString();
}

interface Segment {
  readonly spans: Span[];
  /** the lowest goes first when the line is too long */
  readonly priority: number;
}

function activitySegment(line: string, queued: number): Segment {
  const waiting = queued > 0 ? `, ${queued} queued` : '';
  return {
    priority: 5,
    spans: [span(`${truncate(line, 24)}${waiting}: `, 'plain'), span('Ctrl-C aborts', 'notice')],
  };
}

function segments(view: StatusView): Segment[] {
  const state = view.reconnecting
    ? span('disconnected, connecting again', 'bad')
    : span(view.runState || 'connecting', runStateTone(view.runState));
  const list: Segment[] = [{ priority: 6, spans: [state] }];
  if (view.name) list.push({ priority: 1, spans: [span(view.name, 'plain')] });
  if (view.mips !== undefined) {
    list.push({ priority: 2, spans: [span(`${formatMips(view.mips)} MIPS`, 'plain')] });
  }
  if (view.cpu) {
    const { index, count } = view.cpu;
    list.push({ priority: 0, spans: [span(`cpu ${index}${count > 1 ? ` of ${count}` : ''}`, 'plain')] });
  }
  if (view.activity) list.push(activitySegment(view.activity.line, view.activity.queued));
  if (view.serial) {
    list.push({ priority: 4, spans: [span(`Ctrl-O ${view.serial.label}`, 'dim')] });
    if (view.serial.unread) list.push({ priority: 3, spans: [span('[new output]', 'notice')] });
  }
  return list;
}

const SEPARATOR = span('  ');

function join(list: readonly Segment[]): Row {
  return list.flatMap((segment, index) => (index === 0 ? segment.spans : [SEPARATOR, ...segment.spans]));
}

const width = (row: Row) => row.reduce((sum, part) => sum + textWidth(part.text), 0);

/** The status line in at most `columns` columns: what matters least is left out first. */
export function statusRow(view: StatusView, columns: number): Row {
  let list = segments(view);
  while (list.length > 1 && width(join(list)) > columns) {
    const lowest = Math.min(...list.map(segment => segment.priority));
    list = list.filter(segment => segment.priority !== lowest);
  }
  const row = join(list);
  if (width(row) <= columns) return row;
  const [first = SEPARATOR] = row;
  return [span(truncate(first.text, columns), first.tone)];
}
