/** Programs that run while a test does something with them. */
import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finished, PROGRAM } from './hmp.ts';
import { QmpConnection } from './qmp-connection.ts';
import { listening, until } from './waiting.ts';

/** Programs with QEMU's command line, separated by commas in HMP_QEMU; those that do not start are left out. */
export const QEMUS = (process.env['HMP_QEMU'] ?? 'qemu-system-riscv64')
  .split(',')
  .filter(program => spawnSync(program, ['--version']).status === 0);

export const QEMU = QEMUS[0] ?? 'qemu-system-riscv64';
export const hasQemu = QEMUS.length > 0;

/** The board, standing before its first instruction. */
export const STOPPED = ['-M', 'virt', '-S'];

/** A program that runs a machine and serves QMP on a socket: ours, or QEMU. */
export class MachineProgram {
  readonly folder = mkdtempSync(join(tmpdir(), 'hmp-program-'));
  readonly socket = this.path('qmp');
  readonly #command: readonly string[];
  #child: ChildProcess | null = null;
  #exit: Promise<number | null> = Promise.resolve(null);

  /**
   * @param name `hmp`, or the name of a QEMU
   * @param args of the machine; `@/NAME` in them is a file of its own folder
   */
  constructor(name: string, args: readonly string[]) {
    const program = name === 'hmp' ? [process.execPath, PROGRAM] : [name, '-monitor', 'none'];
    const common = ['-display', 'none', '-qmp', 'unix:@/qmp,server=on,wait=off'];
    const words = [...common, ...args].map(word => word.replaceAll('@/', `${this.folder}/`));
    this.#command = [...program, ...words];
  }

  /** A file of its folder. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** Resolves once somebody could connect to `socket`. @throws Error when it ends before */
  async start(): Promise<this> {
    const [command = '', ...args] = this.#command;
    rmSync(this.socket, { force: true });
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#child = child;
    this.#exit = new Promise(resolve => child.on('exit', code => resolve(code)));
    await this.listening('qmp');
    return this;
  }

  /** Resolves once somebody could connect to a socket in its folder. @throws Error when it ends before */
  async listening(name: string): Promise<void> {
    await listening(this.path(name), () => !this.running);
    if (!this.running) throw new Error(`the program ended before it listened on ${name}`);
  }

  connect(name = 'qmp'): Promise<QmpConnection> {
    return QmpConnection.open(this.path(name));
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  get running(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** How it ended; null for a signal. */
  get exit(): Promise<number | null> {
    return this.#exit;
  }

  /** Asks it to end, in order. */
  terminate(): void {
    this.#child?.kill('SIGTERM');
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exit;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The program while it runs, with pipes to its input and output. */
export class RunningHmp {
  readonly #child: ChildProcess;
  /** How it ended, and what it wrote. */
  readonly finished: Promise<Finished>;
  #stdout = '';
  #stderr = '';
  #ended = false;

  /** @param descriptors of this process that it gets as its numbers 3 and up */
  constructor(
    args: readonly string[],
    env: Record<string, string> = {},
    descriptors: readonly number[] = [],
  ) {
    const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', ...descriptors];
    this.#child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...env }, stdio });
    this.#child.stdout!.setEncoding('utf8').on('data', (piece: string) => {
      this.#stdout += piece;
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (piece: string) => {
      this.#stderr += piece;
    });
    this.finished = new Promise(resolve => {
      this.#child.on('close', code => {
        this.#ended = true;
        resolve({ stdout: this.#stdout, stderr: this.#stderr, code });
      });
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  type(text: string): void {
    this.#child.stdin!.write(text);
  }

  endInput(): void {
    this.#child.stdin!.end();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Ends it without a word, if it still runs. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.finished;
  }

  /** Waits for text on either output. @throws Error when the program ends without it */
  async until(text: string): Promise<void> {
    const printed = () => `${this.#stdout}${this.#stderr}`;
    await until(() => printed().includes(text) || this.#ended);
    if (!printed().includes(text)) throw new Error(`ended without '${text}': ${printed()}`);
  }

  /** Waits for a unix socket that takes connections. @throws Error when the program ends without it */
  async listening(path: string): Promise<void> {
    await listening(path, () => this.#ended);
    if (this.#ended) throw new Error(`ended before it listened: ${this.#stdout}${this.#stderr}`);
  }
}
