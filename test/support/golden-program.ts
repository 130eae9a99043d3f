/** The built program with a QMP socket, as launchers start it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PROGRAM } from './hmp.ts';
import { listening } from './listening.ts';

export type Message = Record<string, unknown>;

/** One QMP connection. Replies are taken in order; events go to a list of their own. */
export class QmpConnection {
  readonly events: Message[] = [];
  readonly socket: Socket;
  readonly #lines: AsyncIterator<string>;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  /** Past greeting and negotiation. */
  static async open(path: string): Promise<QmpConnection> {
    const connection = new QmpConnection(connect(path));
    await connection.next();
    await connection.request({ execute: 'qmp_capabilities' });
    return connection;
  }

  /** The next message that is no event. @throws Error when the connection ended */
  async next(): Promise<Message> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error('the connection ended');
      const message = JSON.parse(value as string) as Message;
      if (!('event' in message)) return message;
      this.events.push(message);
    }
  }

  request(message: unknown): Promise<Message> {
    this.socket.write(`${JSON.stringify(message)}\n`);
    return this.next();
  }

  /** An HMP line; what it prints. */
  async line(text: string): Promise<string> {
    const reply = await this.request({
      execute: 'human-monitor-command',
      arguments: { 'command-line': text },
    });
    return typeof reply['return'] === 'string' ? reply['return'] : JSON.stringify(reply);
  }
}

export class RunningProgram {
  readonly folder: string;
  readonly child: ChildProcess;
  /** Resolves to the exit code, null for a signal. */
  readonly exit: Promise<number | null>;

  /** Starts it with a socket `qmp` in a folder of its own; options may name others there with `@/`. */
  static async start(
    args: readonly string[],
    prepare: (folder: string) => void = () => {},
  ): Promise<RunningProgram> {
    const program = new RunningProgram(args, prepare);
    await listening(program.path('qmp'), () => program.child.exitCode !== null);
    return program;
  }

  private constructor(args: readonly string[], prepare: (folder: string) => void) {
    this.folder = mkdtempSync(join(tmpdir(), 'hmp-program-'));
    prepare(this.folder);
    const words = [...args, '-qmp', 'unix:@/qmp,server=on,wait=off'];
    const here = words.map(word => word.replaceAll('@/', `${this.folder}/`));
    this.child = spawn(process.execPath, [PROGRAM, ...here], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.exit = new Promise(resolve => this.child.on('exit', code => resolve(code)));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  connect(name = 'qmp'): Promise<QmpConnection> {
    return QmpConnection.open(this.path(name));
  }

  async close(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
