import type { BlockFile } from '../../host/types.ts';

/** A disk that keeps nothing and reads as zeroes. */
export class NullDisk implements BlockFile {
  size: number;
  readonly readOnly = false;

  /** @param size bytes */
  constructor(size: number) {
    this.size = size;
  }

  async read(_offset: number, length: number): Promise<Uint8Array> {
    return new Uint8Array(length);
  }
  async write(): Promise<void> {}
  async flush(): Promise<void> {}
  async resize(size: number): Promise<void> {
    this.size = size;
  }
  async allocated(): Promise<number> {
    return 0;
  }
  async close(): Promise<void> {}
}
