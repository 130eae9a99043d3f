/** How a piece of text is meant; the theme says how it looks. */
export type Tone = 'plain' | 'prompt' | 'dim' | 'good' | 'warn' | 'bad' | 'name' | 'notice';

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One terminal row of the live area. */
export type Row = readonly Span[];

export const span = (text: string, tone: Tone = 'plain'): Span => ({ text, tone });

/** Text of a row without its tones. */
export function rowText(row: Row): string {
  return row.map(part => part.text).join('');
}
