import { oneLine } from './layout/text.ts';
import type { TuiCandidate, TuiCompletion } from './types.ts';

/** The longest text that all begin with, never cut inside a surrogate pair. */
export function commonPrefix(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && same < other.length && first[same] === other[same]) same++;
    length = same;
  }
  const last = first.charCodeAt(length - 1);
  return first.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

/** What Tab comes to: a replacement of `line.slice(start, cursor)`, a list to show, or nothing. */
export type TabOutcome =
  | { kind: 'replace'; start: number; text: string }
  | { kind: 'list'; candidates: readonly TuiCandidate[] }
  | { kind: 'none' };

/** Words that go on behind these: a path, a member, a value. No blank is put behind them. */
const OPEN_END = /[=/:,.]$/;

/** Decides what Tab does with an answer. */
export function tabOutcome(line: string, cursor: number, completion: TuiCompletion): TabOutcome {
  const { start } = completion;
  const candidates = completion.candidates.filter(({ text }) => text !== '' && oneLine(text) === text);
  const typed = line.slice(start, cursor);
  const [only] = candidates;
  if (only === undefined) return { kind: 'none' };
  if (candidates.length === 1) {
    const blank = OPEN_END.test(only.text) || line[cursor] === ' ' ? '' : ' ';
    const text = only.text + blank;
    return text === typed ? { kind: 'none' } : { kind: 'replace', start, text };
  }
  const prefix = commonPrefix(candidates.map(({ text }) => text));
  if (prefix.length > typed.length) return { kind: 'replace', start, text: prefix };
  return { kind: 'list', candidates };
}
