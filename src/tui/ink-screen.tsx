import { type Instance, render } from 'ink';
import { App } from './components/app.tsx';
import { InkOutput } from './ink-output.ts';
import { type LiveLayout, liveRows } from './layout/live-area.ts';
import { rowText } from './layout/row.ts';
import { textWidth } from './layout/text.ts';
import type { Outbox, Writer } from './outbox.ts';
import type { Screen } from './screen.ts';
import type { Store } from './store.ts';
import type { Terminal } from './terminal.ts';
import type { Theme } from './theme.ts';

const CLEAR_SCREEN = '\x1b[2J\x1b[H';

/**
 * What a terminal does when it gets narrower. `follow`: wraps long rows anew and the cursor stays with its text;
 * `bottom`: wraps them, the cursor keeps its distance from the last row; `none`: wraps nothing.
 */
export type Rewrap = 'follow' | 'bottom' | 'none';

/** What is known of the terminal: xterm.js, xterm and the console are special, the others follow. */
export function rewrapOf(environment: Readonly<Record<string, string | undefined>>): Rewrap {
  if (environment['TMUX']) return 'follow';
  if (environment['TERM_PROGRAM'] === 'vscode') return 'bottom';
  return environment['XTERM_VERSION'] || environment['TERM'] === 'linux' ? 'none' : 'follow';
}

/** How many rows the cursor stands below the top of a frame now that the terminal has `columns` columns. */
export function rowsAboveCursor(layout: LiveLayout, columns: number, rewrap: Rewrap): number {
  const { x, y } = layout.cursor;
  if (rewrap === 'none') return y;
  const heights = liveRows(layout).map(row => Math.max(1, Math.ceil(textWidth(rowText(row)) / columns)));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  if (rewrap === 'bottom') return sum(heights) - (heights.length - y);
  return sum(heights.slice(0, y)) + Math.floor(x / columns);
}

/** Draws the live area with Ink. Each mount is a new Ink instance; the store keeps the state between them. */
export class InkScreen implements Screen {
  private readonly store: Store;
  private readonly outbox: Outbox;
  private readonly terminal: Terminal;
  private readonly theme: Theme;
  private mounted: { instance: Instance; output: InkOutput } | null = null;
  private frame: LiveLayout | null = null;
  private writer: Writer = null;

  constructor(store: Store, outbox: Outbox, terminal: Terminal, theme: Theme) {
    this.store = store;
    this.outbox = outbox;
    this.terminal = terminal;
    this.theme = theme;
  }

  mount(): void {
    if (this.mounted) return;
    const output = new InkOutput(this.terminal);
    const stream = output as unknown as NodeJS.WriteStream;
    const app = (
      <App
        store={this.store}
        theme={this.theme}
        columns={output.columns}
        rows={output.rows}
        onFrame={this.setFrame}
        onWriter={this.setWriter}
      />
    );
    // Ink must not delay frames: the store changes at most once a chunk of input, and echo is to be immediate.
    const options = { stdout: stream, stderr: stream, exitOnCtrlC: false, maxFps: 0 };
    this.mounted = { output, instance: render(app, options) };
  }

  unmount(): void {
    if (!this.mounted) return;
    const { instance, output } = this.mounted;
    this.mounted = null;
    output.mute();
    instance.unmount();
    if (this.frame === null) return;
    const up = rowsAboveCursor(this.frame, this.terminal.columns, rewrapOf(process.env));
    this.frame = null;
    this.terminal.write(`\r${up > 0 ? `\x1b[${up}A` : ''}\x1b[J\x1b[?25h`);
  }

  resized(): void {
    if (!this.mounted) return;
    this.unmount();
    this.mount();
  }

  clear(): void {
    this.writer?.(CLEAR_SCREEN);
  }

  private readonly setFrame = (layout: LiveLayout): void => {
    this.frame = layout;
  };

  private readonly setWriter = (writer: Writer): void => {
    this.writer = writer;
    this.outbox.connect(writer);
  };
}
