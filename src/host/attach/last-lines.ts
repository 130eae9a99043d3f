import type { Readable } from 'node:stream';

const MOST = 2000;

/** The end of what a program writes, for the message when it fails. */
export class LastLines {
  #text = '';

  constructor(stream: Readable) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      this.#text = (this.#text + piece).slice(-MOST);
    });
  }

  /** The last line, '' when nothing was written. */
  get text(): string {
    const lines = this.#text
      .replace(/[^\P{Cc}\n]/gu, '') // a terminal must not see them
      .trim()
      .split('\n');
    return lines.at(-1) ?? '';
  }
}
