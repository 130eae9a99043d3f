const BRACKETED_PASTE_ON = '\x1b[?2004h';
const BRACKETED_PASTE_OFF = '\x1b[?2004l';
const SHOW_CURSOR = '\x1b[?25h';

/** The terminal's own side: raw mode, bracketed paste, size, input. It can be taken and given back repeatedly. */
export class Terminal {
  private readonly stdin: NodeJS.ReadStream;
  private readonly stdout: NodeJS.WriteStream;
  private held = false;
  /** Giving the terminal back must also happen when the process ends in another way. */
  private readonly atExit = () => this.release();

  constructor(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream) {
    this.stdin = stdin;
    this.stdout = stdout;
  }

  get columns(): number {
    return this.stdout.columns || 80;
  }

  get rows(): number {
    return this.stdout.rows || 24;
  }

  /** Raw mode and bracketed paste on. Safe to call again: after a stop the modes are set anew. */
  take(): void {
    // Node remembers the mode it set; a shell may have changed it behind our back while we were stopped.
    if (this.held) this.stdin.setRawMode?.(false);
    else process.on('exit', this.atExit);
    this.held = true;
    this.stdin.setRawMode?.(true);
    this.write(BRACKETED_PASTE_ON);
  }

  /** Everything back as it was. */
  release(): void {
    if (!this.held) return;
    this.held = false;
    process.off('exit', this.atExit);
    this.write(BRACKETED_PASTE_OFF + SHOW_CURSOR);
    this.stdin.setRawMode?.(false);
  }

  /** In the serial view paste marks are the guest's affair. */
  setBracketedPaste(on: boolean): void {
    this.write(on ? BRACKETED_PASTE_ON : BRACKETED_PASTE_OFF);
  }

  write(data: string | Uint8Array): void {
    if (this.stdout.writable) this.stdout.write(data);
  }

  /** Listens to input, resizes and the terminal's end; the returned function ends it all. */
  listen(hooks: { data(bytes: Uint8Array): void; resize(): void; lost(): void }): () => void {
    const data = (chunk: Buffer | string) =>
      hooks.data(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    const { stdin, stdout } = this;
    stdin.on('data', data);
    stdin.on('end', hooks.lost);
    stdin.on('error', hooks.lost);
    stdout.on('resize', hooks.resize);
    stdout.on('error', hooks.lost);
    stdin.resume();
    return () => {
      stdin.off('data', data);
      stdin.off('end', hooks.lost);
      stdin.off('error', hooks.lost);
      stdout.off('resize', hooks.resize);
      stdout.off('error', hooks.lost);
      stdin.pause();
    };
  }
}
