import { writeZeroesTo } from '../block/zeroes.ts';
import type { ClientStream } from './client-stream.ts';
import type { Agreement } from './negotiation.ts';
import { CHUNK, COMMAND, COMMAND_FLAG, LARGEST_REQUEST, NBD_ERROR, REQUEST_MAGIC } from './protocol.ts';
import { Refusal } from './refusal.ts';
import { Replies } from './replies.ts';
import { WireReader } from './wire.ts';

const REQUEST_BYTES = 28;
/** Requests that are worked on at a time. */
const MOST_IN_FLIGHT = 16;
/** Runs of one answer about a context. */
const MOST_EXTENTS = 1 << 16;
const KNOWN_FLAGS =
  COMMAND_FLAG.fua | COMMAND_FLAG.noHole | COMMAND_FLAG.dontFragment | COMMAND_FLAG.oneExtent;

interface Request {
  readonly flags: number;
  readonly type: number;
  readonly cookie: bigint;
  readonly offset: number;
  readonly length: number;
  /** What is to be written. */
  readonly data: Uint8Array;
}

/** Serves a client's requests until it leaves. @throws Gone */
export class Transmission {
  readonly #stream: ClientStream;
  readonly #agreement: Agreement;
  readonly #replies: Replies;
  readonly #inFlight = new Set<Promise<void>>();

  constructor(stream: ClientStream, agreement: Agreement) {
    this.#stream = stream;
    this.#agreement = agreement;
    this.#replies = new Replies(stream, agreement.structured);
  }

  async run(): Promise<void> {
    try {
      for (;;) {
        const request = await this.#next();
        if (request === null || request.type === COMMAND.disconnect) return;
        const serving: Promise<void> = this.#serve(request).finally(() => this.#inFlight.delete(serving));
        this.#inFlight.add(serving);
        while (this.#inFlight.size >= MOST_IN_FLIGHT) await Promise.race(this.#inFlight);
        await this.#stream.room();
      }
    } finally {
      await Promise.all(this.#inFlight);
    }
  }

  /** Null for what is none: nothing that follows can be told apart. */
  async #next(): Promise<Request | null> {
    const head = new WireReader(await this.#stream.read(REQUEST_BYTES));
    if (head.u32() !== REQUEST_MAGIC) return null;
    const [flags, type, cookie] = [head.u16(), head.u16(), head.u64()];
    const [offset, length] = [Number(head.u64()), head.u32()];
    if (type === COMMAND.write && length > LARGEST_REQUEST) return null;
    const data = type === COMMAND.write ? await this.#stream.read(length) : new Uint8Array(0);
    return { flags, type, cookie, offset, length, data };
  }

  async #serve(request: Request): Promise<void> {
    try {
      this.#check(request);
      await this.#carryOut(request);
    } catch (error) {
      const code = error instanceof Refusal ? error.code : NBD_ERROR.io;
      this.#replies.error(request, code, (error as Error).message);
    }
  }

  #check({ flags, type, offset, length }: Request): void {
    const { node, writable } = this.#agreement.export.settings;
    if (!this.#agreement.export.clients.has(this.#stream)) {
      throw new Refusal(NBD_ERROR.shutdown, 'the export is gone');
    }
    if ((flags & ~KNOWN_FLAGS) !== 0) throw new Refusal(NBD_ERROR.invalid, `flags ${flags} are not known`);
    const changes = type === COMMAND.write || type === COMMAND.trim || type === COMMAND.writeZeroes;
    if (changes && !writable) throw new Refusal(NBD_ERROR.permission, 'the export is read-only');
    if (type === COMMAND.read && length > LARGEST_REQUEST) {
      throw new Refusal(NBD_ERROR.invalid, `${length} bytes are more than ${LARGEST_REQUEST}`);
    }
    if (type === COMMAND.flush || offset + length <= node.size) return;
    const code = changes ? NBD_ERROR.noSpace : NBD_ERROR.invalid;
    throw new Refusal(code, `${length} bytes at ${offset} are beyond the end at ${node.size}`);
  }

  async #carryOut(request: Request): Promise<void> {
    const { node } = this.#agreement.export.settings;
    const { type, offset, length, data } = request;
    switch (type) {
      case COMMAND.read:
        this.#replies.data(request, offset, await node.read(offset, length));
        return;
      case COMMAND.write:
        await node.write(offset, data);
        return this.#written(request);
      case COMMAND.writeZeroes:
        await writeZeroesTo(this.#agreement.export.settings.node, offset, length);
        return this.#written(request);
      case COMMAND.trim: // advice: nothing can be taken from a file here
        return this.#written(request);
      case COMMAND.flush:
        await node.flush();
        return this.#replies.done(request);
      case COMMAND.cache: // the host caches
        return this.#replies.done(request);
      case COMMAND.blockStatus:
        return this.#status(request);
      default:
        throw new Refusal(NBD_ERROR.invalid, `request type ${type} is not known`);
    }
  }

  async #written(request: Request): Promise<void> {
    const { node, writeThrough } = this.#agreement.export.settings;
    if (writeThrough || (request.flags & COMMAND_FLAG.fua) !== 0) await node.flush();
    this.#replies.done(request);
  }

  #status(request: Request): void {
    const { contexts } = this.#agreement;
    const { flags, offset, length } = request;
    if (length === 0) throw new Refusal(NBD_ERROR.invalid, 'nothing is asked about');
    if (contexts.length === 0) throw new Refusal(NBD_ERROR.invalid, 'no context was agreed on');
    const most = (flags & COMMAND_FLAG.oneExtent) === 0 ? MOST_EXTENTS : 1;
    contexts.forEach(({ id, extents }, index) => {
      const kind = index === contexts.length - 1 ? CHUNK.done : 0;
      this.#replies.status(request, kind, id, extents(offset, length).slice(0, most));
    });
  }
}
