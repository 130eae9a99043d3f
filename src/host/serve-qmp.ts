import type { VersionInfo } from '../qapi/generated/types.ts';
import type { Dispatcher } from '../qmp/dispatch.ts';
import type { EventSource } from '../qmp/port-server.ts';
import { greeting, ServerSession } from '../qmp/server-session.ts';
import type { ByteStream } from './types.ts';

/** What answers clients. */
export interface QmpService {
  readonly dispatcher: Dispatcher;
  readonly events: EventSource;
}

export interface QmpServerOptions {
  readonly version: VersionInfo;
  /** Messages over several lines. */
  readonly pretty: boolean;
}

/** QMP on a stream: each connection is a session of its own, one after the other. */
export class QmpServer {
  readonly #stream: ByteStream;
  readonly #options: QmpServerOptions;
  #service: QmpService | null = null;
  #session: ServerSession | null = null;

  /** Greets clients from now on. What they ask for waits with them until there is somebody to answer it. */
  constructor(stream: ByteStream, options: QmpServerOptions) {
    this.#stream = stream;
    this.#options = options;
    stream.onEvent?.(event => {
      if (event === 'opened') this.#greet();
      if (event === 'closed') this.#end();
    });
    if (stream.connected ?? true) this.#greet();
  }

  serve(service: QmpService): void {
    this.#service = service;
    if (this.#stream.connected ?? true) this.#begin(service);
    this.#stream.onData(bytes => this.#session?.feed(bytes));
  }

  #greet(): void {
    const { version, pretty } = this.#options;
    this.#stream.write(ascii(greeting(version, pretty)));
    if (this.#service) this.#begin(this.#service);
  }

  #begin({ dispatcher, events }: QmpService): void {
    this.#end();
    this.#session = new ServerSession({
      dispatcher,
      events,
      pretty: this.#options.pretty,
      send: text => this.#stream.write(ascii(text)),
      hold: wait => this.#stream.setFlowing?.(!wait),
    });
  }

  #end(): void {
    this.#session?.close();
    this.#session = null;
  }
}

/** Messages have no other characters; to say so saves looking for them. */
function ascii(message: string): Uint8Array {
  return Buffer.from(message, 'latin1');
}
