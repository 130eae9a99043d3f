import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { build } from 'esbuild';

/** Compiles a program of the repository; packages stay where they are. Remove the result after use. */
export async function buildProgram(entry: string): Promise<{ file: string; remove(): Promise<void> }> {
  // Below node_modules, so that the packages are found from there.
  const cache = resolve('node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'pty-'));
  const file = join(folder, 'program.mjs');
  await build({
    entryPoints: [entry],
    outdir: folder,
    entryNames: 'program',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    logLevel: 'error',
  });
  return { file, remove: () => rm(folder, { recursive: true }) };
}

export interface PtyOptions {
  columns?: number;
  rows?: number;
  cwd?: string;
  /** added to the environment; undefined removes a variable */
  env?: Readonly<Record<string, string | undefined>>;
}

/** Longest wait for the screen to become as expected, milliseconds. */
const PATIENCE = 25_000;

/** A program in a real pseudo-terminal, and the screen that a terminal emulator makes of its output. */
export class PtyScreen {
  private readonly pty: IPty;
  private readonly terminal: InstanceType<typeof xterm.Terminal>;
  private readonly exited: Promise<number>;
  private readonly listeners = new Set<() => void>();
  private done = false;
  /** everything the program wrote */
  raw = '';

  private constructor(pty: IPty, terminal: InstanceType<typeof xterm.Terminal>) {
    this.pty = pty;
    this.terminal = terminal;
    pty.onData(data => {
      this.raw += data;
      terminal.write(data, () => this.changed());
    });
    // What a terminal answers to queries goes back to the program.
    terminal.onData(data => {
      if (!this.done) pty.write(data);
    });
    this.exited = new Promise(resolve => {
      pty.onExit(({ exitCode, signal }) => {
        this.done = true;
        resolve(signal ? 128 + signal : exitCode);
        this.changed();
      });
    });
  }

  static start(file: string, args: readonly string[], options: PtyOptions = {}): PtyScreen {
    const { columns = 80, rows = 24, cwd = process.cwd() } = options;
    const wanted = { ...process.env, NO_COLOR: undefined, TERM: 'xterm-256color', ...options.env };
    const env = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true });
    const pty = spawn(file, [...args], { cols: columns, rows, cwd, env: env as Record<string, string> });
    return new PtyScreen(pty, terminal);
  }

  /** Types text or key sequences. */
  send(data: string): void {
    this.pty.write(data);
  }

  signal(name: NodeJS.Signals): void {
    this.pty.kill(name);
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
    this.pty.resize(columns, rows);
  }

  /** The visible rows, blanks at their ends removed. */
  lines(): string[] {
    const { active } = this.terminal.buffer;
    const rows: string[] = [];
    for (let y = 0; y < this.terminal.rows; y++) {
      rows.push(
        active
          .getLine(active.viewportY + y)
          ?.translateToString()
          .trimEnd() ?? '',
      );
    }
    return rows;
  }

  /** Scrollback and visible rows. */
  history(): string[] {
    const { active } = this.terminal.buffer;
    return Array.from({ length: active.length }, (_, y) => {
      return active.getLine(y)?.translateToString().trimEnd() ?? '';
    });
  }

  /** The visible rows as one text, empty rows at the end removed. */
  text(): string {
    return this.lines().join('\n').trimEnd();
  }

  /** The cursor's column and visible row, from 0. */
  cursor(): { x: number; y: number } {
    const { active } = this.terminal.buffer;
    return { x: active.cursorX, y: active.cursorY };
  }

  /** The row that the cursor stands in. */
  cursorLine(): string {
    return this.lines()[this.cursor().y] ?? '';
  }

  /** Foreground colour (palette index), dim and bold of a visible cell. */
  cell(x: number, y: number): { text: string; color: number; dim: boolean; bold: boolean } {
    const { active } = this.terminal.buffer;
    const cell = active.getLine(active.viewportY + y)?.getCell(x);
    return {
      text: cell?.getChars() ?? '',
      color: cell?.isFgPalette() ? cell.getFgColor() : -1,
      dim: Boolean(cell?.isDim()),
      bold: Boolean(cell?.isBold()),
    };
  }

  /** Waits until the screen satisfies the test (a text: contains it). Throws with the screen otherwise. */
  waitFor(expected: string | ((screen: PtyScreen) => boolean), what = String(expected)): Promise<void> {
    const test = typeof expected === 'string' ? () => this.text().includes(expected) : () => expected(this);
    return this.eventually(() => {
      if (!test()) throw new Error(`the screen did not come to: ${what}\n${this.lines().join('\n')}`);
    });
  }

  /** Waits until the assertion holds: a frame can arrive in pieces. Throws what it threw last otherwise. */
  eventually(assertion: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      let last: unknown;
      const timer = setTimeout(() => {
        this.listeners.delete(check);
        reject(last);
      }, PATIENCE);
      const check = () => {
        try {
          assertion();
        } catch (error) {
          last = error;
          return;
        }
        clearTimeout(timer);
        this.listeners.delete(check);
        resolve();
      };
      this.listeners.add(check);
      check();
    });
  }

  /** Exit code, 128 plus the signal's number when one ended the program. */
  async exitCode(): Promise<number> {
    const code = await this.exited;
    await new Promise<void>(resolve => this.terminal.write('', resolve)); // the screen shows what was written last
    return code;
  }

  /** Ends the program if it still runs. */
  async close(): Promise<void> {
    if (!this.done) this.pty.kill('SIGKILL');
    await this.exited;
    this.terminal.dispose();
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
