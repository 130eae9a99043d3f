import { chord, controlChord, type Key, modifierPrefix, text } from './key.ts';

/** Keys that end a CSI or SS3 sequence with a letter (xterm, VT220, rxvt). */
const FINAL_KEYS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
};

/** Keys of `CSI number ~`. */
const TILDE_KEYS: Readonly<Record<number, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
};

/** rxvt's `ESC O a` .. `ESC O d`: arrows with Ctrl; `ESC O M`: Enter of the keypad. */
const SS3_KEYS: Readonly<Record<string, string>> = {
  a: 'ctrl-up',
  b: 'ctrl-down',
  c: 'ctrl-right',
  d: 'ctrl-left',
  M: 'enter',
};

/** Key of one code point with modifiers, as the CSI u and modifyOtherKeys forms report it. */
function codePointKey(codePoint: number, modifiers: number): Key | null {
  if (!Number.isInteger(codePoint) || codePoint > 0x10ffff) return null;
  const prefix = modifierPrefix(modifiers);
  if (codePoint < 0x20 || codePoint === 0x7f) return chord(prefix + controlChord(codePoint));
  const character = String.fromCodePoint(codePoint);
  if (prefix === '' || prefix === 'shift-') return text(character);
  return chord(prefix + (character === ' ' ? 'space' : character.toLowerCase()));
}

/** Key of a complete SS3 sequence; null when it names none. */
export function ss3Key(final: string): Key | null {
  const name = FINAL_KEYS[final] ?? SS3_KEYS[final];
  return name === undefined ? null : chord(name);
}

/** Key of a complete CSI sequence (ECMA-48 5.4: parameter bytes and final byte); null when it names none. */
export function csiKey(parameters: string, final: string): Key | null {
  if (final === 'Z') return chord('shift-tab');
  const numbers = parameters.split(';').map(part => Number.parseInt(part, 10));
  const first = numbers[0] ?? Number.NaN;
  const modifiers = numbers[1] ?? 1;
  const prefix = modifierPrefix(Number.isNaN(modifiers) ? 1 : modifiers);
  if (final === 'u') return codePointKey(first, Number.isNaN(modifiers) ? 1 : modifiers);
  if (final === '~') {
    if (first === 27) return codePointKey(numbers[2] ?? Number.NaN, modifiers);
    const name = TILDE_KEYS[first];
    return name === undefined ? null : chord(prefix + name);
  }
  const name = FINAL_KEYS[final];
  return name === undefined ? null : chord(prefix + name);
}
