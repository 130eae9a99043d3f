import { csiKey, ss3Key } from './csi.ts';
import { chord, controlChord, type Key, text } from './key.ts';

/** Longest parameter string that is kept; longer sequences are swallowed without a meaning. */
const MAX_PARAMETERS = 64;
/** A paste beyond this many bytes is delivered in parts. */
const MAX_PASTE = 1 << 20;
const PASTE_END = [0x1b, 0x5b, 0x32, 0x30, 0x31, 0x7e];
const REPLACEMENT = '\ufffd';
const ESC = 0x1b;

type State = 'ground' | 'escape' | 'csi' | 'ss3' | 'linux' | 'utf8' | 'paste';

/** What the decoder waits for: a lone ESC is decided by time, the others should be completed by what follows. */
export type Pending = 'none' | 'escape' | 'sequence' | 'paste';

/**
 * Turns terminal input into keys, byte by byte, whatever way it was cut into chunks. Never throws; a sequence
 * without a meaning gives no key, malformed UTF-8 gives U+FFFD.
 */
export class KeyDecoder {
  private state: State = 'ground';
  private parameters = '';
  private sequence: number[] = [];
  private needed = 0;
  private paste: number[] = [];
  private altPrefix = false;

  get pending(): Pending {
    if (this.state === 'ground') return 'none';
    if (this.state === 'escape') return 'escape';
    return this.state === 'paste' ? 'paste' : 'sequence';
  }

  /** Keys completed by this byte. */
  feed(byte: number): Key[] {
    switch (this.state) {
      case 'ground':
        return this.ground(byte);
      case 'escape':
        return this.escape(byte);
      case 'csi':
        return this.csi(byte);
      case 'ss3':
        return this.ss3(byte);
      case 'linux':
        this.state = 'ground';
        return [];
      case 'utf8':
        return this.utf8(byte);
      case 'paste':
        return this.pasted(byte);
    }
  }

  /** Keys completed by these bytes. */
  push(bytes: Uint8Array): Key[] {
    const keys: Key[] = [];
    for (const byte of bytes) keys.push(...this.feed(byte));
    return keys;
  }

  /** Ends what is pending because nothing followed in time. */
  flush(): Key[] {
    const { state } = this;
    this.state = 'ground';
    switch (state) {
      case 'escape':
        return [chord(this.altPrefix ? 'alt-escape' : 'escape')];
      case 'csi':
        return this.parameters === '' ? [chord('alt-[')] : [];
      case 'ss3':
        return [chord('alt-shift-o')];
      case 'utf8':
        return [text(REPLACEMENT)];
      case 'paste':
        return this.takePaste();
      default:
        return [];
    }
  }

  private ground(byte: number): Key[] {
    if (byte === ESC) {
      this.state = 'escape';
      this.altPrefix = false;
      return [];
    }
    if (byte < 0x20 || byte === 0x7f) return [chord(controlChord(byte))];
    if (byte < 0x80) return [text(String.fromCharCode(byte))];
    if (byte < 0xc2 || byte > 0xf4) return [text(REPLACEMENT)];
    this.sequence = [byte];
    this.needed = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    this.state = 'utf8';
    return [];
  }

  private utf8(byte: number): Key[] {
    if ((byte & 0xc0) !== 0x80) {
      this.state = 'ground';
      return [text(REPLACEMENT), ...this.ground(byte)];
    }
    this.sequence.push(byte);
    if (this.sequence.length < this.needed) return [];
    this.state = 'ground';
    const decoded = Buffer.from(this.sequence).toString('utf8');
    // U+0080..U+009F are control characters, which no key sends.
    if (decoded < '\u00a0') return [];
    return [text([...decoded].length === 1 ? decoded : REPLACEMENT)];
  }

  private escape(byte: number): Key[] {
    this.state = 'ground';
    if (byte === 0x5b) {
      this.state = 'csi';
      this.parameters = '';
      return [];
    }
    if (byte === 0x4f) {
      this.state = 'ss3';
      return [];
    }
    if (byte === ESC) {
      // Two of them: the first was a key of its own unless it is Alt on a key that is a sequence itself.
      this.state = 'escape';
      const keys = this.altPrefix ? [chord('escape')] : [];
      this.altPrefix = true;
      return keys;
    }
    const early = this.altPrefix ? [chord('escape')] : [];
    if (byte >= 0x80) return [...early, chord('escape'), ...this.ground(byte)];
    if (byte < 0x20 || byte === 0x7f) return [...early, chord(`alt-${controlChord(byte)}`)];
    const character = String.fromCharCode(byte);
    const shifted = character >= 'A' && character <= 'Z' ? 'shift-' : '';
    return [...early, chord(`alt-${shifted}${character.toLowerCase()}`)];
  }

  private ss3(byte: number): Key[] {
    this.state = 'ground';
    if (byte === ESC) return [chord('alt-shift-o'), ...this.ground(byte)];
    return this.withAlt(ss3Key(String.fromCharCode(byte)));
  }

  private csi(byte: number): Key[] {
    if (byte === ESC || byte === 0x03) {
      this.state = 'ground';
      return this.ground(byte);
    }
    if (byte < 0x20 || byte >= 0x80) return [];
    if (byte < 0x40) {
      if (this.parameters.length < MAX_PARAMETERS) this.parameters += String.fromCharCode(byte);
      return [];
    }
    if (byte === 0x5b && this.parameters === '') {
      this.state = 'linux';
      return [];
    }
    this.state = 'ground';
    if (byte === 0x7e && this.parameters === '200') {
      this.state = 'paste';
      this.paste = [];
      return [];
    }
    if (this.parameters.length >= MAX_PARAMETERS) return [];
    return this.withAlt(csiKey(this.parameters, String.fromCharCode(byte)));
  }

  /** rxvt sends Alt with a cursor key as ESC before the key's own sequence. */
  private withAlt(key: Key | null): Key[] {
    if (key === null) return [];
    if (!this.altPrefix || key.kind !== 'chord') return [key];
    return [chord(key.chord.startsWith('ctrl-') ? `ctrl-alt-${key.chord.slice(5)}` : `alt-${key.chord}`)];
  }

  private pasted(byte: number): Key[] {
    this.paste.push(byte);
    const start = this.paste.length - PASTE_END.length;
    if (byte === 0x7e && PASTE_END.every((expected, index) => this.paste[start + index] === expected)) {
      this.paste.length = start;
      this.state = 'ground';
      return this.takePaste();
    }
    return this.paste.length >= MAX_PASTE ? this.takePaste() : [];
  }

  private takePaste(): Key[] {
    const value = Buffer.from(this.paste).toString('utf8');
    this.paste = [];
    return value === '' ? [] : [{ kind: 'paste', text: value }];
  }
}
