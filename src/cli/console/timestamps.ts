const LINE_FEED = 10;

/** Puts the time since it was switched on before each line of a console's output. */
export class Timestamps {
  readonly #now: () => number;
  #on = false;
  #start: number | null = null;
  #lineStart = false;

  /** @param now milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  toggle(): void {
    this.#on = !this.#on;
    this.#start = null;
    this.#lineStart = true;
  }

  /** The output with what it gets in between. */
  apply(bytes: Uint8Array): Uint8Array {
    if (!this.#on) return bytes;
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; ) {
      const feed = bytes.indexOf(LINE_FEED, at);
      const end = feed < 0 ? bytes.length : feed + 1;
      if (this.#lineStart) pieces.push(new TextEncoder().encode(this.#stamp()));
      pieces.push(bytes.subarray(at, end));
      this.#lineStart = feed >= 0;
      at = end;
    }
    return Buffer.concat(pieces);
  }

  #stamp(): string {
    const now = this.#now();
    this.#start ??= now;
    const passed = Math.floor(now - this.#start);
    const field = (value: number, width = 2) => String(Math.floor(value)).padStart(width, '0');
    const seconds = `${field((passed / 1000) % 60)}.${field(passed % 1000, 3)}`;
    return `[${field(passed / 3_600_000)}:${field((passed / 60_000) % 60)}:${seconds}] `;
  }
}
