import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const PLAIN = /^[\x20-\x7e]*$/;

/** Columns that the text takes on a terminal. */
export function textWidth(value: string): number {
  return PLAIN.test(value) ? value.length : stringWidth(value);
}

/** The user-perceived characters of a text. */
export function graphemes(value: string): string[] {
  if (PLAIN.test(value)) return value.split('');
  return Array.from(segmenter.segment(value), part => part.segment);
}

/** Cuts a text to at most `columns` columns, the last one `…` where something was cut. */
export function truncate(value: string, columns: number): string {
  if (textWidth(value) <= columns) return value;
  if (columns <= 0) return '';
  let result = '';
  let used = 0;
  for (const grapheme of graphemes(value)) {
    const width = textWidth(grapheme);
    if (used + width > columns - 1) break;
    result += grapheme;
    used += width;
  }
  return `${result}…`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * Makes text of unknown origin harmless to a terminal: line ends become `\n`, tabs stay, every other control
 * character is shown in caret notation (C1 ones as `\x9b`).
 */
export function printable(value: string): string {
  return value.replace(/\r\n/g, '\n').replace(CONTROLS, character => {
    const code = character.charCodeAt(0);
    if (code === 0x7f) return '^?';
    return code < 0x20 ? `^${String.fromCharCode(code + 0x40)}` : `\\x${code.toString(16)}`;
  });
}

/** One line of input: control characters become blanks, so that nothing pasted acts on the terminal. */
export function oneLine(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  return value.replace(/\t/g, ' ').replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, '');
}
