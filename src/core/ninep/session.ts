import type { FileStatus, FolderPath, HostFolder } from '../../host/types.ts';
import type { AttributeBudget } from './extended-attributes.ts';
import { FidTable, NO_OWNER } from './fids.ts';
import {
  E,
  LEAST_MSIZE,
  NinepError,
  QID_DIRECTORY,
  QID_SYMLINK,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
} from './protocol.ts';
import type { MessageReader, MessageWriter, Qid } from './wire.ts';

const NAME_MAX = 255;
const PATH_MAX = 4096;

/** A request under way: its fields, and the reply that it fills in. */
export interface Request {
  readonly session: Session;
  readonly in: MessageReader;
  readonly out: MessageWriter;
  /** Bytes that the reply may have: the client's limit, or the room that it left. */
  readonly room: number;
  /** Resolves if the client asks that the request be forgotten. */
  readonly cancelled: Promise<void>;
}

export type Handler = (request: Request) => Promise<void>;

export interface SessionOptions {
  readonly readOnly: boolean;
  /** Whether a new file that cannot be given to its owner is refused. */
  readonly strictOwners: boolean;
  /** How many extended attributes the client may have at hand. */
  readonly attributes: AttributeBudget;
  /** Nanoseconds since 1970. */
  wallClock(): number;
}

/** What a client and the server agreed upon, and the folder that it is about. */
export class Session {
  readonly folder: HostFolder;
  readonly options: SessionOptions;
  readonly fids = new FidTable();
  msize = LEAST_MSIZE;
  readonly #devices = new Map<bigint, bigint>();

  constructor(folder: HostFolder, options: SessionOptions) {
    this.folder = folder;
    this.options = options;
  }

  /** @throws NinepError when nothing may be changed */
  requireWritable(): void {
    if (this.options.readOnly) throw new NinepError(E.readOnly);
  }

  /** Gives a new file to who made it, as far as this process may. @throws an error of the host */
  async own(path: FolderPath, uid: number, gid: number): Promise<void> {
    if (uid === NO_OWNER) return;
    const done = this.folder.setOwner(path, uid, gid);
    await (this.options.strictOwners ? done : done.catch(() => {}));
  }

  /** Files of several file systems can have one number: each system gets a range of its own. */
  qid({ mode, device, inode, modified, size }: FileStatus): Qid {
    let index = this.#devices.get(device);
    if (index === undefined) {
      index = BigInt(this.#devices.size);
      this.#devices.set(device, index);
    }
    const type = mode & S_IFMT;
    return {
      type: type === S_IFDIR ? QID_DIRECTORY : type === S_IFLNK ? QID_SYMLINK : 0,
      version: Number(BigInt.asUintN(32, modified ^ (size << 8n))),
      path: BigInt.asUintN(64, inode ^ (index << 48n)),
    };
  }
}

/** The path of a name in a folder. @throws NinepError with `dots` for `.` and `..`, and for what is no name */
export function childPath(folder: FolderPath, name: string, dots: number): FolderPath {
  if (name === '.' || name === '..') throw new NinepError(dots);
  if (name === '' || name.includes('/') || name.includes('\0')) throw new NinepError(E.noEntry);
  if (name.length > NAME_MAX) throw new NinepError(E.nameTooLong);
  const path = [...folder, name];
  if (path.reduce((sum, part) => sum + part.length + 1, 0) >= PATH_MAX) throw new NinepError(E.nameTooLong);
  return path;
}
