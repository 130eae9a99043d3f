// RFC 854 and 857, 858, 856: commands and options of telnet.
const IAC = 0xff;
const BREAK = 0xf3;
const WILL = 0xfb;
const DO = 0xfd;
const DONT = 0xfe;
const ECHO = 1;
const SUPPRESS_GO_AHEAD = 3;
const BINARY = 0;

/** What a peer hears first: characters one by one and as they are, echoed by the guest. */
export const TELNET_GREETING: Uint8Array = Uint8Array.of(
  ...[IAC, WILL, ECHO],
  ...[IAC, WILL, SUPPRESS_GO_AHEAD],
  ...[IAC, WILL, BINARY],
  ...[IAC, DO, BINARY],
);

/** Takes telnet's commands out of what a peer sends. They may be cut anywhere. */
export class TelnetFilter {
  #state: 'data' | 'command' | 'option' = 'data';
  readonly #breakIn: () => void;

  constructor(breakIn: () => void) {
    this.#breakIn = breakIn;
  }

  /** The bytes that are meant. */
  filter(bytes: Uint8Array): Uint8Array {
    const kept = new Uint8Array(bytes.length);
    let length = 0;
    for (const byte of bytes) if (this.#keeps(byte)) kept[length++] = byte;
    return kept.subarray(0, length);
  }

  #keeps(byte: number): boolean {
    switch (this.#state) {
      case 'data':
        if (byte !== IAC) return true;
        this.#state = 'command';
        return false;
      case 'command':
        this.#state = byte >= WILL && byte <= DONT ? 'option' : 'data';
        if (byte === BREAK) this.#breakIn();
        return byte === IAC; // doubled: the byte itself
      case 'option':
        this.#state = 'data';
        return false;
    }
  }
}
