/** A two-way stream of bytes to a QMP server: a socket, or a program that carries the bytes. */
export interface ByteConnection {
  /** What it leads to, for messages: `unix:/run/vm.sock`. */
  readonly name: string;
  write(data: string | Uint8Array): void;
  /** One listener; bytes that arrive before it is set are kept. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** One listener, told once: why it broke, or null where the other end closed it. */
  onClose(listener: (error: Error | null) => void): void;
  close(): void;
}
