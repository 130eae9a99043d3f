import { closeSync, constants, createReadStream, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty, ReadStream, WriteStream } from 'node:tty';
import type { FdSetEntry } from '../core/config.ts';
import { resolveFdSet } from './descriptors.ts';
import { PtyStream } from './pty-stream.ts';
import { systemErrorText } from './system-error.ts';
import type { ByteStream, StreamEvent } from './types.ts';

/** Bytes that may wait for a slow reader before the stream counts as congested. */
const MOST_WAITING = 1 << 20;

/** What Node reads from: a file, a FIFO, a terminal. */
interface Source {
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  on(event: 'end' | 'error', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
  destroy(): unknown;
}

/** Where output goes. */
interface Sink {
  readonly waiting: number;
  write(bytes: Uint8Array, done: () => void): void;
  close(): void;
}

/** Bytes from a source of the host, bytes to a sink. Either may be missing. */
class DescriptorStream implements ByteStream {
  readonly filename: string;
  readonly #source: Source | null;
  readonly #sink: Sink | null;
  #kept: Uint8Array[] = [];
  #listener: ((bytes: Uint8Array) => void) | null = null;
  #tell: (event: StreamEvent) => void = () => {};
  #wasCongested = false;

  constructor(filename: string, source: Source | null, sink: Sink | null) {
    this.filename = filename;
    this.#source = source;
    this.#sink = sink;
    source?.on('data', bytes => {
      if (this.#listener) this.#listener(bytes);
      else this.#kept.push(bytes);
    });
    source?.on('error', () => {}); // a device that went away says no more
    source?.pause(); // until somebody listens
  }

  get congested(): boolean {
    return (this.#sink?.waiting ?? 0) > MOST_WAITING;
  }

  write(bytes: Uint8Array): void {
    this.#sink?.write(bytes, () => {
      if (!this.#wasCongested || this.congested) return;
      this.#wasCongested = false;
      this.#tell('drained');
    });
    if (this.congested) this.#wasCongested = true;
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    for (const bytes of this.#kept.splice(0)) listener(bytes);
    this.#source?.resume();
  }

  onEvent(listener: (event: StreamEvent) => void): void {
    this.#tell = listener;
  }

  setFlowing(flowing: boolean): void {
    if (flowing) this.#source?.resume();
    else this.#source?.pause();
  }

  close(): void {
    this.#source?.destroy();
    this.#sink?.close();
  }
}

/** A regular file takes everything at once. */
function fileSink(descriptor: number): Sink {
  return {
    waiting: 0,
    write: (bytes, done) => {
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      } catch {
        // a full disk loses output, as a serial line without handshake does
      }
      done();
    },
    close: () => closeSync(descriptor),
  };
}

function socketSink(socket: Socket): Sink {
  return {
    get waiting() {
      return socket.writableLength;
    },
    write: (bytes, done) => void socket.write(bytes, () => done()),
    close: () => void socket.destroy(),
  };
}

function open(path: string, flags: number | string, named = path): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    throw new Error(`Could not open '${named}': ${systemErrorText(error)}`);
  }
}

/** What a set holds goes on where it is: it is not made anew. */
function openOutput(path: string, flags: string, fdSets: readonly FdSetEntry[]): number {
  try {
    const real = resolveFdSet(fdSets, path, 'w');
    return openSync(real, real === path ? flags : 'a');
  } catch (error) {
    throw new Error(`Could not open '${path}': ${systemErrorText(error)}`);
  }
}

/** Writes to a file that is made anew or, with `append`, goes on; input comes from another if one is named. */
export function openFileStream(
  path: string,
  options: { append: boolean; input?: string },
  fdSets: readonly FdSetEntry[] = [],
): ByteStream {
  const { append, input } = options;
  const source =
    input === undefined ? null : sourceOf(open(input, constants.O_RDONLY | constants.O_NONBLOCK));
  const descriptor = openOutput(path, append ? 'a' : 'w', fdSets);
  return new DescriptorStream('file', source, sinkOf(descriptor));
}

/** A pair of FIFOs `PATH.in` and `PATH.out`, one file for both ways, or a new pseudo-terminal with a link to it. */
export function openDeviceStream(path: string, kind: 'pipe' | 'serial' | 'parallel' | 'pty'): ByteStream {
  if (kind === 'pty') return PtyStream.open(path);
  const flags = constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY;
  const pair = kind === 'pipe' ? openPair(path, flags) : null;
  const [input, output] = pair ?? [open(path, flags), open(path, flags)];
  return new DescriptorStream(kind, sourceOf(input), sinkOf(output));
}

function openPair(path: string, flags: number): [number, number] | null {
  const opened: number[] = [];
  try {
    for (const suffix of ['.in', '.out']) opened.push(openSync(`${path}${suffix}`, flags));
    return opened as [number, number];
  } catch {
    for (const descriptor of opened) closeSync(descriptor);
    return null;
  }
}

function sourceOf(descriptor: number): Source {
  if (fstatSync(descriptor).isFIFO()) return new Socket({ fd: descriptor, readable: true, writable: false });
  if (isatty(descriptor)) return new ReadStream(descriptor);
  return createReadStream('', { fd: descriptor });
}

function sinkOf(descriptor: number): Sink {
  if (fstatSync(descriptor).isFIFO()) {
    return socketSink(silent(new Socket({ fd: descriptor, readable: false, writable: true })));
  }
  if (isatty(descriptor)) return socketSink(silent(new WriteStream(descriptor)));
  return fileSink(descriptor);
}

/** Errors of a FIFO or terminal that went away are nobody's concern. */
function silent<T extends Socket>(socket: T): T {
  socket.on('error', () => {});
  return socket;
}
