import { type ErrorClass, QmpError } from '../qapi/errors.ts';
import type { CommandName, Commands } from '../qapi/generated/types.ts';
import { decodeEvent, decodeReturn, loadSchema } from '../qapi/index.ts';
import { isObject, type QmpObject, type QmpValue } from '../qapi/value.ts';
import type { ByteConnection } from './byte-connection.ts';
import type { ExecuteOptions, Timestamp } from './client.ts';
import { timestampNow } from './envelope.ts';
import { AttachError, ConnectionLostError } from './errors.ts';
import { Greeting, type GreetingOptions } from './greeting.ts';
import { stringifyJson } from './json.ts';
import { JsonStream } from './json-stream.ts';
import { MessageClient } from './message-client.ts';

const schema = loadSchema();

/** Events after which the machine goes on in spite of a SHUTDOWN before. */
const ALIVE_AGAIN = ['RESET', 'RESUME'];

/**
 * A QMP client of any server: QEMU of any release, or another hmp. Replies of commands that our schema has are
 * brought to its types; what the schema does not know passes as it is.
 */
export class SocketQmpClient extends MessageClient {
  readonly #connection: ByteConnection;
  readonly #stream: JsonStream;
  #greeting: Greeting | null = null;
  #greeted: ((error?: AttachError) => void) | null = null;
  #commands: ReadonlySet<string> = new Set();
  #shutdown: QmpObject | null = null;

  private constructor(connection: ByteConnection) {
    super();
    this.#connection = connection;
    this.#stream = new JsonStream({
      value: message => this.#message(message),
      error: error => this.#garbage(error),
    });
  }

  /** Takes the greeting, negotiates, and asks what the server offers. @throws AttachError */
  static async open(connection: ByteConnection, options: GreetingOptions): Promise<SocketQmpClient> {
    const client = new SocketQmpClient(connection);
    try {
      await client.#greet(options);
      await client.execute('qmp_capabilities');
      const commands = await client.execute('query-commands');
      client.#commands = new Set(commands.map(({ name }) => name));
      return client;
    } catch (error) {
      connection.close();
      if (error instanceof AttachError) throw error;
      throw new AttachError(`${connection.name}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** The data of the SHUTDOWN event of a machine that ends or has ended; null while it lives. */
  get shutdown(): Readonly<QmpObject> | null {
    return this.#shutdown;
  }

  supports(command: string): boolean {
    return this.#commands.has(command);
  }

  override async execute<C extends CommandName>(
    command: C,
    args?: Commands[C]['args'],
    options?: ExecuteOptions,
  ): Promise<Commands[C]['returns']> {
    const value = (await this.request(command, args as QmpObject | undefined, options)) as QmpValue;
    const known = Object.hasOwn(schema.commands, command);
    return (known ? decodeReturn(schema, command, value) : value) as Commands[C]['returns'];
  }

  protected send(id: number, command: string, args: QmpObject | undefined): void {
    const request = { execute: command, ...(args === undefined ? {} : { arguments: args }), id };
    this.#connection.write(`${stringifyJson(request)}\n`);
  }

  protected disconnect(): void {
    this.#connection.close();
    this.end(null);
  }

  #greet(options: GreetingOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#greeted = error => {
        this.#greeting?.end();
        this.#greeting = null;
        this.#greeted = null;
        if (error) reject(error);
        else resolve();
      };
      this.#greeting = new Greeting(this.#connection, options, error => this.#greeted?.(error));
      this.#connection.onData(bytes => this.#bytes(bytes));
      this.#connection.onClose(error => this.#closed(error));
    });
  }

  #bytes(bytes: Uint8Array): void {
    const wrong = this.#greeting?.bytes(bytes);
    if (wrong) this.#greeted?.(wrong);
    else this.#stream.feed(bytes);
  }

  #message(message: QmpValue): void {
    if (this.#greeting) {
      this.#greeted?.(this.#greeting.accepts(message) ? undefined : this.#greeting.wrong());
      return;
    }
    if (!isObject(message)) this.#garbage(new Error('no object'));
    else if (typeof message['event'] === 'string') this.#event(message['event'], message);
    else this.#reply(message);
  }

  #reply(message: QmpObject): void {
    const id = message['id'];
    const pending = typeof id === 'number' ? this.takePending(id) : undefined;
    if (!pending) return;
    const error = message['error'];
    if (isObject(error)) {
      pending.reject(new QmpError(String(error['desc']), error['class'] as ErrorClass));
    } else {
      pending.resolve(message['return']);
    }
  }

  #event(name: string, message: QmpObject): void {
    const data = eventData(name, message['data']);
    if (name === 'SHUTDOWN') this.#shutdown = data;
    if (ALIVE_AGAIN.includes(name)) this.#shutdown = null;
    const { timestamp } = message;
    this.emit(name, data, isObject(timestamp) ? (timestamp as unknown as Timestamp) : timestampNow());
  }

  #garbage(error: Error): void {
    if (this.#greeting) {
      this.#greeted?.(this.#greeting.wrong());
      return;
    }
    this.#lose(`${this.#connection.name}: what came is not QMP: ${error.message}`);
    this.#connection.close();
  }

  #closed(error: Error | null): void {
    const { name } = this.#connection;
    const reason = error === null ? '' : `: ${error.message}`;
    this.#greeted?.(new AttachError(`${name}: closed before it greeted${reason}`));
    if (this.closing || this.#shutdown) this.end(null);
    else this.#lose(`the connection to ${name} was lost${reason}`);
  }

  #lose(why: string): void {
    this.end(new ConnectionLostError(why));
  }
}

/** The data of an event by its type; as it came where the schema knows it otherwise, or not at all. */
function eventData(name: string, data: QmpValue | undefined): QmpObject {
  const given = isObject(data) ? data : {};
  if (!Object.hasOwn(schema.events, name)) return given;
  try {
    return decodeEvent(schema, name, given);
  } catch {
    return given;
  }
}
