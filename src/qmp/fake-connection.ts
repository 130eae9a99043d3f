import { isObject, type QmpObject, type QmpValue } from '../qapi/value.ts';
import type { ByteConnection } from './byte-connection.ts';
import { stringifyJson } from './json.ts';
import { JsonStream } from './json-stream.ts';

/** What a fake server answers to a command; a thrown Error's message is the description of the refusal. */
export type FakeAnswers = Readonly<Record<string, (args: QmpObject) => QmpValue>>;

/** The client's end of a connection to a QMP server that is not there, for tests. */
export class FakeConnection implements ByteConnection {
  readonly name = 'unix:/fake';
  /** commands in the order in which they came */
  readonly asked: { execute: string; arguments: QmpValue }[] = [];
  readonly #answers: FakeAnswers;
  #listener: (bytes: Uint8Array) => void = () => {};
  #closed: (error: Error | null) => void = () => {};
  closed = false;
  readonly #stream = new JsonStream({
    value: message => this.#answer(message as QmpObject),
    error: error => {
      throw error;
    },
  });

  constructor(answers: FakeAnswers = {}) {
    this.#answers = {
      qmp_capabilities: () => ({}),
      'query-commands': () => Object.keys(this.#answers).map(name => ({ name })),
      ...answers,
    };
  }

  /** Says the greeting of a QEMU. */
  greet(): this {
    return this.say({
      QMP: { version: { qemu: { major: 7, minor: 2, micro: 0 }, package: '' }, capabilities: [] },
    });
  }

  say(message: QmpObject): this {
    return this.sayText(`${stringifyJson(message)}\r\n`);
  }

  /** On the next turn, as a socket does. */
  sayText(text: string): this {
    setImmediate(() => this.#listener(Buffer.from(text)));
    return this;
  }

  /** The server goes, after what it has said. */
  hangUp(error: Error | null = null): void {
    setImmediate(() => this.#closed(error));
  }

  write(data: string | Uint8Array): void {
    this.#stream.feed(Buffer.from(data));
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  onClose(listener: (error: Error | null) => void): void {
    this.#closed = listener;
  }

  close(): void {
    this.closed = true;
  }

  #answer(request: QmpObject): void {
    const execute = String(request['execute']);
    const args = request['arguments'];
    this.asked.push({ execute, arguments: args ?? null });
    const answer = this.#answers[execute];
    const id = request['id'] ?? null;
    try {
      if (!answer) throw new Error(`The command ${execute} has not been found`);
      this.say({ return: answer(isObject(args) ? args : {}), id });
    } catch (error) {
      this.say({ error: { class: 'GenericError', desc: (error as Error).message }, id });
    }
  }
}
