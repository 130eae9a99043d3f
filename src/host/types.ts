/** What the machine needs from the world around it. The core sees these interfaces only. */

/** Random-access storage behind a block back end. All calls are asynchronous; nothing in a device blocks. */
export interface BlockFile {
  /** Bytes; a multiple of 512 is not promised. */
  readonly size: number;
  readonly readOnly: boolean;
  /** Reads past the end give zeros. */
  read(offset: number, length: number): Promise<Uint8Array>;
  write(offset: number, data: Uint8Array): Promise<void>;
  flush(): Promise<void>;
  /** Bytes that the file takes on the host's disk. */
  allocated(): Promise<number>;
  close(): Promise<void>;
}

/** Two-way stream of bytes: a serial pane, a file, nothing. */
export interface ByteStream {
  /** As `info chardev` shows it: vc, null, file. */
  readonly filename: string;
  write(bytes: Uint8Array): void;
  /** One listener; bytes that arrive before it is set are kept. */
  onData(listener: (bytes: Uint8Array) => void): void;
  close(): void;
}

export interface Host {
  /** Number of the process, shown as the harts' thread id. */
  readonly processId: number;
  /** Monotonic time in nanoseconds. */
  now(): number;
  /** Nanoseconds since 1970 UTC. */
  wallClock(): number;
  entropy(length: number): Uint8Array;
  /** @throws an Error with the host's reason when the file cannot be opened */
  openBlockFile(path: string, options: { readOnly: boolean }): Promise<BlockFile>;
  /** Opens the host side of a character device: `vc`, `null`, `file:PATH`. */
  openStream(label: string, spec: string): ByteStream;
  /** Runs the callback on the next turn of the event loop, after pending messages. */
  defer(callback: () => void): void;
  /** Runs the callback after `ms`; returns a function that cancels it. */
  sleep(ms: number, callback: () => void): () => void;
}
