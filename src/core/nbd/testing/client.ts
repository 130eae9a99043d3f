import type { HostNetwork, TcpEvents, TcpSocket } from '../../../host/types.ts';
import { NO_NETWORK } from '../../net/user/testing/no-network.ts';
import { CHUNK_MAGIC, OPTION_MAGIC, REQUEST_MAGIC, SIMPLE_REPLY_MAGIC } from '../protocol.ts';
import { WireReader, WireWriter } from '../wire.ts';

/** An answer to a request: of simple replies `type` is absent. */
export interface Reply {
  readonly type?: number;
  readonly flags?: number;
  readonly error: number;
  readonly cookie: bigint;
  readonly data: Uint8Array;
}

const nothing = new Uint8Array(0);

/** A client of an NBD server, on a wire without a host. */
export class NbdClient {
  #events: TcpEvents | null = null;
  #received: number[] = [];
  #at = 0;
  #arrived: (() => void)[] = [];
  /** How the server ended the connection. */
  ended: 'no' | 'end' | 'destroy' = 'no';
  pending = 0;

  readonly socket: TcpSocket;

  constructor() {
    const client = this;
    this.socket = {
      descriptor: -1,
      ends: null,
      get pending() {
        return client.pending;
      },
      write: bytes => this.#receive(bytes),
      end: () => this.#end('end'),
      destroy: () => this.#end('destroy'),
      pause() {},
      resume() {},
    };
  }

  #end(how: 'end' | 'destroy'): void {
    if (this.ended === 'no') this.ended = how;
    this.#receive(nothing);
  }

  /** A network where each call at any address leads to the server. */
  static network(): { network: HostNetwork; call: () => NbdClient } {
    let accept: ((socket: TcpSocket) => TcpEvents | null) | undefined;
    const network: HostNetwork = {
      ...NO_NETWORK,
      async listenUnix(_path, taker) {
        accept = taker;
        return {
          close() {
            accept = undefined;
          },
        };
      },
    };
    const call = () => {
      const client = new NbdClient();
      client.#events = accept?.(client.socket) ?? null;
      if (!client.#events) client.ended = 'destroy';
      return client;
    };
    return { network, call };
  }

  #receive(bytes: Uint8Array): void {
    this.#received.push(...bytes);
    for (const wake of this.#arrived.splice(0)) wake();
  }

  send(bytes: Uint8Array): void {
    this.#events?.data(bytes);
  }

  leave(): void {
    this.#events?.closed(null);
  }

  /** Fewer bytes when the connection ends. */
  async receive(length: number): Promise<WireReader> {
    while (this.#received.length - this.#at < length && this.ended === 'no') {
      await new Promise<void>(resolve => this.#arrived.push(resolve));
    }
    const bytes = Uint8Array.from(this.#received.slice(this.#at, this.#at + length));
    this.#at += bytes.length;
    return new WireReader(bytes);
  }

  /** Takes the server's greeting and answers it. */
  async greet(flags = 3): Promise<void> {
    await this.receive(18);
    this.send(new WireWriter().u32(flags).done());
  }

  option(option: number, data: Uint8Array = nothing): void {
    this.send(new WireWriter().u64(OPTION_MAGIC).u32(option).u32(data.length).bytes(data).done());
  }

  async optionReply(): Promise<{ option: number; reply: number; data: WireReader }> {
    const head = await this.receive(20);
    head.u64();
    const [option, reply, length] = [head.u32(), head.u32(), head.u32()];
    return { option, reply, data: await this.receive(length) };
  }

  request(
    type: number,
    offset: number | bigint,
    length: number,
    { data = nothing, flags = 0, cookie = 1n }: { data?: Uint8Array; flags?: number; cookie?: bigint } = {},
  ): void {
    const head = new WireWriter().u32(REQUEST_MAGIC).u16(flags).u16(type).u64(cookie);
    this.send(head.u64(BigInt(offset)).u32(length).bytes(data).done());
  }

  /** @param length bytes of data that a simple reply brings, if it is no error */
  async reply(length = 0): Promise<Reply> {
    const head = await this.receive(16);
    const magic = head.u32();
    if (magic === SIMPLE_REPLY_MAGIC) {
      const [error, cookie] = [head.u32(), head.u64()];
      return { error, cookie, data: await this.#bytes(error === 0 ? length : 0) };
    }
    if (magic !== CHUNK_MAGIC) throw new Error('no reply');
    const [flags, type, cookie] = [head.u16(), head.u16(), head.u64()];
    const size = (await this.receive(4)).u32();
    const data = await this.#bytes(size);
    return { flags, type, cookie, data, error: type >= 0x8000 ? new WireReader(data).u32() : 0 };
  }

  async #bytes(length: number): Promise<Uint8Array> {
    const reader = await this.receive(length);
    return Uint8Array.from({ length: reader.left }, () => reader.u8());
  }
}
