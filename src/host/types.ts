/** What the machine needs from the world around it. The core sees these interfaces only. */

/** Random-access storage behind a block back end. All calls are asynchronous; nothing in a device blocks. */
export interface BlockFile {
  /** Bytes, now; a multiple of 512 is not promised. */
  readonly size: number;
  readonly readOnly: boolean;
  /** Reads past the end give zeros. */
  read(offset: number, length: number): Promise<Uint8Array>;
  write(offset: number, data: Uint8Array): Promise<void>;
  flush(): Promise<void>;
  /** Makes the file longer or shorter. */
  resize(size: number): Promise<void>;
  /** Bytes that the file takes on the host's disk. */
  allocated(): Promise<number>;
  close(): Promise<void>;
}

/**
 * What happens to a stream beside its bytes: the other end came or left, sent a break, or took so much of what was
 * written that the stream is no longer congested.
 */
export type StreamEvent = 'opened' | 'closed' | 'break' | 'drained';

/** Two-way stream of bytes: a serial pane, a file, a socket, nothing. */
export interface ByteStream {
  /** As `info chardev` shows it: vc, null, file, unix:PATH,server=on. It changes with the connection. */
  readonly filename: string;
  /** Whether somebody is at the other end; absent: always. */
  readonly connected?: boolean;
  /** More than its share waits to leave: who can hold back does, until `drained`. Absent: never. */
  readonly congested?: boolean;
  write(bytes: Uint8Array): void;
  /** One listener; bytes that arrive before it is set are kept. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** One listener; absent where nothing ever happens. */
  onEvent?(listener: (event: StreamEvent) => void): void;
  /** Whether input is wanted now; the other end keeps what is not. Absent: input cannot be held back. */
  setFlowing?(flowing: boolean): void;
  close(): void;
}

/** One end of a connection: an IPv4 address in dotted form (or what the host calls it) and a port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What a TCP connection of the host tells its owner. Nothing is told after `closed`. */
export interface TcpEvents {
  /** The peer answered; not told for accepted connections. */
  connected(): void;
  data(bytes: Uint8Array): void;
  /** Some of what was written has left: `pending` is smaller. */
  flushed(): void;
  /** The peer sends no more. */
  ended(): void;
  /** The connection is gone; with the host's error code (ECONNREFUSED, ...) if it broke. */
  closed(code: string | null): void;
}

/** A TCP connection of the host. */
export interface TcpSocket {
  /** The host's number for it, -1 if it tells none. */
  readonly descriptor: number;
  /** Bytes written that have not left. */
  readonly pending: number;
  /** Both ends; null where the host does not tell, as for sockets of the file system. */
  readonly ends: { readonly local: Endpoint; readonly remote: Endpoint } | null;
  write(bytes: Uint8Array): void;
  /** Sends no more, after what was written. */
  end(): void;
  /** Breaks the connection; the peer sees a reset. */
  destroy(): void;
  pause(): void;
  resume(): void;
}

export interface Closable {
  close(): void;
}

export interface TcpListener extends Closable {
  readonly descriptor: number;
  /** Where it listens: the port that the host chose if 0 was asked for. */
  readonly local: Endpoint;
}

export interface UdpSocket {
  readonly descriptor: number;
  readonly local: Endpoint;
  /** Datagrams that have not left. */
  readonly pending: number;
  /** `failed` gets the host's error code. */
  send(bytes: Uint8Array, to: Endpoint, failed: (code: string) => void): void;
  close(): void;
}

/** A socket for datagrams whose other end is settled. */
export interface DatagramOutlet {
  /** Datagrams that have not left. */
  readonly pending: number;
  send(bytes: Uint8Array): void;
  close(): void;
}

/** A group of hosts that hear the same datagrams. */
export interface MulticastGroup {
  readonly group: Endpoint;
  /** Address of the interface that leads to it; null: the host's choice. */
  readonly via: string | null;
}

/** The host's network, as user-mode networking reaches it. All of it is asynchronous. */
export interface HostNetwork {
  connectTcp(to: Endpoint, events: TcpEvents): TcpSocket;
  /** `accept` gives each new connection its owner, or null to refuse it. @throws when the host refuses */
  listenTcp(
    at: Endpoint,
    accept: (socket: TcpSocket, from: Endpoint) => TcpEvents | null,
  ): Promise<TcpListener>;
  /** The same with a socket of the file system, or an abstract one, whose name begins with a zero. */
  connectUnix(path: string, events: TcpEvents): TcpSocket;
  /** The socket can be reached by its owner only, and is gone after close(). @throws when the host refuses */
  listenUnix(path: string, accept: (socket: TcpSocket) => TcpEvents | null): Promise<Closable>;
  /** A stream socket that the program was given, by its descriptor; undefined when there is none of that number. */
  adoptStream(descriptor: number, events: TcpEvents): TcpSocket | undefined;
  /** The same with a socket that listens. @throws when the host refuses */
  adoptListener(descriptor: number, accept: (socket: TcpSocket) => TcpEvents | null): Promise<Closable>;
  /** @throws when the host refuses */
  openUdp(at: Endpoint, receive: (bytes: Uint8Array, from: Endpoint) => void): Promise<UdpSocket>;
  /** Everybody's datagrams to the group arrive, our own among them. @throws when the host refuses */
  joinMulticast(to: MulticastGroup, receive: (bytes: Uint8Array) => void): Promise<DatagramOutlet>;
  /** A connected datagram socket of the file system that the program was given; undefined when that number is none. */
  adoptDatagrams(descriptor: number, receive: (bytes: Uint8Array) => void): DatagramOutlet | undefined;
  /** What an error code (ECONNREFUSED, ...) means, in the system's words. */
  errorText(code: string): string;
  /** All addresses of a name, IPv4 and IPv6. @throws an Error with the code ENOTFOUND when there are none */
  lookup(name: string): Promise<string[]>;
  /** The names of an address. @throws an Error with the code ENOTFOUND when there are none */
  reverse(address: string): Promise<string[]>;
}

/** Where log text goes. */
export interface LogSink {
  write(text: string): void;
  close(): void;
}

/**
 * Where a file lies in a folder that is shared with the guest: names from the folder down, [] for the folder
 * itself. A character stands for a byte; no name is empty, `.` or `..`, or has a slash or a NUL.
 */
export type FolderPath = readonly string[];

/** What the host tells of a file. Times are nanoseconds since 1970. */
export interface FileStatus {
  /** Type and permissions, as Linux numbers them. */
  readonly mode: number;
  readonly inode: bigint;
  readonly device: bigint;
  readonly links: bigint;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: bigint;
  readonly size: bigint;
  readonly blockSize: bigint;
  /** Of 512 bytes. */
  readonly blocks: bigint;
  readonly accessed: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

/** What the host tells of the file system that a file is in. Sizes are in blocks. */
export interface FileSystemStatus {
  readonly type: number;
  readonly blockSize: number;
  readonly blocks: bigint;
  readonly free: bigint;
  readonly available: bigint;
  readonly files: bigint;
  readonly freeFiles: bigint;
}

/** How a file is opened. */
export interface OpenMode {
  readonly access: 'r' | 'w' | 'rw';
  readonly truncate?: boolean;
  readonly append?: boolean;
  readonly sync?: boolean;
}

/** A new time of a file, in nanoseconds since 1970; absent: as it is. */
export interface FileTimes {
  readonly accessed?: bigint;
  readonly modified?: bigint;
}

/** Extended attributes of the files in a folder: values by name. Names have a character for each byte. */
export interface FolderAttributes {
  /** Names, each with a NUL behind it. */
  list(path: FolderPath): Promise<Uint8Array>;
  get(path: FolderPath, name: string): Promise<Uint8Array>;
  /** @param only whether it must be a new one, or replace one */
  set(path: FolderPath, name: string, value: Uint8Array, only?: 'create' | 'replace'): Promise<void>;
  remove(path: FolderPath, name: string): Promise<void>;
}

/** A regular file that is open. */
export interface FolderFile {
  /** Fewer bytes than asked for at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** @param cancelled resolves if nobody waits any more; a file that can give up then fails with EINTR */
  write(offset: number, data: Uint8Array, cancelled?: Promise<void>): Promise<void>;
  sync(dataOnly: boolean): Promise<void>;
  status(): Promise<FileStatus>;
  close(): Promise<void>;
}

/**
 * A folder of the host that the guest sees. Nothing outside it can be reached: no symbolic link is followed, at the
 * end of a path or on the way. All operations fail with an Error that has the system's `errno`, as Linux numbers it.
 */
export interface HostFolder {
  status(path: FolderPath): Promise<FileStatus>;
  fileSystem(path: FolderPath): Promise<FileSystemStatus>;
  /** Names in a folder, without `.` and `..`. */
  list(path: FolderPath): Promise<string[]>;
  /** Opens a regular file; anything else but a folder fails with ENXIO. */
  open(path: FolderPath, mode: OpenMode): Promise<FolderFile>;
  /** Makes a regular file, or opens the one there unless `exclusive`. */
  create(path: FolderPath, mode: OpenMode, permissions: number, exclusive: boolean): Promise<FolderFile>;
  makeFolder(path: FolderPath, permissions: number): Promise<void>;
  symlink(path: FolderPath, target: string): Promise<void>;
  readLink(path: FolderPath): Promise<string>;
  link(from: FolderPath, to: FolderPath): Promise<void>;
  rename(from: FolderPath, to: FolderPath): Promise<void>;
  remove(path: FolderPath, kind: 'file' | 'folder'): Promise<void>;
  /** Makes a pipe, a socket or a device, where that is possible. */
  makeNode?(path: FolderPath, mode: number, device: number): Promise<void>;
  setPermissions(path: FolderPath, permissions: number): Promise<void>;
  setOwner(path: FolderPath, uid: number, gid: number): Promise<void>;
  setSize(path: FolderPath, size: bigint): Promise<void>;
  setTimes(path: FolderPath, times: FileTimes): Promise<void>;
  /** Extended attributes of files, where there are any. */
  readonly attributes?: FolderAttributes;
  close(): Promise<void>;
}

/** Bytes for a file: behind the ones before, or at a place of theirs. */
export type FileChunk = Uint8Array | { readonly bytes: Uint8Array; readonly at?: number };
export type FileChunks = Iterable<FileChunk> | AsyncIterable<FileChunk>;

export interface SaveOptions {
  /** Nobody but the owner may read the file. */
  readonly private?: boolean;
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
  /** A file that nobody else can find, empty now and gone once it is closed. @throws an Error with the host's reason */
  openTemporaryFile(): Promise<BlockFile>;
  /** Makes a file of so many bytes, or empties the one that is there and gives it the size. @throws an Error with the host's reason */
  createFile(path: string, size: number): Promise<void>;
  /** @throws an Error with the host's reason when it is no folder or cannot be opened */
  openFolder(path: string): Promise<HostFolder>;
  /**
   * Writes a file of the host, whole or not at all. Chunks may be views of guest memory: they are written before
   * the next is asked for, and the first is asked for once there is a file to write to.
   * @throws an Error that names the file and the host's reason, which is its cause as well
   */
  saveFile(path: string, chunks: FileChunks, options?: SaveOptions): Promise<void>;
  /** Opens a file for log text, anew, or the error output for null. @throws an Error with the host's reason */
  openLog(path: string | null): LogSink;
  /** Compresses to a zlib stream (RFC 1950). `level`: from 1, the fastest, to 9. */
  deflate(bytes: Uint8Array, level?: number): Promise<Uint8Array>;
  /** Opens a console of the program: `vc` is a pane, `stdio` its terminal. @throws an Error that says why not */
  openStream(label: string, spec: string): ByteStream;
  /** Writes to a file, reads from another. @throws an Error that names the file and the host's reason */
  openFileStream(path: string, options: { append: boolean; input?: string }): ByteStream;
  /**
   * Reads and writes FIFOs `PATH.in` and `PATH.out`, or PATH itself: a FIFO, a device. For a pseudo-terminal, which is
   * made, PATH is a link to make to it, if any. @throws like openFileStream
   */
  openDeviceStream(path: string, kind: 'pipe' | 'serial' | 'parallel' | 'pty'): ByteStream;
  /** Says something to whoever started the program. */
  notice?(line: string): void;
  /** Where memory of this program is. Absent where the host does not tell. */
  readonly memoryPlace?: {
    /** Of the first byte; null where it cannot be found out. `scratch`: offset of 16 bytes that are nobody's. */
    virtual(memory: Uint8Array, scratch: number): bigint | null;
    /** Of that byte in the host's own memory. @throws an Error that says why it cannot be told */
    physical(address: bigint): bigint;
  };
  /** A line that programs which started this one wait for. */
  say?(line: string): void;
  /** Runs the callback on the next turn of the event loop, after pending messages. */
  defer(callback: () => void): void;
  /** Runs the callback after `ms`; returns a function that cancels it. */
  sleep(ms: number, callback: () => void): () => void;
  readonly network: HostNetwork;
}
