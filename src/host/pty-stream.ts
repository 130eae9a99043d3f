import { spawnSync } from 'node:child_process';
import { closeSync, readlinkSync, readSync, symlinkSync, unlinkSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { systemErrorText } from './system-error.ts';
import type { ByteStream, StreamEvent } from './types.ts';

/** What the optional package offers; Node itself opens no pseudo-terminals. */
interface NativePty {
  /** Descriptors of both ends, the first of which never blocks, and the name of the second. */
  open(columns: number, rows: number): { master: number; slave: number; pty: string };
}

const PACKAGE = '@lydell/node-pty';
/** Milliseconds between looks: after something came, while somebody is there, and while nobody is. */
const BUSY = 4;
const IDLE = 25;
const ALONE = 200;
/** Bytes that may wait for a slow reader before the stream counts as congested. */
const MOST_WAITING = 1 << 16;
const PIECE = 4096;

/**
 * A pseudo-terminal whose other end anybody may open. Whether somebody has is told by reading alone, and there is no
 * way to be woken for both: so it is looked at now and then. What is written while nobody is there is lost.
 */
export class PtyStream implements ByteStream {
  readonly filename: string;
  readonly #descriptor: number;
  readonly #link: string;
  readonly #name: string;
  readonly #buffer = new Uint8Array(PIECE);
  #connected = false;
  #flowing = true;
  #waiting: Uint8Array[] = [];
  #kept: Uint8Array[] = [];
  #listener: ((bytes: Uint8Array) => void) | null = null;
  #tell: (event: StreamEvent) => void = () => {};
  #timer: NodeJS.Timeout;
  #wasCongested = false;

  private constructor(descriptor: number, name: string, link: string) {
    this.#descriptor = descriptor;
    this.#name = name;
    this.#link = link;
    this.filename = `pty:${name}`;
    this.#timer = setTimeout(() => {}, 0);
    this.#look();
  }

  /** @param link a symbolic link to make to it; '': none. @throws Error when there can be no pseudo-terminal */
  static open(link: string): PtyStream {
    const { master, slave, pty } = openPair();
    try {
      makeRaw(slave);
      if (link !== '') makeLink(pty, link);
    } catch (error) {
      closeSync(master);
      throw error;
    } finally {
      closeSync(slave);
    }
    return new PtyStream(master, pty, link);
  }

  get connected(): boolean {
    return this.#connected;
  }

  get congested(): boolean {
    return this.#waiting.reduce((sum, piece) => sum + piece.length, 0) > MOST_WAITING;
  }

  write(bytes: Uint8Array): void {
    if (!this.#connected) this.#look();
    if (!this.#connected) return;
    this.#waiting.push(bytes.slice());
    this.#send();
    this.#wasCongested ||= this.congested;
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    for (const bytes of this.#kept.splice(0)) listener(bytes);
  }

  onEvent(listener: (event: StreamEvent) => void): void {
    this.#tell = listener;
  }

  setFlowing(flowing: boolean): void {
    this.#flowing = flowing;
  }

  close(): void {
    clearTimeout(this.#timer);
    closeSync(this.#descriptor);
    if (this.#link !== '') removeLink(this.#link, this.#name);
  }

  /** Takes what there is, sends what waits, and comes back. */
  #look(): void {
    clearTimeout(this.#timer);
    const came = this.#read();
    this.#send();
    const delay = !this.#connected ? ALONE : came || this.#waiting.length > 0 ? BUSY : IDLE;
    this.#timer = setTimeout(() => this.#look(), delay).unref();
  }

  /** Whether anything came. What nobody wants now stays where it is, but for one piece. */
  #read(): boolean {
    let came = false;
    while (this.#kept.length === 0) {
      const bytes = this.#readPiece();
      if (bytes === null) break;
      came = true;
      if (this.#listener && this.#flowing) this.#listener(bytes);
      else this.#kept.push(bytes);
    }
    if (this.#kept.length > 0 && this.#listener && this.#flowing) this.#listener(this.#kept.shift()!);
    return came;
  }

  #readPiece(): Uint8Array | null {
    try {
      const length = readSync(this.#descriptor, this.#buffer);
      this.#setConnected(true);
      return length === 0 ? null : this.#buffer.slice(0, length);
    } catch (error) {
      this.#setConnected((error as NodeJS.ErrnoException).code === 'EAGAIN'); // EIO: nobody has the other end
      return null;
    }
  }

  #setConnected(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    if (!connected) this.#waiting = [];
    this.#tell(connected ? 'opened' : 'closed');
    if (!connected) this.#drained();
  }

  #send(): void {
    try {
      while (this.#waiting.length > 0) {
        const [piece] = this.#waiting as [Uint8Array];
        const sent = writeSync(this.#descriptor, piece);
        if (sent < piece.length) this.#waiting[0] = piece.subarray(sent);
        else this.#waiting.shift();
      }
    } catch {
      // full, or nobody is there: the next look tells
    }
    this.#drained();
  }

  #drained(): void {
    if (!this.#wasCongested || this.congested) return;
    this.#wasCongested = false;
    this.#tell('drained');
  }
}

function openPair(): ReturnType<NativePty['open']> {
  let native: NativePty;
  try {
    const require = createRequire(import.meta.url);
    native = require(`${PACKAGE}/requireBinary.js`).requireBinary('pty.node') as NativePty;
  } catch {
    throw new Error(`Failed to create PTY: the optional package ${PACKAGE} is not installed for this system`);
  }
  try {
    return native.open(80, 24);
  } catch (error) {
    throw new Error(`Failed to create PTY: ${(error as Error).message}`);
  }
}

/** Bytes pass as they are, without echo. Node sets terminals for its own use only, so the system's tool does it. */
function makeRaw(slave: number): void {
  const done = spawnSync('stty', ['raw', '-echo'], { stdio: [slave, 'ignore', 'ignore'] });
  if (done.status !== 0) throw new Error('Failed to create PTY: stty cannot set it up');
}

function makeLink(name: string, link: string): void {
  try {
    symlinkSync(name, link);
  } catch (error) {
    throw new Error(`Failed to create PTY symlink '${link}': ${systemErrorText(error)}`);
  }
}

/** Unless it leads elsewhere by now. */
function removeLink(link: string, name: string): void {
  try {
    if (readlinkSync(link) === name) unlinkSync(link);
  } catch {
    // it is gone
  }
}
