/** A QMP client of a few lines that shares nothing with the program's own: what does a server say to others? */
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export type Message = Record<string, unknown>;

/** One connection. Replies are taken in order; events go to a list of their own. */
export class QmpConnection {
  readonly events: Message[] = [];
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;

  /** Without greeting and negotiation, which are the next messages. */
  constructor(path: string) {
    this.#socket = connect(path);
    this.#lines = createInterface({ input: this.#socket })[Symbol.asyncIterator]();
  }

  /** Past greeting and negotiation. */
  static async open(path: string): Promise<QmpConnection> {
    const connection = new QmpConnection(path);
    await connection.message();
    await connection.request({ execute: 'qmp_capabilities' });
    return connection;
  }

  /** The next message, whatever it is. @throws Error when the connection ended */
  async message(): Promise<Message> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the connection ended');
    return JSON.parse(value as string) as Message;
  }

  /** Sends a request; its reply. */
  async request(message: object): Promise<Message> {
    this.send(message);
    for (;;) {
      const answer = await this.message();
      if (!('event' in answer)) return answer;
      this.events.push(answer);
    }
  }

  send(message: object): void {
    this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  /** An HMP line; what it prints. */
  async line(text: string): Promise<string> {
    const reply = await this.request({
      execute: 'human-monitor-command',
      arguments: { 'command-line': text },
    });
    return typeof reply['return'] === 'string' ? reply['return'] : JSON.stringify(reply);
  }

  close(): void {
    this.#socket.destroy();
  }
}
