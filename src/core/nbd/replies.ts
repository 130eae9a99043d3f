import type { ClientStream } from './client-stream.ts';
import type { Extent } from './contexts.ts';
import { CHUNK, CHUNK_MAGIC, SIMPLE_REPLY_MAGIC } from './protocol.ts';
import { WireWriter } from './wire.ts';

/** What a reply belongs to: the client's name for the request. */
interface Named {
  readonly cookie: bigint;
}

/** Answers to requests, in the form that was agreed on. */
export class Replies {
  readonly #stream: ClientStream;
  readonly #structured: boolean;

  constructor(stream: ClientStream, structured: boolean) {
    this.#stream = stream;
    this.#structured = structured;
  }

  done(request: Named): void {
    if (this.#structured) this.#chunk(request, CHUNK.done, CHUNK.none);
    else this.#simple(request, 0);
  }

  error(request: Named, code: number, message: string): void {
    if (!this.#structured) {
      this.#simple(request, code);
      return;
    }
    const words = new TextEncoder().encode(message);
    const content = new WireWriter().u32(code).u16(words.length).bytes(words).done();
    this.#chunk(request, CHUNK.done, CHUNK.error, content);
  }

  data(request: Named, offset: number, bytes: Uint8Array): void {
    const place = new WireWriter().u64(BigInt(offset)).done();
    if (!this.#structured) this.#simple(request, 0, bytes);
    else if (bytes.length === 0) this.done(request);
    else this.#chunk(request, CHUNK.done, CHUNK.data, place, bytes);
  }

  /** @param flags whether this is the last chunk of the answer */
  status(request: Named, flags: number, context: number, extents: readonly Extent[]): void {
    const content = new WireWriter().u32(context);
    for (const { length, flags: status } of extents) content.u32(length).u32(status);
    this.#chunk(request, flags, CHUNK.blockStatus, content.done());
  }

  #simple({ cookie }: Named, error: number, bytes: Uint8Array = new Uint8Array(0)): void {
    this.#stream.write(new WireWriter().u32(SIMPLE_REPLY_MAGIC).u32(error).u64(cookie).done(), bytes);
  }

  #chunk({ cookie }: Named, flags: number, type: number, ...content: Uint8Array[]): void {
    const length = content.reduce((sum, part) => sum + part.length, 0);
    const head = new WireWriter().u32(CHUNK_MAGIC).u16(flags).u16(type).u64(cookie).u32(length);
    this.#stream.write(head.done(), ...content);
  }
}
