import type { DeleteTarget } from './state.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WORD = /[\p{L}\p{N}_]/u;
const BLANK = /\s/u;

/** Start of the grapheme before `index`. */
export function previousGrapheme(text: string, index: number): number {
  let start = 0;
  for (const part of segmenter.segment(text)) {
    if (part.index >= index) break;
    start = part.index;
  }
  return start;
}

/** End of the grapheme at `index`. */
export function nextGrapheme(text: string, index: number): number {
  for (const part of segmenter.segment(text)) {
    const end = part.index + part.segment.length;
    if (end > index) return end;
  }
  return text.length;
}

/** The boundary between graphemes at or before `index`. */
export function snap(text: string, index: number): number {
  const limited = Math.max(0, Math.min(index, text.length));
  return limited === text.length ? limited : previousGrapheme(text, limited + 1);
}

type Step = (text: string, index: number) => number;

/** Walks while `test` holds for the grapheme that the step passes. */
function skip(text: string, from: number, step: Step, test: (grapheme: string) => boolean): number {
  let index = from;
  for (;;) {
    const next = step(text, index);
    if (next === index) return index;
    if (!test(text.slice(Math.min(index, next), Math.max(index, next)))) return index;
    index = next;
  }
}

function overWord(text: string, from: number, step: Step): number {
  const atWord = skip(text, from, step, grapheme => !WORD.test(grapheme));
  return skip(text, atWord, step, grapheme => WORD.test(grapheme));
}

/** Where the motion leads from `cursor`. */
export function target(text: string, cursor: number, to: DeleteTarget): number {
  switch (to) {
    case 'left':
      return previousGrapheme(text, cursor);
    case 'right':
      return nextGrapheme(text, cursor);
    case 'home':
      return 0;
    case 'end':
      return text.length;
    case 'word-left':
      return overWord(text, cursor, previousGrapheme);
    case 'word-right':
      return overWord(text, cursor, nextGrapheme);
    case 'blank-word-left': {
      const word = skip(text, cursor, previousGrapheme, grapheme => BLANK.test(grapheme));
      return skip(text, word, previousGrapheme, grapheme => !BLANK.test(grapheme));
    }
  }
}
