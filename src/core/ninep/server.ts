import type { HostFolder } from '../../host/types.ts';
import * as attributes from './attributes.ts';
import { Cancellation } from './cancellation.ts';
import { xattrcreate, xattrwalk } from './extended-attributes.ts';
import * as files from './files.ts';
import * as names from './names.ts';
import { DIALECT, E, HEADER_SIZE, LEAST_MSIZE, MOST_MSIZE, NinepError, T } from './protocol.ts';
import { type Handler, Session, type SessionOptions } from './session.ts';
import { MessageReader, MessageWriter } from './wire.ts';

/** Requests by their type; those that are missing do not exist here (authentication). */
const HANDLERS: ReadonlyMap<number, Handler> = new Map([
  [T.statfs, attributes.statfs],
  [T.lopen, files.lopen],
  [T.lcreate, files.lcreate],
  [T.symlink, names.symlink],
  [T.mknod, names.mknod],
  [T.rename, names.rename],
  [T.readlink, attributes.readlink],
  [T.getattr, attributes.getattr],
  [T.setattr, attributes.setattr],
  [T.xattrwalk, xattrwalk],
  [T.xattrcreate, xattrcreate],
  [T.readdir, files.readdir],
  [T.fsync, files.fsync],
  [T.lock, attributes.lock],
  [T.getlock, attributes.getlock],
  [T.link, names.link],
  [T.mkdir, names.mkdir],
  [T.renameat, names.renameat],
  [T.unlinkat, files.unlinkat],
  [T.attach, names.attach],
  [T.walk, names.walk],
  [T.read, files.read],
  [T.write, files.write],
  [T.remove, files.remove],
]);

/** A request under way. */
interface Pending {
  readonly done: Promise<unknown>;
  readonly cancellation: Cancellation;
}

/** A 9P2000.L server for one client, over a folder of the host. Requests overlap. */
export class NinepServer {
  #session: Session;
  readonly #pending = new Map<number, Pending>();

  constructor(folder: HostFolder, options: SessionOptions) {
    this.#session = new Session(folder, options);
  }

  /** The client is gone, and with it all that it had open. */
  reset(): void {
    const { folder, options, fids } = this.#session;
    for (const { cancellation } of this.#pending.values()) cancellation.request();
    void fids.clear();
    this.#session = new Session(folder, options);
  }

  /** Most bytes that a request may have. */
  get msize(): number {
    return this.#session.msize;
  }

  /**
   * Carries a request out. @param message whole, of at least HEADER_SIZE bytes @param room for the reply
   * Never rejects: what goes wrong is the reply. What was cancelled before it was done has none: it is empty then.
   */
  async handle(message: Uint8Array, room: number): Promise<Uint8Array> {
    const tag = message[5]! | (message[6]! << 8);
    const cancellation = new Cancellation();
    const pending = { done: this.#answer(message, tag, room, cancellation), cancellation };
    this.#pending.set(tag, pending);
    const reply = await pending.done;
    if (this.#pending.get(tag) === pending) this.#pending.delete(tag);
    return reply;
  }

  async #answer(
    message: Uint8Array,
    tag: number,
    room: number,
    cancellation: Cancellation,
  ): Promise<Uint8Array> {
    const type = message[4]!;
    const out = new MessageWriter();
    const session = this.#session;
    try {
      await this.#carryOut(type, {
        session,
        in: new MessageReader(message),
        out,
        room: Math.min(room, session.msize),
        cancelled: cancellation.promise,
      });
      return out.finish(type + 1, tag);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === E.interrupted && cancellation.requested) return new Uint8Array(0);
      return new MessageWriter().u32(errno).finish(T.lerror + 1, tag);
    }
  }

  async #carryOut(type: number, request: Parameters<Handler>[0]): Promise<void> {
    if (type === T.version) return this.#version(request.in, request.out);
    if (type === T.flush) {
      // What can give up does so and is not answered; all else is finished, answered, and then this is.
      const pending = this.#pending.get(request.in.u16());
      pending?.cancellation.request();
      await pending?.done;
      return;
    }
    if (type === T.clunk) return request.session.fids.remove(request.in.u32());
    const handler = HANDLERS.get(type);
    if (!handler) throw new NinepError(E.notSupported);
    await handler(request);
  }

  /** A new beginning: the client names its limit and its dialect. */
  #version(fields: MessageReader, out: MessageWriter): void {
    const wanted = fields.u32();
    const dialect = fields.string();
    this.reset();
    if (wanted < LEAST_MSIZE) throw new NinepError(E.messageSize);
    const msize = Math.min(wanted, MOST_MSIZE);
    this.#session.msize = msize;
    out.u32(msize).string(dialect === DIALECT ? DIALECT : 'unknown');
  }
}

function errnoOf(error: unknown): number {
  const { errno } = error as { errno?: unknown };
  return typeof errno === 'number' && errno > 0 ? errno : E.io;
}

/** Length that a message says it has; 0 when there is not even a header. */
export function declaredLength(header: Uint8Array): number {
  if (header.length < HEADER_SIZE) return 0;
  return new DataView(header.buffer, header.byteOffset).getUint32(0, true);
}
