import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** The side of a test program: it listens, the machine connects, and lines go both ways. */
export class QtestClient {
  readonly #server: Server;
  readonly #lines: Promise<AsyncIterator<string>>;
  #socket: Socket | null = null;
  /** Interrupts that were told since the last look. */
  readonly interrupts: string[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.#lines = new Promise(resolve => {
      server.once('connection', socket => {
        this.#socket = socket;
        resolve(createInterface({ input: socket })[Symbol.asyncIterator]());
      });
    });
  }

  /** Resolves when a machine can be started that connects to `path`. */
  static async listen(path: string): Promise<QtestClient> {
    const server = createServer();
    const client = new QtestClient(server);
    await new Promise<void>(resolve => server.listen(path, resolve));
    return client;
  }

  /** Sends a line as it is and returns the answer. */
  async ask(line: string): Promise<string> {
    const lines = await this.#lines;
    this.#socket?.write(`${line}\n`);
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error('the connection ended');
      if (!value.startsWith('IRQ ')) return value;
      this.interrupts.push(value);
    }
  }

  /** What follows OK. */
  async run(line: string): Promise<string> {
    const answer = await this.ask(line);
    if (!/^OK( |$)/.test(answer)) throw new Error(`${line}: ${answer}`);
    return answer.slice('OK '.length);
  }

  async read(letter: 'b' | 'w' | 'l' | 'q', address: number): Promise<bigint> {
    return BigInt(await this.run(`read${letter} 0x${address.toString(16)}`));
  }

  async write(letter: 'b' | 'w' | 'l' | 'q', address: number, value: bigint | number): Promise<void> {
    await this.run(`write${letter} 0x${address.toString(16)} 0x${value.toString(16)}`);
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }
}
