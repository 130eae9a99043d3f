const LINE_FEED = 0x0a;

/** Terminal queries: answers to old ones would reach the guest as typed text. CPR, DSR, DA, DECID. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const QUERIES = /\x1b\[[?>=]?[0-9;]*[nc]|\x1bZ/g;
/** Control sequences other than SGR: an already shown line is repeated without acting on the screen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const MOVEMENTS = /\x1b\[[0-9;?>=!]*[@-ln-~]|\x1b[^[]/g;

/**
 * The last bytes of a serial port, and which of them nobody has seen yet. Where more arrive than it holds, the
 * oldest lines go.
 */
export class ReplayBuffer {
  private readonly capacity: number;
  private bytes = Buffer.alloc(0);
  private chunks: Uint8Array[] = [];
  private chunkLength = 0;
  private unseen = 0;

  constructor(capacity = 64 * 1024) {
    this.capacity = capacity;
  }

  /** Number of bytes that arrived unseen and are still held. */
  get unread(): number {
    return Math.min(this.unseen, this.bytes.length + this.chunkLength);
  }

  add(chunk: Uint8Array, seen: boolean): void {
    this.chunks.push(Uint8Array.from(chunk));
    this.chunkLength += chunk.length;
    this.unseen = seen ? 0 : this.unseen + chunk.length;
    // Joining only now and then keeps many small chunks cheap.
    if (this.chunkLength >= this.capacity) this.join();
  }

  /** What to show when the view opens: the unseen bytes, from the start of their line on. All counts as seen. */
  takeReplay(): Buffer {
    this.join();
    const { bytes } = this;
    const firstUnseen = bytes.length - this.unread;
    const lineStart = firstUnseen === 0 ? 0 : bytes.lastIndexOf(LINE_FEED, firstUnseen - 1) + 1;
    this.unseen = 0;
    const seen = bytes.subarray(lineStart, firstUnseen).toString('latin1');
    const fresh = bytes.subarray(firstUnseen).toString('latin1');
    return Buffer.from(seen.replace(MOVEMENTS, '') + fresh.replace(QUERIES, ''), 'latin1');
  }

  private join(): void {
    const all = Buffer.concat([this.bytes, ...this.chunks]);
    this.chunks = [];
    this.chunkLength = 0;
    if (all.length <= this.capacity) {
      this.bytes = all;
      return;
    }
    const cut = all.length - this.capacity;
    const nextLine = all.indexOf(LINE_FEED, cut) + 1;
    this.bytes = Buffer.from(all.subarray(nextLine || cut));
  }
}
