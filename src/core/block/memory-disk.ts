import type { BlockFile } from '../../host/types.ts';

const SECTOR = 512;
const CHUNK = 65536;

/** The text that fills a sector nobody has written yet: it says which sector it is. */
export function sectorText(sector: number): Uint8Array {
  const line = `hmp scratch disk, sector ${sector}\n`;
  return new TextEncoder().encode(line.repeat(Math.ceil(SECTOR / line.length)).slice(0, SECTOR));
}

/** A disk in memory. Chunks come into being when they are first touched. */
export class MemoryDisk implements BlockFile {
  size: number;
  readonly readOnly: boolean;
  readonly #chunks = new Map<number, Uint8Array>();

  /** @param size bytes */
  constructor(size: number, readOnly: boolean) {
    this.size = size;
    this.readOnly = readOnly;
  }

  #chunk(index: number): Uint8Array {
    let chunk = this.#chunks.get(index);
    if (!chunk) {
      chunk = new Uint8Array(CHUNK);
      const first = (index * CHUNK) / SECTOR;
      for (let n = 0; n < CHUNK / SECTOR; n++) chunk.set(sectorText(first + n), n * SECTOR);
      this.#chunks.set(index, chunk);
    }
    return chunk;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length);
    const end = Math.min(offset + length, this.size);
    for (let at = offset; at < end; ) {
      const start = at % CHUNK;
      const run = Math.min(CHUNK - start, end - at);
      out.set(this.#chunk(Math.floor(at / CHUNK)).subarray(start, start + run), at - offset);
      at += run;
    }
    return out;
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    if (offset + data.length > this.size) throw new Error('No space left on device');
    for (let done = 0; done < data.length; ) {
      const start = (offset + done) % CHUNK;
      const run = Math.min(CHUNK - start, data.length - done);
      this.#chunk(Math.floor((offset + done) / CHUNK)).set(data.subarray(done, done + run), start);
      done += run;
    }
  }

  async flush(): Promise<void> {}

  async resize(size: number): Promise<void> {
    this.size = size;
  }

  async allocated(): Promise<number> {
    return this.#chunks.size * CHUNK;
  }

  async close(): Promise<void> {
    this.#chunks.clear();
  }
}
