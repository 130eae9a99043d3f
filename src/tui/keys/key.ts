/**
 * One decoded key. A chord is the modifiers and the key joined by `-`, modifiers in the order ctrl, alt, shift:
 * `a` never appears (it is text), `ctrl-a`, `alt-b`, `ctrl-left`, `shift-tab`, `enter`, `escape`.
 */
export type Key =
  | { kind: 'text'; text: string }
  | { kind: 'chord'; chord: string }
  /** a bracketed paste, line ends as they came */
  | { kind: 'paste'; text: string };

export const text = (value: string): Key => ({ kind: 'text', text: value });
export const chord = (value: string): Key => ({ kind: 'chord', chord: value });

/** Chord of a C0 control byte or DEL. */
export function controlChord(byte: number): string {
  switch (byte) {
    case 0x09:
      return 'tab';
    case 0x0d:
      return 'enter';
    case 0x1b:
      return 'escape';
    case 0x7f:
      return 'backspace';
    case 0x00:
      return 'ctrl-space';
    default:
      return `ctrl-${String.fromCharCode(byte + 0x40).toLowerCase()}`;
  }
}

/** Prefix for an xterm modifier parameter: 1 plus the sum of shift 1, alt 2, ctrl 4. */
export function modifierPrefix(parameter: number): string {
  const bits = Math.max(0, parameter - 1);
  return `${bits & 4 ? 'ctrl-' : ''}${bits & 2 ? 'alt-' : ''}${bits & 1 ? 'shift-' : ''}`;
}
