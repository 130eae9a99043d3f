import { describe, expect, it } from 'vitest';
import { loadSchema } from '../qapi/index.ts';
import { Dispatcher } from '../qmp/dispatch.ts';
import { QmpServer } from './serve-qmp.ts';
import type { ByteStream, StreamEvent } from './types.ts';

const version = { qemu: { major: 10n, minor: 2n, micro: 2n }, package: '' };

/** A stream whose other end is the test: like a socket it keeps what nobody reads. */
class Wire implements ByteStream {
  readonly filename = 'wire';
  readonly lines: Record<string, unknown>[] = [];
  connected = false;
  #unread: string[] = [];
  #listener: ((bytes: Uint8Array) => void) | null = null;
  #tell: (event: StreamEvent) => void = () => {};

  write(bytes: Uint8Array): void {
    this.lines.push(JSON.parse(Buffer.from(bytes).toString()));
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    for (const text of this.#unread.splice(0)) listener(Buffer.from(text));
  }

  onEvent(listener: (event: StreamEvent) => void): void {
    this.#tell = listener;
  }

  close(): void {}

  come(): void {
    this.connected = true;
    this.#tell('opened');
  }

  go(): void {
    this.connected = false;
    this.#unread = [];
    this.#tell('closed');
  }

  say(text: string): void {
    if (this.#listener) this.#listener(Buffer.from(text));
    else this.#unread.push(text);
  }
}

const service = () => ({
  dispatcher: new Dispatcher(loadSchema(), {
    qmp_capabilities: () => ({}),
    'query-name': () => ({ name: 'vm' }),
  }),
  events: { on: () => () => {} },
});
const turns = async () => {
  for (let n = 0; n < 10; n++) await new Promise(resolve => setImmediate(resolve));
};
const ASKED = '{"execute": "qmp_capabilities"} {"execute": "query-name"} {"execute": "nosuch"}';
const GREETING = { QMP: { capabilities: ['oob'] } };
const ANSWERS = [{ return: {} }, { return: { name: 'vm' } }, { error: { class: 'CommandNotFound' } }];

describe('a QMP server whose machine is not there yet', () => {
  it('greets at once, and answers in order what was asked meanwhile', async () => {
    const wire = new Wire();
    const server = new QmpServer(wire, { version, pretty: false });
    wire.come();
    expect(wire.lines).toMatchObject([GREETING]);
    wire.say(ASKED);
    await turns();
    expect(wire.lines).toHaveLength(1);
    server.serve(service());
    await turns();
    expect(wire.lines.slice(1)).toMatchObject(ANSWERS);
  });

  it('greets who is there before it, and forgets who left', async () => {
    const wire = new Wire();
    wire.connected = true;
    const server = new QmpServer(wire, { version, pretty: false });
    wire.go();
    server.serve(service());
    wire.say(ASKED);
    await turns();
    expect(wire.lines).toMatchObject([GREETING]);
  });

  it('begins anew with every client', async () => {
    const wire = new Wire();
    const server = new QmpServer(wire, { version, pretty: false });
    server.serve(service());
    for (let round = 0; round < 2; round++) {
      wire.come();
      wire.say(ASKED);
      await turns();
      expect(wire.lines.splice(0)).toMatchObject([GREETING, ...ANSWERS]);
      wire.go();
    }
  });
});
