/** Longer frames do not exist: who sends one speaks another protocol. */
const LONGEST_FRAME = 4096 + 65536;
const LENGTH_BYTES = 4;

/** Frames in a stream of bytes: each behind its length in four bytes, most significant first. */
export class FrameReader {
  readonly #take: (frame: Uint8Array) => void;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(take: (frame: Uint8Array) => void) {
    this.#take = take;
  }

  /** Takes what arrived, cut anywhere. False when it cannot be frames. */
  push(bytes: Uint8Array): boolean {
    this.#bytes = this.#bytes.length === 0 ? bytes : concat(this.#bytes, bytes);
    let at = 0;
    while (this.#bytes.length - at >= LENGTH_BYTES) {
      const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at);
      const length = view.getUint32(0);
      if (length > LONGEST_FRAME) return false;
      const end = at + LENGTH_BYTES + length;
      if (this.#bytes.length < end) break;
      if (length > 0) this.#take(this.#bytes.slice(at + LENGTH_BYTES, end));
      at = end;
    }
    this.#bytes = this.#bytes.slice(at);
    return true;
  }

  /** What was begun is void. */
  reset(): void {
    this.#bytes = new Uint8Array(0);
  }
}

/** A frame as it goes into the stream. */
export function framed(frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES + frame.length);
  new DataView(bytes.buffer).setUint32(0, frame.length);
  bytes.set(frame, LENGTH_BYTES);
  return bytes;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
