import { isSpace } from './line-reader.ts';

/** A word of a line that is still being typed. */
export interface Word {
  /** its value, quotes removed */
  text: string;
  /** where it starts in the line, the quote included */
  start: number;
}

function readQuoted(line: string, start: number): { text: string; end: number } {
  let text = '';
  let at = start + 1;
  while (at < line.length && line[at] !== '"') {
    if (line[at] === '\\' && at + 1 < line.length) at++;
    text += line[at];
    at++;
  }
  return { text, end: at + 1 };
}

function readBare(line: string, start: number, isCommand: boolean): { text: string; end: number } {
  let end = start;
  while (end < line.length && !isSpace(line.charAt(end)) && !(isCommand && end > start && line[end] === '/'))
    end++;
  return { text: line.slice(start, end), end };
}

/**
 * Splits the text before the cursor into words; the last one is the word at the cursor, '' behind a blank.
 * The command's name ends at '/' too: `x/4xw` is two words.
 */
export function splitWords(head: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    while (isSpace(head.charAt(at))) at++;
    if (at >= head.length) break;
    const start = at;
    const { text, end } =
      head[start] === '"' ? readQuoted(head, start) : readBare(head, start, words.length === 0);
    words.push({ text, start });
    at = end;
    if (end > head.length) return words;
  }
  if (head === '' || isSpace(head.charAt(head.length - 1))) words.push({ text: '', start: head.length });
  return words;
}

/** A word as it must be typed: quoted where it has blanks, quotes or backslashes at its start. */
export function quoteWord(text: string): string {
  if (!/[ \t\n\v\f\r]|^"/.test(text)) return text;
  const escaped = text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `"${escaped}"`;
}
