/**
 * The one block of memory that guest RAM, ROM and the execution engine share.
 * It is a shared WebAssembly.Memory so that harts may run on further threads.
 */

const WASM_PAGE = 65536;
const HOST_PAGE = 4096;
const MAX_WASM_PAGES = 65536;
/** Bytes that all blocks together may take: one WebAssembly.Memory is all there is. */
export const MAX_HOST_MEMORY = (MAX_WASM_PAGES - 1) * WASM_PAGE;

/** The first page is no block's, so that a zero offset is never valid. */
export const UNUSED_OFFSET = 0;

export interface HostBlock {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** Thrown when the machine asks for more memory than one WebAssembly.Memory can hold (4 GiB). */
export class HostMemoryError extends Error {
  override readonly name = 'HostMemoryError';
}

export class HostMemory {
  readonly memory: WebAssembly.Memory;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #blocks: HostBlock[] = [];
  #next = UNUSED_OFFSET + WASM_PAGE;

  /** @param capacity bytes that all blocks together may take */
  constructor(capacity: number) {
    const pages = Math.ceil(capacity / WASM_PAGE) + 1;
    if (pages > MAX_WASM_PAGES) throw new HostMemoryError(`cannot set up guest memory of ${capacity} bytes`);
    try {
      this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    } catch {
      throw new HostMemoryError(`cannot set up guest memory of ${capacity} bytes: Cannot allocate memory`);
    }
    this.bytes = new Uint8Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
  }

  get blocks(): readonly HostBlock[] {
    return this.#blocks;
  }

  /** Takes all of it from the host now, not page by page as it is used. */
  touch(): void {
    for (let at = 0; at < this.bytes.length; at += HOST_PAGE) Atomics.or(this.bytes, at, 0);
  }

  /** Reserves a zeroed block; returns its byte offset. `align` is a power of two. */
  allocate(name: string, size: number, align = 4096): number {
    const offset = Math.ceil(this.#next / align) * align;
    if (offset + size > this.bytes.length) throw new HostMemoryError(`no host memory left for '${name}'`);
    this.#next = offset + size;
    this.#blocks.push({ name, offset, size });
    return offset;
  }
}
