import { EventEmitter } from 'node:events';
import type { Terminal } from './terminal.ts';

/**
 * The stream that one mount of Ink writes to. What is written within one turn goes to the terminal in one piece,
 * so that erasing, output and redrawing are never seen apart. Its size stays that of its creation: after a resize
 * a new mount takes over.
 */
export class InkOutput extends EventEmitter {
  readonly isTTY = true;
  readonly columns: number;
  readonly rows: number;
  private readonly terminal: Terminal;
  private parts: string[] = [];
  private muted = false;

  constructor(terminal: Terminal) {
    super();
    this.terminal = terminal;
    this.columns = terminal.columns;
    this.rows = terminal.rows;
  }

  write(data: string): boolean {
    if (this.muted) return true;
    if (this.parts.length === 0) queueMicrotask(() => this.flush());
    this.parts.push(data);
    return true;
  }

  /** Sends what was collected, now. */
  flush(): void {
    if (this.parts.length === 0) return;
    const data = this.parts.join('');
    this.parts = [];
    this.terminal.write(data);
  }

  /** Sends what was collected and ignores everything that follows. */
  mute(): void {
    this.flush();
    this.muted = true;
  }
}
