import type { Dispatcher } from '../qmp/dispatch.ts';
import type { EventSource } from '../qmp/port-server.ts';
import { ServerSession } from '../qmp/server-session.ts';
import type { ByteStream } from './types.ts';

export interface QmpService {
  readonly dispatcher: Dispatcher;
  readonly events: EventSource;
  /** Messages over several lines. */
  readonly pretty: boolean;
}

/** Serves QMP on a stream: each connection is a session of its own, one after the other. */
export function serveQmp(stream: ByteStream, { dispatcher, events, pretty }: QmpService): void {
  let session: ServerSession | null = null;
  const begin = () => {
    session?.close();
    const begun = new ServerSession({
      dispatcher,
      events,
      pretty,
      send: text => stream.write(Buffer.from(text)),
      hold: wait => stream.setFlowing?.(!wait),
    });
    session = begun;
    void begun.greet();
  };
  stream.onEvent?.(event => {
    if (event === 'opened') begin();
    if (event !== 'closed') return;
    session?.close();
    session = null;
  });
  if (stream.connected ?? true) begin();
  stream.onData(bytes => session?.feed(bytes));
}
