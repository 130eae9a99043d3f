import type { ClientStream } from './client-stream.ts';
import { contextsFor, type MetaContext } from './contexts.ts';
import type { NbdExport } from './export.ts';
import {
  GREETING,
  HANDSHAKE,
  INFO,
  LARGEST_OPTION,
  LARGEST_REQUEST,
  LONGEST_NAME,
  OPTION,
  OPTION_MAGIC,
  OPTION_REPLY_MAGIC,
  PREFERRED_BLOCK,
  REPLY,
} from './protocol.ts';
import { Refusal } from './refusal.ts';
import { WireReader, WireWriter } from './wire.ts';

/** What a client has when it begins to send requests. */
export interface Agreement {
  readonly export: NbdExport;
  readonly structured: boolean;
  readonly contexts: readonly MetaContext[];
}

/** What there is to choose from, as it is now. */
export type Exports = () => readonly NbdExport[];

/** A client's way to an export. */
export class Negotiation {
  readonly #stream: ClientStream;
  readonly #exports: Exports;
  #noZeroes = false;
  #structured = false;
  /** Contexts that were agreed on, and the export that they are of. */
  #contexts: { readonly name: string; readonly list: readonly MetaContext[] } = { name: '', list: [] };

  constructor(stream: ClientStream, exports: Exports) {
    this.#stream = stream;
    this.#exports = exports;
  }

  /** Null when the client leaves, or is not one. @throws Gone */
  async run(): Promise<Agreement | null> {
    const offered = HANDSHAKE.fixedNewstyle | HANDSHAKE.noZeroes;
    this.#stream.write(new WireWriter().u64(GREETING).u64(OPTION_MAGIC).u16(offered).done());
    const flags = new WireReader(await this.#stream.read(4)).u32();
    if ((flags & ~offered) !== 0 || (flags & HANDSHAKE.fixedNewstyle) === 0) return null;
    this.#noZeroes = (flags & HANDSHAKE.noZeroes) !== 0;
    for (;;) {
      const head = new WireReader(await this.#stream.read(16));
      if (head.u64() !== OPTION_MAGIC) return null;
      const agreed = await this.#option(head.u32(), head.u32());
      if (agreed !== undefined) return agreed;
    }
  }

  /** Undefined: the client goes on with another option. */
  async #option(option: number, length: number): Promise<Agreement | null | undefined> {
    if (length > LARGEST_OPTION) {
      await this.#stream.skip(length);
      this.#reply(option, REPLY.tooBig, text(`option of ${length} bytes is too large`));
      return option === OPTION.exportName ? null : undefined;
    }
    const data = new WireReader(await this.#stream.read(length));
    try {
      return this.#answer(option, data);
    } catch (error) {
      if (error instanceof RangeError) this.#reply(option, REPLY.invalid, text(error.message));
      else if (error instanceof Refusal) this.#reply(option, error.code, text(error.message));
      else throw error;
      return undefined;
    }
  }

  #answer(option: number, data: WireReader): Agreement | null | undefined {
    switch (option) {
      case OPTION.exportName:
        return this.#enter(data.text(data.left));
      case OPTION.abort:
        this.#reply(option, REPLY.ack);
        return null;
      case OPTION.list:
        this.#list(data);
        return undefined;
      case OPTION.startTls:
        throw new Refusal(REPLY.policy, 'TLS is not offered');
      case OPTION.info:
      case OPTION.go:
        return this.#tell(option, data);
      case OPTION.structuredReply:
        empty(data);
        this.#structured = true;
        this.#reply(option, REPLY.ack);
        return undefined;
      case OPTION.listMetaContext:
      case OPTION.setMetaContext:
        this.#meta(option, data);
        return undefined;
      default:
        throw new Refusal(REPLY.unsupported, `option ${option} is not known`);
    }
  }

  #reply(option: number, reply: number, data: Uint8Array = new Uint8Array(0)): void {
    const head = new WireWriter().u64(OPTION_REPLY_MAGIC).u32(option).u32(reply).u32(data.length);
    this.#stream.write(head.bytes(data).done());
  }

  /** The oldest way in has no words for a refusal. */
  #enter(name: string): Agreement | null {
    const found = this.#exports().find(({ settings }) => settings.name === name);
    if (!found) return null;
    const size = BigInt(found.settings.node.size);
    const reply = new WireWriter().u64(size).u16(found.flags(this.#structured));
    this.#stream.write(reply.zeros(this.#noZeroes ? 0 : 124).done());
    return this.#agreement(found);
  }

  #agreement(found: NbdExport): Agreement {
    const { name, list } = this.#contexts;
    const contexts = name === found.settings.name ? list : [];
    return { export: found, structured: this.#structured, contexts };
  }

  #list(data: WireReader): void {
    empty(data);
    for (const { settings } of this.#exports()) {
      const entry = new WireWriter().string(settings.name).text(settings.description);
      this.#reply(OPTION.list, REPLY.server, entry.done());
    }
    this.#reply(OPTION.list, REPLY.ack);
  }

  #find(name: string): NbdExport {
    const found = this.#exports().find(({ settings }) => settings.name === name);
    if (!found) throw new Refusal(REPLY.unknown, `export '${name}' not present`);
    return found;
  }

  #tell(option: number, data: WireReader): Agreement | undefined {
    const name = nameIn(data);
    const wanted = Array.from({ length: data.u16() }, () => data.u16());
    empty(data);
    const found = this.#find(name);
    const info = (kind: number, more: (writer: WireWriter) => WireWriter) =>
      this.#reply(option, REPLY.info, more(new WireWriter().u16(kind)).done());
    if (wanted.includes(INFO.name)) info(INFO.name, to => to.text(name));
    const { description, node } = found.settings;
    if (description !== '') info(INFO.description, to => to.text(description));
    info(INFO.blockSize, to => to.u32(1).u32(PREFERRED_BLOCK).u32(LARGEST_REQUEST));
    info(INFO.export, to => to.u64(BigInt(node.size)).u16(found.flags(this.#structured)));
    this.#reply(option, REPLY.ack);
    return option === OPTION.go ? this.#agreement(found) : undefined;
  }

  #meta(option: number, data: WireReader): void {
    const name = nameIn(data);
    const queries = Array.from({ length: Math.min(data.u32(), LARGEST_OPTION) }, () => data.text(data.u32()));
    empty(data);
    if (!this.#structured) throw new Refusal(REPLY.invalid, 'structured replies come first');
    const found = this.#find(name);
    const asksForAll = option === OPTION.listMetaContext;
    const contexts = queries.length === 0 && !asksForAll ? [] : contextsFor(found, queries);
    if (option === OPTION.setMetaContext) this.#contexts = { name, list: contexts };
    for (const context of contexts) {
      const id = asksForAll ? 0 : context.id;
      this.#reply(option, REPLY.metaContext, new WireWriter().u32(id).text(context.name).done());
    }
    this.#reply(option, REPLY.ack);
  }
}

function nameIn(data: WireReader): string {
  const length = data.u32();
  if (length > LONGEST_NAME) throw new Refusal(REPLY.invalid, `a name of ${length} bytes is too long`);
  return data.text(length);
}

function empty(data: WireReader): void {
  if (data.left > 0) throw new Refusal(REPLY.invalid, `${data.left} bytes too many`);
}

function text(message: string): Uint8Array {
  return new TextEncoder().encode(message);
}
