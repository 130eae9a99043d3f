import { QmpError } from '../qapi/errors.ts';
import type { VersionInfo } from '../qapi/generated/types.ts';
import { commandNotFound, validateArguments } from '../qapi/validate.ts';
import { isObject, type QmpObject, type QmpValue } from '../qapi/value.ts';
import type { QmpEvent } from './client.ts';
import type { Dispatcher } from './dispatch.ts';
import {
  asQmpError,
  errorReply,
  eventMessage,
  negotiationIsOver,
  parseRequest,
  type Request,
  successReply,
} from './envelope.ts';
import { stringifyJson } from './json.ts';
import { JsonStream } from './json-stream.ts';
import type { EventSource } from './port-server.ts';

/** Requests that may wait; a client that sends more is not read until some are done. */
const QUEUE_LENGTH = 8;
const NEGOTIATE = 'qmp_capabilities';
const QUIT = 'quit';

export interface ServerSessionOptions {
  readonly dispatcher: Dispatcher;
  readonly events: EventSource;
  /** Takes one message, with its line end. */
  send(text: string): void;
  /** Stops or goes on reading from the client. */
  hold?(wait: boolean): void;
  /** Messages over several lines, indented. */
  readonly pretty?: boolean;
  /** Whether commands may overtake others here; a monitor that shares its stream cannot offer it. */
  readonly offersOob?: boolean;
}

/**
 * One client of the machine on a stream of bytes, after it was greeted: negotiation, requests one after another in the
 * order of their arrival (those of exec-oob at once), events as they come.
 */
export class ServerSession {
  readonly #options: ServerSessionOptions;
  readonly #offersOob: boolean;
  readonly #input: JsonStream;
  readonly #queue: (QmpValue | QmpError)[] = [];
  /** What was sent while requests had to wait. */
  readonly #unread: Uint8Array[] = [];
  readonly #stopEvents: () => void;
  #negotiated = false;
  #oob = false;
  #busy = false;
  #reading = false;
  #overtaking = false;
  #held = false;
  /** Whether the machine was told to end: nothing that is asked after that is answered. */
  #quitting = false;
  #open = true;

  constructor(options: ServerSessionOptions) {
    this.#options = options;
    this.#offersOob = options.offersOob ?? true;
    const receiver = {
      value: (value: QmpValue) => this.#receive(value),
      error: (error: QmpError) => this.#enqueue(error),
      full: () => this.#isFull(),
    };
    this.#input = new JsonStream(receiver, 'typed');
    this.#stopEvents = options.events.on(event => {
      if (this.#negotiated) this.#send(eventMessage(event as QmpEvent));
    });
  }

  feed(bytes: Uint8Array): void {
    if (!this.#open) return;
    this.#unread.push(bytes);
    this.#read();
  }

  /** The client is gone: what it asked for and is not begun is forgotten. */
  close(): void {
    this.#open = false;
    this.#unread.length = 0;
    this.#queue.length = 0;
    this.#stopEvents();
  }

  /** Reads on as far as there is room for requests, and has the client wait with the rest. */
  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    while (this.#unread.length > 0 && !this.#isFull()) {
      const bytes = this.#unread.shift()!;
      const used = this.#input.feed(bytes);
      if (used < bytes.length) this.#unread.unshift(bytes.subarray(used));
    }
    this.#reading = false;
    const wait = this.#unread.length > 0;
    if (wait === this.#held) return;
    this.#held = wait;
    this.#options.hold?.(wait);
  }

  /** Without oob a client has one request at a time. */
  #isFull(): boolean {
    if (this.#quitting || this.#overtaking) return true;
    return this.#oob ? this.#queue.length >= QUEUE_LENGTH : this.#busy;
  }

  #receive(value: QmpValue): void {
    const overtakes = isObject(value) && 'exec-oob' in value && !('execute' in value);
    if (overtakes) void this.#overtake(value);
    else this.#enqueue(value);
  }

  /** What overtakes is done before anything else is read. */
  async #overtake(value: QmpValue): Promise<void> {
    this.#overtaking = true;
    await this.#answer(value);
    this.#overtaking = false;
    this.#read();
  }

  #enqueue(item: QmpValue | QmpError): void {
    this.#queue.push(item);
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let item = this.#queue.shift(); item !== undefined; item = this.#queue.shift()) {
      this.#read(); // there is room again
      await this.#answer(item);
    }
    this.#busy = false;
    this.#read();
  }

  async #answer(item: QmpValue | QmpError): Promise<void> {
    if (item instanceof QmpError) {
      this.#send(errorReply(item, undefined));
      return;
    }
    const id = isObject(item) ? item['id'] : undefined;
    try {
      const request = parseRequest(item, this.#oob);
      const value = await this.#execute(request);
      this.#quitting ||= request.execute === QUIT;
      if (this.#repliesTo(request.execute)) this.#send(successReply(value, id));
    } catch (error) {
      this.#send(errorReply(asQmpError(error), id));
    }
  }

  #repliesTo(command: string): boolean {
    return this.#options.dispatcher.schema.commands[command]?.successResponse !== false;
  }

  #execute(request: Request): QmpValue | Promise<QmpValue> {
    const { execute, oob } = request;
    const { dispatcher } = this.#options;
    if (!this.#negotiated && execute !== NEGOTIATE) throw notNegotiated();
    if (oob) {
      const command = dispatcher.schema.commands[execute];
      if (!command) throw commandNotFound(execute);
      if (!command.allowOob) throw new QmpError(`The command ${execute} does not support OOB`);
    }
    if (execute === NEGOTIATE) return this.#negotiate(request);
    return dispatcher.dispatch(execute, request.arguments, 'typed');
  }

  #negotiate(request: Request): QmpObject {
    const { schema } = this.#options.dispatcher;
    const { enable = [] } = validateArguments(schema, NEGOTIATE, request.arguments, 'typed') as {
      enable?: string[];
    };
    if (this.#negotiated) throw negotiationIsOver();
    if (enable.includes('oob')) {
      if (!this.#offersOob) throw new QmpError('Capability oob not available');
      this.#oob = true;
    }
    this.#negotiated = true;
    return {};
  }

  #send(message: QmpObject): void {
    if (!this.#open) return;
    this.#options.send(line(message, this.#options.pretty ?? false));
  }
}

/** What a client is told before anything else: the version of the interface, and that commands may overtake others. */
export function greeting(version: VersionInfo, pretty: boolean): string {
  return line({ QMP: { version: version as unknown as QmpObject, capabilities: ['oob'] } }, pretty);
}

function line(message: QmpObject, pretty: boolean): string {
  return `${stringifyJson(message, { pretty, wire: true })}\r\n`;
}

function notNegotiated(): QmpError {
  return new QmpError(`Expecting capabilities negotiation with '${NEGOTIATE}'`, 'CommandNotFound');
}
