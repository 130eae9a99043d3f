/** Longest sequence of bytes that any lead byte announces. */
export const LONGEST_SEQUENCE = 6;

/** Smallest code points that may take two, three ... bytes. */
const SMALLEST = [0, 0x80, 0x800, 0x10000, 0x20_0000, 0x400_0000];

/** What no text has: surrogates, those that Unicode keeps for nobody, and what lies beyond. */
export function isCharacter(codePoint: number): boolean {
  if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return false;
  return !(codePoint >= 0xfdd0 && codePoint <= 0xfdef) && (codePoint & 0xfffe) !== 0xfffe;
}

export interface Sequence {
  /** Negative where the bytes are no character. */
  readonly codePoint: number;
  /** Behind the bytes that were looked at. */
  readonly end: number;
}

/**
 * The character at `at` of text with one character a byte, in UTF-8 with NUL as C0 80. Of a sequence that breaks off
 * the bytes so far are taken.
 */
export function characterAt(bytes: string, at: number): Sequence {
  const lead = bytes.charCodeAt(at);
  if (lead < 0x80) return { codePoint: lead, end: at + 1 };
  if (lead < 0xc0 || lead >= 0xfe) return { codePoint: -1, end: at + 1 };
  const length = Math.clz32(~(lead << 24));
  let codePoint = lead & (0x7f >> length);
  let end = at + 1;
  for (; end < at + length; end++) {
    const byte = bytes.charCodeAt(end);
    if ((byte & 0xc0) !== 0x80) return { codePoint: -1, end };
    codePoint = (codePoint << 6) | (byte & 0x3f);
  }
  const sound =
    isCharacter(codePoint) && (codePoint >= SMALLEST[length - 1]! || (codePoint === 0 && length === 2));
  return { codePoint: sound ? codePoint : -1, end };
}

/**
 * Bytes, one character each, as the text that C would take them for: it ends at a NUL, and what is no character
 * becomes the replacement character.
 */
export function lenientText(bytes: string): string {
  const nul = bytes.indexOf('\0');
  const all = nul < 0 ? bytes : bytes.slice(0, nul);
  if (!/[\x80-\xff]/.test(all)) return all;
  let text = '';
  for (let at = 0; at < all.length; ) {
    const { codePoint, end } = characterAt(all, at);
    text += codePoint < 0 ? '\ufffd' : String.fromCodePoint(codePoint);
    at = end;
  }
  return text;
}
