import { T } from '../protocol.ts';
import type { NinepServer } from '../server.ts';
import { MessageReader, MessageWriter } from '../wire.ts';

const ROOM = 65536;

/** The server refused: the number says why. */
export class Refused extends Error {
  readonly errno: number;
  constructor(errno: number) {
    super(`refused: ${errno}`);
    this.errno = errno;
  }
}

/** A client that speaks to a server directly. */
export class NinepClient {
  readonly #server: NinepServer;
  #tag = 0;

  constructor(server: NinepServer) {
    this.#server = server;
  }

  /** Sends a request; resolves to its reply's fields. @throws Refused */
  async call(
    type: number,
    write: (message: MessageWriter) => MessageWriter = message => message,
    room = ROOM,
  ): Promise<MessageReader> {
    this.#tag = (this.#tag + 1) & 0xffff;
    const reply = await this.#server.handle(write(new MessageWriter()).finish(type, this.#tag), room);
    const fields = new MessageReader(reply);
    if (reply[4] === T.lerror + 1) throw new Refused(fields.u32());
    if (reply[4] !== type + 1) throw new Error(`reply ${reply[4]} to ${type}`);
    return fields;
  }

  /** Begins, with fid 0 for the folder. */
  async start(): Promise<void> {
    await this.call(T.version, message => message.u32(65536).string('9P2000.L'));
    await this.call(T.attach, message => message.u32(0).u32(0xffff_ffff).string('root').string('').u32(0));
  }

  /** Makes `to` stand for what lies at the names from `from` on. Resolves to how many there were. */
  async walk(from: number, to: number, ...names: string[]): Promise<number> {
    const reply = await this.call(T.walk, message => {
      message.u32(from).u32(to).u16(names.length);
      for (const name of names) message.string(name);
      return message;
    });
    return reply.u16();
  }

  async clunk(fid: number): Promise<void> {
    await this.call(T.clunk, message => message.u32(fid));
  }

  async read(fid: number, offset: number, count: number, room = ROOM): Promise<Uint8Array> {
    const reply = await this.call(T.read, message => message.u32(fid).u64(BigInt(offset)).u32(count), room);
    return reply.bytes(reply.u32());
  }

  async write(fid: number, offset: number, text: string): Promise<number> {
    const data = new TextEncoder().encode(text);
    const reply = await this.call(T.write, message =>
      message.u32(fid).u64(BigInt(offset)).u32(data.length).bytes(data),
    );
    return reply.u32();
  }

  /** All names in an open folder, by as many requests as that takes. */
  async names(fid: number, room = ROOM): Promise<string[]> {
    const names: string[] = [];
    for (let offset = 0n; ; ) {
      const from = offset;
      const reply = await this.call(T.readdir, message => message.u32(fid).u64(from).u32(room), room);
      const size = reply.u32();
      if (size === 0) return names;
      for (let read = 0; read < size; ) {
        reply.bytes(13);
        offset = reply.u64();
        reply.u8();
        const name = reply.string();
        names.push(name);
        read += 24 + name.length;
      }
    }
  }
}
