import type { FolderFile, FolderPath } from '../../host/types.ts';
import type { AttributeValue } from './extended-attributes.ts';
import { E, NinepError } from './protocol.ts';

/** Files that a guest may have open at once: they take descriptors of the host's process. */
const MOST_OPEN = 512;
const MOST_FIDS = 65536;

/** What a client's number stands for. */
export interface Fid {
  path: FolderPath;
  /** A regular file that was opened. */
  file: FolderFile | null;
  /** A folder that was opened: its names, from when it was last read from the beginning. */
  names: readonly string[] | null;
  /** An extended attribute's value, which is being read or written. */
  attribute: AttributeValue | null;
  /** Whose the files are that are made through it; NO_OWNER: nobody said. */
  readonly uid: number;
  /** The client let go of it. */
  gone: boolean;
}

export const NO_OWNER = 0xffff_ffff;

/** @throws NinepError for a number that stands for more than a path by now */
export function requireClosed({ file, names, attribute }: Fid): void {
  if (file || names || attribute) throw new NinepError(E.invalid);
}

/** The files that a client has at hand, by its numbers. */
export class FidTable {
  readonly #fids = new Map<number, Fid>();

  /** @throws NinepError when there is no such number */
  get(number: number): Fid {
    const fid = this.#fids.get(number);
    if (!fid) throw new NinepError(E.noEntry);
    return fid;
  }

  has(number: number): boolean {
    return this.#fids.has(number);
  }

  /** @throws NinepError when the number is taken */
  add(number: number, path: FolderPath, uid: number): Fid {
    if (this.#fids.has(number)) throw new NinepError(E.invalid);
    if (this.#fids.size >= MOST_FIDS) throw new NinepError(E.tooManyFiles);
    const fid: Fid = { path, file: null, names: null, attribute: null, uid, gone: false };
    this.#fids.set(number, fid);
    return fid;
  }

  /** @throws NinepError when too many files are open */
  checkRoom(): void {
    let open = 0;
    for (const { file } of this.#fids.values()) if (file) open++;
    if (open >= MOST_OPEN) throw new NinepError(E.tooManyFiles);
  }

  async remove(number: number): Promise<void> {
    const fid = this.get(number);
    this.#fids.delete(number);
    fid.gone = true;
    await fid.file?.close();
    await fid.attribute?.finish();
  }

  /** The client forgot everything. Files close in the background. */
  clear(): Promise<unknown> {
    const fids = [...this.#fids.values()];
    for (const fid of fids) {
      fid.gone = true;
      fid.attribute?.drop();
    }
    const files = fids.map(({ file }) => file?.close());
    this.#fids.clear();
    return Promise.allSettled(files);
  }

  /** A file or folder has another path now, and so has all that is in it. */
  moved(from: FolderPath, to: FolderPath): void {
    for (const fid of this.#fids.values()) {
      if (fid.path.length < from.length || from.some((name, n) => fid.path[n] !== name)) continue;
      fid.path = [...to, ...fid.path.slice(from.length)];
    }
  }
}
