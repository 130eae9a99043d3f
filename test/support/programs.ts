import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { type Finished, PROGRAM } from './hmp.ts';
import { listening } from './listening.ts';

/** Programs with QEMU's command line, separated by commas in HMP_QEMU; those that do not start are left out. */
export const QEMUS = (process.env['HMP_QEMU'] ?? 'qemu-system-riscv64')
  .split(',')
  .filter(program => spawnSync(program, ['--version']).status === 0);

/** A program that runs a machine and serves QMP on a socket: ours, or QEMU. */
export class MachineProgram {
  readonly folder = mkdtempSync(join(tmpdir(), 'hmp-attach-'));
  readonly socket = join(this.folder, 'qmp');
  readonly #command: readonly string[];
  #child: ChildProcess | null = null;
  #exit: Promise<number | null> = Promise.resolve(null);

  /**
   * @param name `hmp`, or the name of a QEMU
   * @param args of the machine, which begins stopped; they may depend on its folder
   */
  constructor(name: string, args: readonly string[] | ((folder: string) => readonly string[])) {
    const common = ['-M', 'virt', '-S', '-display', 'none', '-qmp', `unix:${this.socket},server=on,wait=off`];
    const program = name === 'hmp' ? [process.execPath, PROGRAM] : [name, '-monitor', 'none'];
    this.#command = [...program, ...common, ...(typeof args === 'function' ? args(this.folder) : args)];
  }

  /** Resolves once somebody could connect. */
  async start(): Promise<this> {
    const [command = '', ...args] = this.#command;
    rmSync(this.socket, { force: true });
    this.#child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#exit = new Promise(resolve => this.#child!.on('exit', resolve));
    const child = this.#child;
    await listening(this.socket, () => child.exitCode !== null);
    return this;
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  get running(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** How it ended. */
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

/** The program while it runs. */
export class RunningHmp {
  readonly #child: ChildProcess;
  /** How it ended, and what it wrote. */
  readonly finished: Promise<Finished>;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    this.#child = spawn(process.execPath, [PROGRAM, ...args], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdout!.setEncoding('utf8').on('data', (piece: string) => {
      this.#stdout += piece;
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (piece: string) => {
      this.#stderr += piece;
    });
    this.finished = new Promise(resolve => {
      this.#child.on('close', code => resolve({ stdout: this.#stdout, stderr: this.#stderr, code }));
    });
  }

  type(text: string): void {
    this.#child.stdin!.write(text);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Waits for text on either output. @throws Error when the program ends without it */
  async until(text: string): Promise<void> {
    let ended = false;
    void this.finished.then(() => {
      ended = true;
    });
    while (!`${this.#stdout}${this.#stderr}`.includes(text)) {
      if (ended) throw new Error(`ended without '${text}': ${this.#stdout}${this.#stderr}`);
      await setTimeout(10);
    }
  }
}

/** A QMP client of a few lines that shares nothing with the program's own: what does a server say to others? */
export async function askQmp(path: string, requests: readonly object[]): Promise<Record<string, unknown>[]> {
  const socket = connect(path);
  const replies: Record<string, unknown>[] = [];
  try {
    socket.write(`${JSON.stringify({ execute: 'qmp_capabilities' })}\n`);
    for await (const line of createInterface({ input: socket })) {
      const message = JSON.parse(line) as Record<string, unknown>;
      if (message['event'] !== undefined || message['QMP'] !== undefined) continue;
      replies.push(message);
      const next = requests[replies.length - 1];
      if (next === undefined) break;
      socket.write(`${JSON.stringify(next)}\n`);
    }
  } finally {
    socket.destroy();
  }
  return replies.slice(1);
}
